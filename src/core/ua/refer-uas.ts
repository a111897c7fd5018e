/** Receiving REFER: accept it and report, or refuse it. RFC 3515 §2.4, RFC 4488. */
import {
  expire,
  openNotifier,
  REFER_EXPIRES_SECONDS,
  report,
  type Notification,
  type ReferNotifier,
} from '../subscription/refer-notifier.ts';
import type { SipRequest } from '../message/index.ts';
import type { Timer } from '../time/clock.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { Session } from './session.ts';

const encoder = new TextEncoder();

/** What became of a NOTIFY that reported on a REFER. */
export interface ReferReporterUser {
  /** A NOTIFY went out; `line` is its sipfrag's status line. */
  notified?(status: number, line: string): void;
  /** The subscription is over: all has been reported and answered, or the peer no longer wants to hear (P10). */
  subscriptionEnded?(): void;
}

export class IncomingRefer {
  readonly request: SipRequest;
  readonly session: Session;
  readonly #transaction: ServerTransaction;

  static receive(session: Session, transaction: ServerTransaction): void {
    session.refersReceived += 1;
    session.user.referred(new IncomingRefer(session, transaction));
  }

  constructor(session: Session, transaction: ServerTransaction) {
    this.session = session;
    this.#transaction = transaction;
    this.request = transaction.request;
  }

  /** 202, then at once NOTIFY 100 (P3). */
  accept(user: ReferReporterUser): ReferReporter {
    const { session } = this;
    session.respond(this.#transaction, 202, undefined, [
      ['Contact', session.ua.contact(this.#transaction.arrival.transport)],
    ]);
    const id = this.request.head.cseq.number;
    const reporter = new ReferReporter(session, id, session.refersReceived === 1, user);
    reporter.report(100);
    return reporter;
  }

  reject(status: number, reason?: string, headers: [string, string][] = []): void {
    this.session.respond(this.#transaction, status, reason, headers);
  }
}

/** Sends the NOTIFYs of one REFER, in order: a later one waits for the answer to the one before, but never longer than T1. */
export class ReferReporter {
  readonly #session: Session;
  readonly #user: ReferReporterUser;
  #notifier: ReferNotifier;
  #expiry: Timer;
  #waiting: Notification[] = [];
  #outstanding = 0;
  #pace: Timer | undefined;
  #over = false;
  readonly #forget: () => void;

  constructor(session: Session, id: number, first: boolean, user: ReferReporterUser) {
    this.#session = session;
    this.#user = user;
    const { clock } = session.ua;
    this.#notifier = openNotifier(id, first, clock.now());
    this.#expiry = clock.after(REFER_EXPIRES_SECONDS * 1000, () => this.#expire());
    this.#forget = session.whenOver(() => this.#end());
  }

  /** Reports a status of the referred request; a final one ends the subscription. */
  report(status: number, reason?: string): void {
    const [next, notification] = report(this.#notifier, status, reason, this.#session.ua.clock.now());
    this.#notifier = next;
    if (notification) this.#enqueue(notification);
  }

  #expire(): void {
    const [next, notification] = expire(this.#notifier);
    this.#notifier = next;
    if (notification) this.#enqueue(notification);
  }

  #enqueue(notification: Notification): void {
    this.#waiting.push(notification);
    if (!this.#pace) this.#sendNext();
  }

  #sendNext(): void {
    this.#pace = undefined;
    const notification = this.#waiting.shift();
    if (this.#over) return;
    if (!notification) {
      if (this.#outstanding === 0 && this.#notifier.state === 'terminated') this.#end();
      return;
    }
    const { clock, timers } = this.#session.ua;
    this.#outstanding += 1;
    // Armed before the send: an answer may come from within it.
    const pace = clock.after(timers.T1, () => this.#sendNext());
    this.#pace = pace;
    const contact: [string, string] = ['Contact', this.#session.ua.contact(this.#session.hop()?.transport ?? 'UDP')];
    const settled = () => {
      this.#outstanding -= 1;
      if (this.#pace === pace) {
        pace.cancel();
        this.#pace = undefined;
      }
      if (!this.#pace) this.#sendNext();
    };
    this.#session.request(
      'NOTIFY',
      [contact, ...notification.headers],
      {
        response: (response) => {
          if (response.status < 200) return;
          // 481: the peer knows nothing of the subscription (RFC 6665 §4.2.2); others may pass.
          if (response.status === 481 || response.status === 489) this.#end();
          else settled();
        },
        timeout: () => this.#end(),
        transportError: () => this.#end(),
      },
      encoder.encode(notification.body),
    );
    this.#user.notified?.(notification.status, notification.body.trim());
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#expiry.cancel();
    this.#pace?.cancel();
    this.#waiting = [];
    this.#forget();
    this.#user.subscriptionEnded?.();
  }
}

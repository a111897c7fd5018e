/** Receiving REFER: accept it and report, or refuse it. RFC 3515 §2.4, RFC 4488. */
import {
  endsSubscription,
  expire,
  openNotifier,
  REFER_EXPIRES_SECONDS,
  refresh,
  report,
  type Notification,
  type ReferNotifier,
} from '../subscription/refer-notifier.ts';
import { isSipUri, parseNameAddr, parseRetryAfter, type SipRequest, type SipResponse } from '../message/index.ts';
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
  #answered = false;

  static receive(session: Session, transaction: ServerTransaction): void {
    const method = referredMethod(transaction.request);
    if (method !== undefined && method !== 'INVITE') {
      session.respond(transaction, 403, `Cannot Send ${/^[\w-]+$/.test(method) ? method : 'That Method'}`);
      return;
    }
    session.refersReceived += 1;
    session.user.referred(new IncomingRefer(session, transaction));
  }

  constructor(session: Session, transaction: ServerTransaction) {
    this.session = session;
    this.#transaction = transaction;
    this.request = transaction.request;
  }

  /** 202 alone, where something has to come between it and the first NOTIFY; `accept` then sends the rest. */
  answer(): void {
    const { session } = this;
    const contact: [string, string] = ['Contact', session.contact(this.#transaction.arrival)];
    session.respond(this.#transaction, 202, undefined, this.#unwanted ? [contact, ['Refer-Sub', 'true']] : [contact]);
    this.#answered = true;
  }

  /** 202, then at once NOTIFY 100 (P3). */
  accept(user: ReferReporterUser): ReferReporter {
    if (!this.#answered) this.answer();
    const { session, request } = this;
    const id = request.head.cseq.number;
    const first = session.refersReceived === 1;
    const reporter = new ReferReporter(session, { id, first }, user);
    reporter.report(100);
    return reporter;
  }

  /**
   * The peer wants no subscription. It gets one all the same, and is told so (RFC 4488 §4): whoever has none hangs up at once,
   * and a BYE before the target has answered drops the caller (P9, W23).
   */
  get #unwanted(): boolean {
    return this.request.headers.get('Refer-Sub')?.split(';')[0]?.trim().toLowerCase() === 'false';
  }

  reject(status: number, reason?: string, headers: [string, string][] = []): void {
    this.session.respond(this.#transaction, status, reason, headers);
  }
}

/** The method that Refer-To asks for; undefined when it names none, or cannot be read. RFC 3261 §19.1.1. */
function referredMethod({ headers }: SipRequest): string | undefined {
  const parsed = parseNameAddr(headers.get('Refer-To') ?? '');
  if (!parsed.ok || !isSipUri(parsed.value.uri)) return undefined;
  return parsed.value.uri.params.get('method')?.toUpperCase();
}

/** Sends the NOTIFYs of one REFER, in order: a later one waits for the answer to the one before, but never longer than T1. */
export class ReferReporter {
  readonly #session: Session;
  readonly #user: ReferReporterUser;
  readonly #id: number;
  #notifier: ReferNotifier;
  #expiry: Timer;
  #waiting: Notification[] = [];
  #outstanding = 0;
  #pace: Timer | undefined;
  #retry: Timer | undefined;
  #over = false;
  readonly #forget: () => void;

  constructor(session: Session, { id, first }: { id: number; first: boolean }, user: ReferReporterUser) {
    this.#session = session;
    this.#user = user;
    this.#id = id;
    const { clock } = session.ua;
    this.#notifier = openNotifier(id, first, clock.now());
    this.#expiry = this.#expireAfter(REFER_EXPIRES_SECONDS);
    this.#forget = session.whenOver(() => this.#end());
    session.reporters.set(id, this);
  }

  /** Reports a status of the referred request; a final one ends the subscription. */
  report(status: number, reason?: string): void {
    const [next, notification] = report(this.#notifier, status, reason, this.#session.ua.clock.now());
    this.#notifier = next;
    if (notification) this.#enqueue(notification);
  }

  /** SUBSCRIBE: with 0 the peer leaves. @returns the seconds that it gets; the NOTIFY follows when `notify` is called */
  subscribed(seconds: number): { granted: number; notify: () => void } {
    const [next, notification, granted] = refresh(this.#notifier, seconds, this.#session.ua.clock.now());
    this.#notifier = next;
    this.#expiry.cancel();
    if (granted > 0) this.#expiry = this.#expireAfter(granted);
    return {
      granted,
      notify: () => {
        if (notification) this.#enqueue(notification);
      },
    };
  }

  #expireAfter(seconds: number): Timer {
    const expired = () => {
      const [next, notification] = expire(this.#notifier);
      this.#notifier = next;
      if (notification) this.#enqueue(notification);
    };
    return this.#session.ua.clock.after(seconds * 1000, expired, this.#session);
  }

  #enqueue(notification: Notification): void {
    // Newer news makes a repetition pointless.
    this.#retry?.cancel();
    this.#waiting.push(notification);
    if (!this.#pace) this.#sendNext();
  }

  #sendNext(): void {
    this.#pace = undefined;
    const notification = this.#waiting.shift();
    if (this.#over) return;
    if (notification) this.#send(notification);
    else if (this.#outstanding === 0 && this.#notifier.state === 'terminated') this.#end();
  }

  #send(notification: Notification, again = false): void {
    const { clock, timers } = this.#session.ua;
    this.#outstanding += 1;
    // Armed before the send: an answer may come from within it.
    const pace = clock.after(timers.T1, () => this.#sendNext(), this.#session);
    this.#pace = pace;
    const contact: [string, string] = ['Contact', this.#session.contact()];
    this.#session.request(
      'NOTIFY',
      [contact, ...notification.headers],
      {
        response: (response) => {
          if (response.status < 200) return;
          if (endsSubscription(response.status)) {
            this.#end();
            return;
          }
          this.#outstanding -= 1;
          if (this.#pace === pace) {
            pace.cancel();
            this.#pace = undefined;
          }
          if (this.#later(notification, response, again)) return;
          if (!this.#pace) this.#sendNext();
        },
        timeout: () => this.#end(),
        transportError: () => this.#end(),
      },
      encoder.encode(notification.body),
    );
    this.#user.notified?.(notification.status, notification.body.trim());
  }

  /** A refusal with Retry-After passes: the NOTIFY goes out once more then, unless there is newer news. RFC 6665 §4.2.2. */
  #later(notification: Notification, response: SipResponse, again: boolean): boolean {
    const wait = parseRetryAfter(response.headers.get('Retry-After') ?? '');
    if (response.status < 300 || !wait.ok || again || this.#waiting.length > 0 || this.#over) return false;
    this.#retry?.cancel();
    this.#retry = this.#session.ua.clock.after(
      wait.value.seconds * 1000,
      () => this.#send(notification, true),
      this.#session,
    );
    return true;
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#expiry.cancel();
    this.#pace?.cancel();
    this.#retry?.cancel();
    this.#waiting = [];
    this.#session.reporters.delete(this.#id);
    this.#forget();
    this.#user.subscriptionEnded?.();
  }
}

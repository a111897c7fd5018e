/**
 * The notifying side of a REFER's subscription: its queue, its pace, its expiry and its last NOTIFY. RFC 3515 §2.4.4,
 * RFC 6665 §4.2. Exactly one NOTIFY says `terminated` (W2), unless the peer says that it knows no such subscription (P10).
 */
import type { Usage, UsageDialog } from '../dialog/usage.ts';
import { parseRetryAfter, type SipResponse } from '../message/index.ts';
import type { Timer } from '../time/clock.ts';
import {
  endsSubscription,
  expire,
  openReferState,
  REFER_EXPIRES_SECONDS,
  refresh,
  report,
  type Notification,
  type ReferState,
} from './refer-state.ts';

/** What became of the NOTIFYs that report on a REFER. */
export interface ReferReporterUser {
  /** A NOTIFY went out; `line` is its sipfrag's status line. */
  notified?(status: number, line: string): void;
  /** The subscription is over: all has been reported and answered, or the peer no longer wants to hear (P10). */
  subscriptionEnded?(): void;
}

/** What whoever took a REFER reports with. */
export interface ReferReporter {
  /** Reports a status of the referred request; a final one ends the subscription, and what is reported after it is dropped. */
  report(status: number, reason?: string): void;
}

/**
 * NOTIFYs keep their order: a later one waits for the answer to the one before, but never longer than T1. After that
 * time the final one overtakes all that still wait.
 */
export class Notifier implements ReferReporter, Usage {
  readonly #dialog: UsageDialog;
  readonly #user: ReferReporterUser;
  readonly #over: () => void;
  #state: ReferState;
  #expiry: Timer;
  #waiting: Notification[] = [];
  /** NOTIFYs without an answer. */
  #outstanding = 0;
  #pace: Timer | undefined;
  #retry: Timer | undefined;
  #finalSent = false;
  #ended = false;

  /**
   * @param id CSeq number of the REFER
   * @param first the dialog has had no REFER before: then NOTIFYs need not name theirs
   * @param over told once, when the subscription needs its dialog no longer
   */
  constructor(
    dialog: UsageDialog,
    { id, first }: { readonly id: number; readonly first: boolean },
    user: ReferReporterUser,
    over: () => void,
  ) {
    this.#dialog = dialog;
    this.#user = user;
    this.#over = over;
    this.#state = openReferState(id, first, dialog.clock.now());
    this.#expiry = this.#expireAfter(REFER_EXPIRES_SECONDS);
  }

  report(status: number, reason?: string): void {
    const [next, notification] = report(this.#state, status, reason, this.#dialog.clock.now());
    this.#state = next;
    if (notification) this.#enqueue(notification);
  }

  /** SUBSCRIBE: with 0 the peer leaves. @returns the seconds that it gets; the NOTIFY follows when `notify` is called */
  subscribed(seconds: number): { granted: number; notify: () => void } {
    const [next, notification, granted] = refresh(this.#state, seconds, this.#dialog.clock.now());
    this.#state = next;
    if (granted > 0) {
      this.#expiry.cancel();
      this.#expiry = this.#expireAfter(granted);
    }
    return {
      granted,
      notify: () => {
        if (notification) this.#enqueue(notification);
      },
    };
  }

  dispose(): void {
    this.#end();
  }

  #expireAfter(seconds: number): Timer {
    return this.#dialog.clock.after(seconds * 1000, () => this.#expire(), this.#dialog.owner);
  }

  #expire(): void {
    const [next, notification] = expire(this.#state);
    this.#state = next;
    if (notification) this.#enqueue(notification);
  }

  #enqueue(notification: Notification): void {
    if (this.#ended) return;
    if (notification.final) this.#expiry.cancel();
    // Newer news makes a repetition pointless.
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#waiting.push(notification);
    if (!this.#pace) this.#sendNext();
  }

  #sendNext(): void {
    this.#pace = undefined;
    const notification = this.#waiting.shift();
    if (this.#ended) return;
    if (notification) this.#send(notification);
    else if (this.#finalSent && this.#outstanding === 0 && !this.#retry) this.#end();
  }

  /** T1 has passed without an answer: whoever is slow need not hear what is past. */
  #paceOver(): void {
    const last = this.#waiting.at(-1);
    if (last?.final) this.#waiting = [last];
    this.#sendNext();
  }

  #send(notification: Notification, again = false): void {
    const { clock, timers, owner } = this.#dialog;
    this.#user.notified?.(notification.status, notification.body.trim());
    this.#outstanding += 1;
    if (notification.final) this.#finalSent = true;
    // Armed before the send: an answer may come from within it.
    const pace = clock.after(timers.T1, () => this.#paceOver(), owner);
    this.#pace = pace;
    const answered = (): void => {
      this.#outstanding -= 1;
      if (this.#pace !== pace) return;
      pace.cancel();
      this.#pace = undefined;
    };
    this.#dialog.request(
      'NOTIFY',
      [['Contact', this.#dialog.contact()], ...notification.headers],
      {
        response: (response) => {
          if (response.status < 200 || this.#ended) return;
          answered();
          // Of an earlier one it may only mean that the final one has overtaken it.
          if (endsSubscription(response.status) && (notification.final || !this.#finalSent)) return this.#end();
          if (this.#later(notification, response, again)) return;
          if (!this.#pace) this.#sendNext();
        },
        timeout: () => {
          answered();
          this.#unheard(notification, true);
        },
        transportError: () => {
          answered();
          this.#unheard(notification, false);
        },
      },
      encoder.encode(notification.body),
    );
  }

  /**
   * Nobody heard it. After the final one nothing more is to be said. When an earlier one times out, the subscription is
   * given up (RFC 6665 §4.2.2, P10), with a last NOTIFY: its subscriber may have been deaf for a while only.
   */
  #unheard({ final }: Notification, timedOut: boolean): void {
    if (this.#ended) return;
    if (final) this.#end();
    else if (timedOut && this.#state.state === 'active') this.#expire();
    else if (!this.#pace) this.#sendNext();
  }

  /**
   * A refusal with Retry-After passes: the NOTIFY goes out once more then, unless there is newer news. RFC 6665 §4.2.2.
   * So does a 500 without: a BYE that was sent after it may have overtaken it (RFC 3261 §12.2.2).
   */
  #later(notification: Notification, { status, headers }: SipResponse, again: boolean): boolean {
    if (status < 300 || again || this.#waiting.length > 0) return false;
    if (this.#finalSent && !notification.final) return false;
    const wait = parseRetryAfter(headers.get('Retry-After') ?? '');
    if (!wait.ok && status !== 500) return false;
    const { clock, timers, owner } = this.#dialog;
    this.#retry?.cancel();
    const resend = () => {
      this.#retry = undefined;
      this.#send(notification, true);
    };
    // A peer cannot keep the dialog of a call that is over for as long as it likes.
    const afterMs = wait.ok ? Math.min(wait.value.seconds * 1000, 64 * timers.T1) : timers.T1;
    this.#retry = clock.after(afterMs, resend, owner);
    return true;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#expiry.cancel();
    this.#pace?.cancel();
    this.#retry?.cancel();
    this.#waiting = [];
    this.#over();
    this.#user.subscriptionEnded?.();
  }
}

const encoder = new TextEncoder();

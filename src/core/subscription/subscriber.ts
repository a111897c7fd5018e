/** The subscribing side of a REFER: what its NOTIFYs mean, and how long they are waited for. RFC 3515 §2.4, RFC 6665 §4.1. */
import type { Usage, UsageDialog } from '../dialog/usage.ts';
import type { SipResponse } from '../message/index.ts';
import type { Timer } from '../time/clock.ts';
import { REFER_EXPIRES_SECONDS } from './refer-state.ts';
import type { StatusLine } from './sipfrag.ts';

/** Hears what becomes of a REFER of ours: exactly one of `refused`, a final `notified` and `subscriptionEnded` comes last (W2). */
export interface ReferUser {
  accepted?(response: SipResponse): void;
  /** The REFER itself was refused, timed out (408) or could not be sent (503); 487 when the call ended before it was sent. */
  refused(status: number, reason: string): void;
  /**
   * A NOTIFY with a sipfrag came. Some user agents mark every NOTIFY `terminated`: the status line decides,
   * so a provisional status is no end.
   */
  notified(line: StatusLine, terminated: boolean): void;
  /** The subscription ended without a final status: the peer said why, or it fell silent (`timeout`). */
  subscriptionEnded?(reason: string | undefined): void;
}

/** What a NOTIFY says. */
export interface Heard {
  readonly line: StatusLine | undefined;
  readonly state: string;
  readonly reason?: string | undefined;
  readonly expiresSeconds?: number | undefined;
}

/** Why a subscription that reported nothing final will not report any more, however the peer marks its NOTIFYs. RFC 6665 §4.1.3. */
const GONE = new Set(['deactivated', 'probation', 'rejected', 'timeout', 'giveup', 'invariant']);

export class Subscriber implements Usage {
  /** CSeq number of the REFER that was taken: of the last one, when it had to be sent again with credentials. */
  id = 0;
  readonly #dialog: UsageDialog;
  readonly #user: ReferUser;
  readonly #over: () => void;
  /** When the peer has been silent too long. */
  #expiry: Timer | undefined;
  #expiresAt = Infinity;
  #callEnded = false;
  #ended = false;

  /** @param over told once, when the subscription needs its dialog no longer */
  constructor(dialog: UsageDialog, user: ReferUser, over: () => void) {
    this.#dialog = dialog;
    this.#user = user;
    this.#over = over;
  }

  /** A 2xx to the REFER. @param silent the peer says that it will send no NOTIFY; @param asked we had asked for that */
  accepted(response: SipResponse, { silent, asked }: { silent: boolean; asked: boolean }): void {
    this.#user.accepted?.(response);
    if (this.#ended) return;
    if (silent) {
      // RFC 4488 §4: a peer that was not asked to keep silent has ended the subscription.
      this.#end();
      if (!asked) this.#user.subscriptionEnded?.('norefersub');
    } else if (!this.#expiry) {
      // RFC 6665 §4.1.2.4, Timer N: the first NOTIFY follows within 64·T1.
      this.#expireAfter(64 * this.#dialog.timers.T1);
    }
  }

  refused(status: number, reason: string): void {
    if (this.#end()) this.#user.refused(status, reason);
  }

  /** The REFER was not answered. When a NOTIFY has come it was taken, and its response was lost (RFC 3515 §2.4.4). */
  unanswered(): void {
    if (!this.#expiry) this.refused(408, 'Request Timeout');
  }

  notified({ line, state, reason, expiresSeconds = REFER_EXPIRES_SECONDS }: Heard): void {
    const terminated = state === 'terminated';
    const final = line !== undefined && line.status >= 200;
    const over = final || (terminated && (line === undefined || GONE.has(reason ?? '')));
    if (over) this.#end();
    // The last NOTIFY may be lost once or twice: it has the time that a request has.
    else this.#expireAfter(this.#patience(expiresSeconds));
    if (line) this.#user.notified(line, terminated);
    if (over && !final) this.#user.subscriptionEnded?.(reason);
  }

  /** The call is over. The peer may still report, yet it is waited for no longer than for a subscription that begins now. */
  callEnded(): void {
    this.#callEnded = true;
    const longest = this.#patience(REFER_EXPIRES_SECONDS);
    if (this.#expiry && this.#expiresAt > this.#dialog.clock.now() + longest) this.#expireAfter(longest);
  }

  dispose(): void {
    if (this.#end()) this.#user.subscriptionEnded?.('timeout');
  }

  #patience(expiresSeconds: number): number {
    const seconds = this.#callEnded ? Math.min(expiresSeconds, REFER_EXPIRES_SECONDS) : expiresSeconds;
    return 1000 * seconds + 64 * this.#dialog.timers.T1;
  }

  #expireAfter(ms: number): void {
    const { clock, owner } = this.#dialog;
    this.#expiry?.cancel();
    this.#expiresAt = clock.now() + ms;
    this.#expiry = clock.after(ms, () => this.dispose(), owner);
  }

  /** @returns false when it was over before */
  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#expiry?.cancel();
    this.#over();
    return true;
  }
}

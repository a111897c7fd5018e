/**
 * The usages of a dialog besides its INVITE: subscriptions, at either side. A BYE ends the INVITE usage only; the dialog
 * lives until its last usage has ended. RFC 5057 §4, RFC 6665 §4.2.2.
 */
import type { SipRequest } from '../message/index.ts';
import type { Clock } from '../time/clock.ts';
import type { Owner } from '../time/owner.ts';
import type { ClientUser } from '../transaction/index.ts';
import type { Arrival } from '../transport/index.ts';

/** Whoever sends a request in a dialog. */
export interface DialogRequestUser extends ClientUser {
  /** The request was challenged, and this one went out in its place: with another CSeq number. */
  resent?(request: SipRequest): void;
}

/** All that a usage may do with its dialog. */
export interface UsageDialog {
  readonly clock: Clock;
  /** Milliseconds. RFC 3261 §17.1.1.1. */
  readonly timers: { readonly T1: number; readonly T2: number };
  /** Whom the timers of a usage belong to (W3). */
  readonly owner: Owner;
  /** Sends a request with the next CSeq number. A peer that cannot be located counts as a transport error. */
  request(method: string, headers: Iterable<[string, string]>, user: DialogRequestUser, body?: Uint8Array): void;
  /** Our Contact; in a response for the peer that the request came from. */
  contact(from?: Arrival): string;
}

export interface Usage {
  /** The dialog is given up: nothing can be sent or heard in it any more. */
  dispose(): void;
}

/** The usages that keep a dialog alive. */
export class Usages {
  readonly #live = new Set<Usage>();
  readonly #lastEnded: () => void;

  /** @param lastEnded told each time that none is left */
  constructor(lastEnded: () => void) {
    this.#lastEnded = lastEnded;
  }

  get size(): number {
    return this.#live.size;
  }

  begin(usage: Usage): void {
    this.#live.add(usage);
  }

  end(usage: Usage): void {
    if (this.#live.delete(usage) && this.#live.size === 0) this.#lastEnded();
  }

  /** Gives the dialog up. */
  dispose(): void {
    for (const usage of this.#live) usage.dispose();
  }
}

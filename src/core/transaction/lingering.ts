import type { Clock } from '../time/clock.ts';
import { Lapsing } from '../time/lapsing.ts';
import type { Hop } from '../transport/index.ts';

/** A rest may last longer by this part of it, so that transactions end their rest in groups. */
const GRACE = 1 / 64;

/** What a transaction that has done its work leaves behind, so that late messages still find what they belong to. */
export interface Lingering {
  /** Where the peer is. */
  readonly hop?: Hop;
  /** Of a request other than INVITE: the final response, to be sent again when the request is. */
  readonly answer?: LingeringAnswer;
  /** Of an INVITE that was accepted: the To tag of the 2xx. */
  readonly toTag?: string | undefined;
  readonly onEnd?: ((why: 'done') => void) | undefined;
}

/**
 * A final response that may be wanted again. One that says nothing but its status is made anew from the request that is
 * repeated; of any other the bytes are kept, as a string of a character a byte: a Buffer would keep the whole slab that
 * it was cut from.
 */
export type LingeringAnswer = { readonly status: number; readonly reason: string } | { readonly printed: string };

/**
 * Transactions at rest, by key. Most transactions of a busy trunk are: they last 64·T1 and have a fraction of a second
 * of work. No message, no user and no timer of their own is kept for them.
 */
export class LingeringTransactions {
  readonly #clock: Clock;
  /** By how long a rest lasts, in milliseconds: Timer K is one length, J, L and M are another. */
  readonly #lines = new Map<number, Lapsing<Lingering>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    let size = 0;
    for (const line of this.#lines.values()) size += line.size;
    return size;
  }

  /** @param key not a piece of a message, which it would keep */
  add(key: string, ms: number, entry: Lingering): void {
    let line = this.#lines.get(ms);
    if (line === undefined) {
      line = new Lapsing(this.#clock, ms, (_, { onEnd }) => onEnd?.('done'), ms * GRACE);
      this.#lines.set(ms, line);
    }
    line.set(key, entry);
  }

  get(key: string): Lingering | undefined {
    for (const line of this.#lines.values()) {
      const entry = line.get(key);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** Forgets all of them without telling anybody. */
  clear(): void {
    for (const line of this.#lines.values()) line.drain();
  }
}

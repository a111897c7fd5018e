import type { Clock } from '../time/clock.ts';
import { Lapsing } from '../time/lapsing.ts';
import type { Hop } from '../transport/index.ts';

/** What a transaction that has done its work leaves behind, so that late messages still find what they belong to. */
export interface AtRest {
  /** Where the peer is. */
  readonly hop?: Hop;
  /**
   * Of a request other than INVITE: the bytes of the final response, to be sent again when the request is. A string of
   * a character a byte: a Buffer would keep the whole slab that it was cut from.
   */
  readonly printed?: string | undefined;
  /** Of an INVITE that was accepted: the To tag of the 2xx. */
  readonly toTag?: string | undefined;
  readonly onEnd?: (() => void) | undefined;
}

/**
 * Transactions at rest, by key. Most transactions of a busy trunk are: they last 64·T1 and have a fraction of a second
 * of work. No message, no user and no timer of their own is kept for them.
 */
export class Resting {
  readonly #clock: Clock;
  /** By how long a rest lasts, in milliseconds: Timer K is one length, J, L and M are another. */
  readonly #lines = new Map<number, Lapsing<AtRest>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    let size = 0;
    for (const line of this.#lines.values()) size += line.size;
    return size;
  }

  add(key: string, ms: number, entry: AtRest): void {
    let line = this.#lines.get(ms);
    if (line === undefined) {
      line = new Lapsing(this.#clock, ms, (_, { onEnd }) => onEnd?.());
      this.#lines.set(ms, line);
    }
    line.set(key, entry);
  }

  get(key: string): AtRest | undefined {
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

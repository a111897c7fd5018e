import type { Clock, Timer } from '../time/clock.ts';
import type { Hop } from '../transport/index.ts';

/** What a transaction that has done its work leaves behind, so that late messages still find what they belong to. */
export interface AtRest {
  /** Where the peer is. */
  readonly hop?: Hop;
  /** Of a request other than INVITE: the final response, to be sent again when the request is. */
  readonly printed?: Buffer | undefined;
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
  /** By how long a rest lasts, in milliseconds: those of one length end in the order in which they began. */
  readonly #lines = new Map<number, Line>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    let size = 0;
    for (const { entries } of this.#lines.values()) size += entries.size;
    return size;
  }

  add(key: string, ms: number, entry: AtRest): void {
    let line = this.#lines.get(ms);
    if (line === undefined) {
      line = { entries: new Map(), timer: undefined };
      this.#lines.set(ms, line);
    }
    line.entries.set(key, { ...entry, endsAt: this.#clock.now() + ms });
    line.timer ??= this.#clock.after(ms, () => this.#end(line));
  }

  get(key: string): AtRest | undefined {
    for (const { entries } of this.#lines.values()) {
      const entry = entries.get(key);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** Forgets all of them without telling anybody. */
  clear(): void {
    for (const { timer } of this.#lines.values()) timer?.cancel();
    this.#lines.clear();
  }

  #end(line: Line): void {
    const now = this.#clock.now();
    line.timer = undefined;
    for (const [key, { endsAt, onEnd }] of line.entries) {
      if (endsAt > now) {
        line.timer = this.#clock.after(endsAt - now, () => this.#end(line));
        return;
      }
      line.entries.delete(key);
      onEnd?.();
    }
  }
}

interface Line {
  readonly entries: Map<string, AtRest & { readonly endsAt: number }>;
  timer: Timer | undefined;
}

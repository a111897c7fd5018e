import type { Clock, Timer } from './clock.ts';

interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
  /** When its time is over. */
  readonly at: number;
}

/** Places of the queue that may be empty at its front before it is cut. */
const MOST_EMPTY = 1024;

/**
 * Values by key that are all kept for the same time. They lapse in the order in which they came, so that one timer
 * serves them all.
 */
export class Lapsing<Value> {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #graceMs: number;
  readonly #lapsed: (key: string, value: Value) => void;
  readonly #entries = new Map<string, Entry<Value>>();
  /** Oldest first, from `#first` on. Of a key that was set again the earlier entry stays here and counts no more. */
  #queue: (Entry<Value> | undefined)[] = [];
  #first = 0;
  #timer: Timer | undefined;

  /**
   * @param ms milliseconds that each is kept
   * @param lapsed told of each whose time is over, after it was let go
   * @param graceMs milliseconds that one may be kept longer, so that many lapse in one go: a timer for each would
   *   wake the process as often as values come
   */
  constructor(clock: Clock, ms: number, lapsed: (key: string, value: Value) => void, graceMs = 0) {
    this.#clock = clock;
    this.#ms = ms;
    this.#lapsed = lapsed;
    this.#graceMs = graceMs;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Keeps a value from now on; one that the key had is replaced, and its time begins anew. */
  set(key: string, value: Value): void {
    const entry = { key, value, at: this.#clock.now() + this.#ms };
    this.#entries.set(key, entry);
    this.#queue.push(entry);
    this.#timer ??= this.#clock.after(this.#ms + this.#graceMs, () => this.#sweep());
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Lets all go, oldest first; they are told only to `each`. */
  drain(each: (key: string, value: Value) => void = () => {}): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (let entry = this.#take(Infinity); entry !== undefined; entry = this.#take(Infinity)) {
      each(entry.key, entry.value);
    }
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    try {
      for (let entry = this.#take(now); entry !== undefined; entry = this.#take(now)) {
        this.#lapsed(entry.key, entry.value);
      }
    } finally {
      // Also when one of them fails: those behind it still get their turn.
      const next = this.#queue[this.#first];
      if (next !== undefined) this.#timer ??= this.#clock.after(next.at - now + this.#graceMs, () => this.#sweep());
    }
  }

  /** The oldest entry that counts, if its time is over by then. */
  #take(by: number): Entry<Value> | undefined {
    for (let entry = this.#queue[this.#first]; entry !== undefined; entry = this.#queue[this.#first]) {
      const counts = this.#entries.get(entry.key) === entry;
      if (counts && entry.at > by) return undefined;
      this.#queue[this.#first] = undefined;
      this.#first += 1;
      if (this.#first > MOST_EMPTY && this.#first * 2 > this.#queue.length) this.#cut();
      if (!counts) continue;
      this.#entries.delete(entry.key);
      return entry;
    }
    this.#cut();
    return undefined;
  }

  #cut(): void {
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }
}

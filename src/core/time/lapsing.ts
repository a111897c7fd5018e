import type { Clock, Timer } from './clock.ts';

/**
 * Values by key that are all kept for the same time. They lapse in the order in which they came, so that one timer
 * serves them all.
 */
export class Lapsing<Value> {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #lapsed: (key: string, value: Value) => void;
  readonly #entries = new Map<string, { readonly value: Value; readonly at: number }>();
  #timer: Timer | undefined;

  /**
   * @param ms milliseconds that each is kept
   * @param lapsed told of each whose time is over, after it was let go
   */
  constructor(clock: Clock, ms: number, lapsed: (key: string, value: Value) => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#lapsed = lapsed;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Keeps a value from now on; one that the key had is replaced, and its time begins anew. */
  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, at: this.#clock.now() + this.#ms });
    this.#timer ??= this.#clock.after(this.#ms, () => this.#sweep());
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Lets one go before its time, without telling. */
  delete(key: string): Value | undefined {
    const value = this.get(key);
    this.#entries.delete(key);
    if (this.#entries.size === 0) this.#stop();
    return value;
  }

  /** Lets all go, oldest first; they are told only to `each`. */
  drain(each: (key: string, value: Value) => void = () => {}): void {
    this.#stop();
    for (const [key, { value }] of this.#entries) {
      this.#entries.delete(key);
      each(key, value);
    }
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const [key, { value, at }] of this.#entries) {
      if (at > now) break;
      this.#entries.delete(key);
      this.#lapsed(key, value);
    }
    this.#stop();
    for (const { at } of this.#entries.values()) {
      this.#timer = this.#clock.after(at - now, () => this.#sweep());
      break;
    }
  }
}

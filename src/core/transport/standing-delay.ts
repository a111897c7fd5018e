/**
 * Tells a standing queue, which means that more comes than can be done, from a burst or a pause of the process, which
 * pass by themselves. After CoDel (RFC 8289 §3): what counts is that the delay has not been small for a while. The way back is at a
 * smaller delay than the way in, so that the state does not flap (RFC 6357 §5.3). Pure: time comes in.
 */
export interface StandingDelayOptions {
  /** Milliseconds that a request may wait. Far less than T1 (500 ms), after which its sender would repeat it. */
  readonly targetMs?: number;
  /** Milliseconds for which the delay has to be over the target before anybody is refused. */
  readonly intervalMs?: number;
  /** Milliseconds of delay at which nobody is refused any more. */
  readonly calmMs?: number;
}

export class StandingDelay {
  readonly #targetMs: number;
  readonly #intervalMs: number;
  readonly #calmMs: number;
  /** Since when every delay was over the target, in clock time. */
  #overSince: number | undefined;
  #overloaded = false;
  /** When the request before had its turn, in clock time. */
  #lastAt = -Infinity;

  constructor({ targetMs = 60, intervalMs = 500, calmMs = 10 }: StandingDelayOptions = {}) {
    this.#targetMs = targetMs;
    this.#intervalMs = intervalMs;
    this.#calmMs = calmMs;
  }

  get overloaded(): boolean {
    return this.#overloaded;
  }

  #clear(): void {
    this.#overSince = undefined;
    this.#overloaded = false;
  }

  /**
   * @param waitedMs how long a request has waited for its turn
   * @param now clock time in milliseconds
   * @returns whether it is one too many
   */
  refuses(waitedMs: number, now: number): boolean {
    // Nobody was waiting when it came: what was before it is over.
    if (now - waitedMs >= this.#lastAt) this.#clear();
    this.#lastAt = now;
    if (waitedMs < this.#targetMs) {
      this.#overSince = undefined;
      if (waitedMs <= this.#calmMs) this.#overloaded = false;
      return false;
    }
    this.#overSince ??= now;
    if (now - this.#overSince >= this.#intervalMs) this.#overloaded = true;
    return this.#overloaded;
  }
}

/**
 * How many legs an account has, and how fast it adds them (P25). A leg is what has a record of its own: a call, or the
 * transfer leg of one. Calls per second are a token bucket that holds one second's worth. Where calls over the rate may
 * queue, the bucket goes into debt: whoever takes a token that is not there yet knows when it will be.
 */
import type { Clock } from '../time/clock.ts';

export interface CapacityLimits {
  readonly concurrentCalls: number;
  readonly callsPerSecond: number;
}

/** How many legs may wait for their turn, and how long, in seconds. */
export interface QueueLimits {
  readonly length: number;
  readonly seconds: number;
}

/** What is left, at one instant. */
export interface CapacityView extends CapacityLimits {
  /** Legs that count now. */
  readonly legs: number;
  /** Milliseconds until the next leg may begin; 0 when it may now. */
  readonly waitMs: number;
  /** Whether a leg may wait that long; undefined where none may wait at all. */
  readonly queue?: 'open' | 'full';
}

/** What the sums of fractions may be off, in milliseconds and in tokens. */
const ROUNDING = 1e-6;

export class Capacity {
  readonly #clock: Clock;
  readonly #limits: () => CapacityLimits;
  readonly #queue: () => QueueLimits | undefined;
  #legs = 0;
  #tokens: number;
  #filledAt: number;

  /** @param queue undefined where nothing over the rate may wait */
  constructor(clock: Clock, limits: () => CapacityLimits, queue: () => QueueLimits | undefined = () => undefined) {
    this.#queue = queue;
    this.#clock = clock;
    this.#limits = limits;
    this.#tokens = limits().callsPerSecond;
    this.#filledAt = clock.now();
  }

  view(): CapacityView {
    const { concurrentCalls, callsPerSecond } = this.#limits();
    const queue = this.#queue();
    const waitMs = this.#waitMs(callsPerSecond);
    const full = queue && (waitMs > queue.seconds * 1000 || Math.ceil(-this.#tokens - ROUNDING) >= queue.length);
    return {
      concurrentCalls,
      callsPerSecond,
      legs: this.#legs,
      waitMs,
      ...(queue ? { queue: full ? 'full' : 'open' } : {}),
    };
  }

  /**
   * A leg begins, or waits for its turn. Whether it may has been decided before, by the view.
   * @returns milliseconds until its turn, which later changes of the rate do not move
   */
  take(): number {
    const waitMs = this.#waitMs(this.#limits().callsPerSecond);
    this.#legs += 1;
    this.#tokens -= 1;
    return waitMs;
  }

  /** @param unused it ended before its turn had come: somebody else may have it */
  giveBack(unused = false): void {
    this.#legs -= 1;
    if (unused) this.#tokens += 1;
  }

  #waitMs(callsPerSecond: number): number {
    this.#fill(callsPerSecond);
    const waitMs = ((1 - this.#tokens) * 1000) / callsPerSecond;
    return waitMs > ROUNDING ? Math.ceil(waitMs - ROUNDING) : 0;
  }

  #fill(perSecond: number): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(perSecond, this.#tokens + ((now - this.#filledAt) * perSecond) / 1000);
    this.#filledAt = now;
  }
}

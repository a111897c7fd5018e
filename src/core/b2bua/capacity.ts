/**
 * How many legs an account has, and how fast it adds them (P25). A leg is what has a record of its own: a call, or the
 * transfer leg of one. Calls per second are a token bucket that holds one second's worth.
 */
import type { Clock } from '../time/clock.ts';

export interface CapacityLimits {
  readonly concurrentCalls: number;
  readonly callsPerSecond: number;
}

/** What is left, at one instant. */
export interface CapacityView extends CapacityLimits {
  /** Legs that count now. */
  readonly legs: number;
  /** Milliseconds until the next leg may begin; 0 when it may now. */
  readonly waitMs: number;
}

/** Milliseconds that the sums of fractions may be off. */
const ROUNDING_MS = 1e-6;

export class Capacity {
  readonly #clock: Clock;
  readonly #limits: () => CapacityLimits;
  #legs = 0;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, limits: () => CapacityLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#tokens = limits().callsPerSecond;
    this.#filledAt = clock.now();
  }

  view(): CapacityView {
    const limits = this.#limits();
    this.#fill(limits.callsPerSecond);
    const waitMs = ((1 - this.#tokens) * 1000) / limits.callsPerSecond;
    return { ...limits, legs: this.#legs, waitMs: waitMs > ROUNDING_MS ? Math.ceil(waitMs - ROUNDING_MS) : 0 };
  }

  /** A leg begins. Whether it may has been decided before, by the view. */
  take(): void {
    this.#fill(this.#limits().callsPerSecond);
    this.#legs += 1;
    this.#tokens = Math.max(0, this.#tokens - 1);
  }

  giveBack(): void {
    this.#legs -= 1;
  }

  #fill(perSecond: number): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(perSecond, this.#tokens + ((now - this.#filledAt) * perSecond) / 1000);
    this.#filledAt = now;
  }
}

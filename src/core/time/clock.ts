import type { Owner } from './owner.ts';

/** A timer that has been armed. Cancelling one that fired or was cancelled does nothing. */
export interface Timer {
  cancel(): void;
}

/** The only source of time in core. Logic takes a Clock; only this folder reads the real one. */
export interface Clock {
  /** Milliseconds since an arbitrary start; monotonic, with fractions. */
  now(): number;
  /** Milliseconds since the Unix epoch, with fractions; for records and traces only. */
  wall(): number;
  /**
   * Fires once after `ms` milliseconds.
   * @param owner told when `fire` throws; without one the error is only logged. Other timers fire all the same (W3)
   */
  after(ms: number, fire: () => void, owner?: Owner): Timer;
}

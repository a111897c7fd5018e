import type { Clock, Timer } from './clock.ts';
import type { Owner } from './owner.ts';
import { TimerHeap } from './timer-heap.ts';

/** What the real clock needs of its host; a test passes its own. All times in milliseconds. */
export interface ClockDriver {
  /** Monotonic, with fractions. */
  now(): number;
  /** Since the Unix epoch. */
  epoch(): number;
  setTimeout(wake: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** setTimeout takes a signed 32-bit delay; a later timer is reached by waking up in between. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;
/** How far the system's time may move from ours before we follow it (an adjusted clock, a suspended machine). */
const WALL_TOLERANCE_MS = 20;

/**
 * The real clock. One setTimeout serves every timer, because the trunk holds tens of thousands of them.
 * A timer never fires early; it fires within about 2 ms of its time on an idle event loop.
 */
export class RealClock implements Clock {
  readonly #driver: ClockDriver;
  readonly #failed: (error: unknown) => void;
  readonly #heap = new TimerHeap(() => this.#wakeNoMore());
  #wallOffset: number;
  #sleep: { at: number; handle: unknown } | undefined;

  /**
   * @param failed told what a timer without an owner threw, or what its owner threw when it was told; without it the
   *   process hears of it as of any exception that nobody catches
   */
  constructor(failed: (error: unknown) => void = throwOutside, driver: ClockDriver = nodeDriver) {
    this.#failed = failed;
    this.#driver = driver;
    this.#wallOffset = driver.epoch() - driver.now();
  }

  /** Timers armed and neither fired nor cancelled. */
  get pending(): number {
    return this.#heap.size;
  }

  now(): number {
    return this.#driver.now();
  }

  wall(): number {
    const now = this.#driver.now();
    const drift = this.#driver.epoch() - (now + this.#wallOffset);
    if (Math.abs(drift) > WALL_TOLERANCE_MS) this.#wallOffset += drift;
    return now + this.#wallOffset;
  }

  after(ms: number, fire: () => void, owner?: Owner): Timer {
    const timer = this.#heap.arm(this.#driver.now() + Math.max(0, ms), fire, owner);
    this.#scheduleWake();
    return timer;
  }

  /**
   * Sleeps until the next timer. A sleep that a cancelled timer made needless ends by itself: clearing it would
   * cost more than the empty wake.
   */
  #scheduleWake(): void {
    const next = this.#heap.nextAt;
    if (next === undefined || (this.#sleep !== undefined && this.#sleep.at <= next)) return;
    if (this.#sleep !== undefined) this.#driver.clearTimeout(this.#sleep.handle);
    const ms = Math.min(LONGEST_SLEEP_MS, Math.max(0, Math.ceil(next - this.#driver.now())));
    this.#sleep = { at: next, handle: this.#driver.setTimeout(this.#wake, ms) };
  }

  /** With no timer left, a sleep would only keep the process from ending. */
  #wakeNoMore(): void {
    if (this.#sleep === undefined) return;
    this.#driver.clearTimeout(this.#sleep.handle);
    this.#sleep = undefined;
  }

  readonly #wake = (): void => {
    this.#sleep = undefined;
    // Timers armed while these fire wait for the next wake, so that sockets get their turn.
    const now = this.#driver.now();
    const before = this.#heap.armed;
    for (let due = this.#heap.takeDue(now, before); due !== undefined; due = this.#heap.takeDue(now, before)) {
      try {
        due.fire();
      } catch (error) {
        this.#tell(due.owner, error);
      }
    }
    this.#scheduleWake();
  };

  /** What a timer threw must not keep the others from firing, nor end the process. */
  #tell(owner: Owner | undefined, error: unknown): void {
    if (owner === undefined) {
      this.#failed(error);
      return;
    }
    try {
      owner.failed(error);
    } catch (second) {
      this.#failed(second);
    }
  }
}

function throwOutside(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

const nodeDriver: ClockDriver = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  setTimeout: (wake, ms) => setTimeout(wake, ms),
  clearTimeout: (handle) => {
    clearTimeout(handle as NodeJS.Timeout);
  },
};

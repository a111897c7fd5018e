import type { Clock, Timer } from '../../src/core/time/clock.ts';
import type { Owner } from '../../src/core/time/owner.ts';
import { TimerHeap } from '../../src/core/time/timer-heap.ts';

/** 2030-01-01T00:00:00Z: the instant at which every test begins. */
const EPOCH_MS = 1_893_456_000_000;

/** Time that passes only when the test says so. */
export class VirtualClock implements Clock {
  readonly #heap = new TimerHeap();
  #now = 0;

  /** Timers armed and neither fired nor cancelled. */
  get pending(): number {
    return this.#heap.size;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return EPOCH_MS + this.#now;
  }

  after(ms: number, fire: () => void, owner?: Owner): Timer {
    return this.#heap.arm(this.#now + Math.max(0, ms), fire, owner);
  }

  /** Lets `ms` milliseconds pass; timers fire in order, each at its own instant, also those armed meanwhile. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#heap.takeDue(end); due !== undefined; due = this.#heap.takeDue(end)) {
      this.#now = due.at;
      fireGuarded(due);
    }
    this.#now = end;
  }

  /** Like `advance`, but lets promises settle before time starts, between timers and at the end. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let due = this.#heap.takeDue(end); due !== undefined; due = this.#heap.takeDue(end)) {
      this.#now = due.at;
      fireGuarded(due);
      await settle();
    }
    this.#now = end;
  }
}

/** Resolves when every promise that can settle without time passing has settled. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** As the real clock: the owner is told. Without one the test hears of it. */
function fireGuarded(due: { readonly fire: () => void; readonly owner: Owner | undefined }): void {
  try {
    due.fire();
  } catch (error) {
    if (!due.owner) throw error;
    due.owner.failed(error);
  }
}

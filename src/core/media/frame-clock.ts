import { guarded } from '../log/owner.ts';
import { FRAME_MS } from '../rtp/frame.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Owner } from '../time/owner.ts';

/** A late timer makes up for so many frames; a burst of more is of no use to a jitter buffer. */
const MOST_AT_ONCE = 3;

type Tick = (dueMs: number) => void;

/** One timer for everything that makes a frame every 20 ms. It runs while there is anything to make. */
export class FrameClock {
  readonly #clock: Clock;
  readonly #ticks = new Map<Tick, Owner>();
  #timer: Timer | undefined;
  /** When the next frame is due; counted on, so that late timers do not add up. */
  #due = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param tick called for each frame with the time at which it is due; after a stall some frames are left out
   * @param owner told when a tick throws: it costs the others nothing (W3)
   * @returns stops it
   */
  join(tick: Tick, owner: Owner): () => void {
    this.#ticks.set(tick, owner);
    if (!this.#timer) {
      this.#due = this.#clock.now() + FRAME_MS;
      this.#arm();
    }
    return () => {
      this.#ticks.delete(tick);
      if (this.#ticks.size > 0) return;
      this.#timer?.cancel();
      this.#timer = undefined;
    };
  }

  #arm(): void {
    this.#timer = this.#clock.after(Math.max(0, this.#due - this.#clock.now()), () => this.#fire());
  }

  #fire(): void {
    const now = this.#clock.now();
    const overdue = Math.floor((now - this.#due) / FRAME_MS) + 1;
    if (overdue > MOST_AT_ONCE) this.#due += (overdue - MOST_AT_ONCE) * FRAME_MS;
    while (this.#due <= now && this.#ticks.size > 0) {
      for (const [tick, owner] of this.#ticks) guarded(() => tick(this.#due), owner);
      this.#due += FRAME_MS;
    }
    if (this.#ticks.size > 0) this.#arm();
  }
}

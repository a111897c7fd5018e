/** One who is heard in mixes: decoded once a frame, and once a frame brought to each rate that a listener needs. */
import { resampler, type Resampler } from '../codec/resample.ts';
import type { Frame } from '../rtp/frame.ts';
import type { Clock } from '../time/clock.ts';
import { MixInput } from './mix-input.ts';

/** To one rate, from what the speaker's codec has now. */
interface Conversion {
  readonly fromHz: number;
  readonly resampler: Resampler;
  /** This frame, once somebody has asked for it. */
  now: Int16Array | undefined;
}

export class MixSpeaker {
  /** Takes its frames. */
  readonly input: MixInput;
  #now: Int16Array | undefined;
  readonly #conversions = new Map<number, Conversion>();

  /** @param keys takes its telephone events, which are no sound */
  constructor(clock: Clock, keys: (frame: Frame) => void) {
    this.input = new MixInput(clock, keys);
  }

  /** Goes on to the next 20 ms. @param dueMs when they are due, by our clock */
  next(dueMs: number): void {
    this.#now = undefined;
    for (const conversion of this.#conversions.values()) conversion.now = undefined;
    this.#now = this.input.pull(dueMs);
    // What was said before a pause has no part in what comes after it.
    if (!this.#now) this.#conversions.clear();
  }

  /** What it says in these 20 ms, at a listener's rate; undefined while it is silent. Valid until `next`. */
  at(rateHz: number): Int16Array | undefined {
    const fromHz = this.input.rateHz;
    if (!this.#now || fromHz === rateHz) return this.#now;
    let conversion = this.#conversions.get(rateHz);
    if (conversion?.fromHz !== fromHz) {
      conversion = { fromHz, resampler: resampler(fromHz, rateHz), now: undefined };
      this.#conversions.set(rateHz, conversion);
    }
    return (conversion.now ??= conversion.resampler.convert(this.#now));
  }
}

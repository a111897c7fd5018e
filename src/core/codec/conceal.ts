/**
 * Fills gaps in decoded sound, for codecs that have no means of their own. After ITU-T G.711 Appendix I: the last pitch
 * period is repeated, quieter from 10 ms on, silent after 60 ms.
 */

/** Pitch from 66 to 200 Hz: periods of 5 to 15 ms. */
const SHORTEST_MS = 5;
const LONGEST_MS = 15;
/** What two periods are compared over. */
const COMPARED_MS = 20;
/** What is remembered: the longest period before the part that is compared. */
const HISTORY_MS = LONGEST_MS + COMPARED_MS;
/** From one signal into another. */
const OVERLAP_MS = 4;
const FULL_MS = 10;
const SILENT_MS = 60;
/** Enough to tell periods apart: the comparison steps over samples so that it costs the same at every rate. */
const COMPARED_RATE_HZ = 8000;

export class Concealer {
  readonly #perMs: number;
  readonly #history: Int16Array;
  /** The newest period, while a gap lasts. */
  #period: Float32Array | undefined;
  /** Samples since the gap began. */
  #filled = 0;

  constructor(sampleRateHz: number) {
    this.#perMs = sampleRateHz / 1000;
    this.#history = new Int16Array(HISTORY_MS * this.#perMs);
  }

  /** Remembers sound that came, and leads into it softly after a gap. Changes `samples`. */
  hear(samples: Int16Array): Int16Array {
    if (this.#period) this.#leadIn(samples);
    const history = this.#history;
    if (samples.length >= history.length) history.set(samples.subarray(samples.length - history.length));
    else {
      history.copyWithin(0, samples.length);
      history.set(samples, history.length - samples.length);
    }
    return samples;
  }

  conceal(count: number): Int16Array {
    this.#period ??= this.#findPeriod();
    const filled = new Int16Array(count);
    for (let index = 0; index < count; index += 1) filled[index] = this.#next();
    return filled;
  }

  #next(): number {
    const period = this.#period!;
    const ms = this.#filled / this.#perMs;
    const gain = ms < FULL_MS ? 1 : Math.max(0, 1 - (ms - FULL_MS) / (SILENT_MS - FULL_MS));
    const sample = gain === 0 ? 0 : period[this.#filled % period.length]! * gain;
    this.#filled += 1;
    return sample;
  }

  #leadIn(samples: Int16Array): void {
    const overlap = Math.min(OVERLAP_MS * this.#perMs, samples.length);
    for (let index = 0; index < overlap; index += 1) {
      const share = (index + 1) / (overlap + 1);
      samples[index] = samples[index]! * share + this.#next() * (1 - share);
    }
    this.#period = undefined;
    this.#filled = 0;
  }

  /** The last period, its end blended into the sound before it so that the seam of each repetition is smooth. */
  #findPeriod(): Float32Array {
    const history = this.#history;
    const length = this.#pitch();
    const start = history.length - length;
    const period = Float32Array.from(history.subarray(start));
    const overlap = Math.min(OVERLAP_MS * this.#perMs, length >> 2);
    for (let index = 0; index < overlap; index += 1) {
      const share = (index + 1) / (overlap + 1);
      const at = length - overlap + index;
      period[at] = period[at]! * (1 - share) + history[start - overlap + index]! * share;
    }
    return period;
  }

  /** The length at which the sound resembles itself most, in samples. */
  #pitch(): number {
    const step = Math.max(1, Math.round((this.#perMs * 1000) / COMPARED_RATE_HZ));
    const history = this.#history;
    const from = history.length - COMPARED_MS * this.#perMs;
    let best = LONGEST_MS * this.#perMs;
    let bestScore = 0;
    for (let lag = SHORTEST_MS * this.#perMs; lag <= LONGEST_MS * this.#perMs; lag += 1) {
      let alike = 0;
      let energy = 1;
      for (let at = from; at < history.length; at += step) {
        const before = history[at - lag]!;
        alike += history[at]! * before;
        energy += before * before;
      }
      const score = alike <= 0 ? 0 : (alike * alike) / energy;
      if (score > bestScore) [best, bestScore] = [lag, score];
    }
    return best;
  }
}

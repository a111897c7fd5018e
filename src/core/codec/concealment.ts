/**
 * Sound in place of a lost packet: the last pitch period again and again, fading to silence within 60 ms. After ITU-T G.711
 * Appendix I, for any sample rate.
 */

/** The longest period that is looked for, and how much of the past is compared: 15 and 10 ms. The shortest: 2.5 ms. */
const LONGEST_MS = 15;
const SHORTEST_MS = 2.5;
const COMPARED_MS = 10;
/** As loud as before for so long; silent after that. */
const FULL_MS = 10;
const FADED_MS = 60;
/** What comes after the hole is blended in over this time. */
const BLEND_MS = 4;

export class Concealment {
  readonly #perMs: number;
  readonly #past: Int16Array;
  readonly #period: Float32Array;
  #length = 0;
  /** Samples that were made since the last real one. */
  #made = 0;

  constructor(rateHz: number) {
    this.#perMs = rateHz / 1000;
    this.#past = new Int16Array((2 * LONGEST_MS + COMPARED_MS) * this.#perMs);
    this.#period = new Float32Array(LONGEST_MS * this.#perMs);
  }

  /** Real sound; its beginning is blended with what was made before. Changes `samples`. */
  heard(samples: Int16Array): void {
    if (this.#made > 0) this.#blend(samples);
    const past = this.#past;
    if (samples.length >= past.length) {
      past.set(samples.subarray(samples.length - past.length));
      return;
    }
    past.copyWithin(0, samples.length);
    past.set(samples, past.length - samples.length);
  }

  /** Fills `samples` with what may have been there. */
  make(samples: Int16Array): void {
    if (this.#made === 0) this.#listen();
    for (let at = 0; at < samples.length; at += 1) samples[at] = this.#next();
  }

  #blend(samples: Int16Array): void {
    const count = Math.min(samples.length, BLEND_MS * this.#perMs);
    for (let at = 0; at < count; at += 1) {
      const weight = (at + 1) / (count + 1);
      samples[at] = Math.round(samples[at]! * weight + this.#next() * (1 - weight));
    }
    this.#made = 0;
  }

  #next(): number {
    const full = FULL_MS * this.#perMs;
    const gone = (this.#made - full) / ((FADED_MS - FULL_MS) * this.#perMs);
    const level = Math.max(0, Math.min(1, 1 - gone));
    const sample = this.#period[this.#made % this.#length]! * level;
    this.#made += 1;
    return Math.round(sample);
  }

  /** Keeps the last period; its last quarter leads over to its beginning. */
  #listen(): void {
    const length = this.#findPeriod();
    const past = this.#past;
    const begin = past.length - length;
    const quarter = Math.max(1, length >> 2);
    for (let at = 0; at < length; at += 1) {
      const weight = Math.max(0, (at - (length - quarter) + 1) / quarter);
      this.#period[at] = past[begin + at]! * (1 - weight) + past[begin - length + at]! * weight;
    }
    this.#length = length;
  }

  /** The distance at which the past is most like itself, in samples. Looked for at 8 kHz at most. */
  #findPeriod(): number {
    const past = this.#past;
    const step = Math.max(1, Math.floor(this.#perMs / 8));
    const from = past.length - COMPARED_MS * this.#perMs;
    let best = LONGEST_MS * this.#perMs;
    let most = 0;
    for (let length = SHORTEST_MS * this.#perMs; length <= LONGEST_MS * this.#perMs; length += step) {
      let product = 0;
      let power = 1;
      for (let at = from; at < past.length; at += step) {
        const before = past[at - length]!;
        product += past[at]! * before;
        power += before * before;
      }
      const likeness = product <= 0 ? 0 : (product * product) / power;
      if (likeness > most * 1.001) {
        most = likeness;
        best = length;
      }
    }
    return best;
  }
}

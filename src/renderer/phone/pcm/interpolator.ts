/**
 * Reads a stream of samples at another pace than it was written: from one sample rate to another, and a little faster or
 * slower where clocks differ. A windowed sinc of 16 zero crossings a side; flat to 0.42 of the lower rate, 60 dB down from
 * 0.58 on. Pure.
 */

const CROSSINGS = 16;
const PHASES = 128;
/** Kaiser, for 60 dB. */
const BETA = 5.65;

export class Interpolator {
  /** A row for each phase, and one more, so that the next one is always there. */
  readonly #rows: readonly Float32Array[];
  /** Samples that a row looks back and ahead. */
  readonly #reach: number;
  #line: Float32Array;
  #length: number;
  /** Where the next sample is read, in samples of `#line`. */
  #at: number;

  /** @param step samples of the input for one of the output, as it usually is */
  constructor(step: number) {
    const scale = Math.max(1, step);
    this.#reach = Math.ceil(CROSSINGS * scale);
    this.#rows = Array.from({ length: PHASES + 1 }, (_, phase) => row(phase / PHASES, this.#reach, scale));
    this.#line = new Float32Array(4096);
    this.#at = this.#reach;
    this.#length = 2 * this.#reach;
  }

  /** Samples that were written, and not read yet. */
  get waiting(): number {
    return this.#length - this.#reach - this.#at;
  }

  write(samples: ArrayLike<number>): void {
    const needed = this.#length + samples.length;
    const done = Math.floor(this.#at) - this.#reach;
    if (needed > this.#line.length) {
      const kept = this.#line.subarray(done, this.#length);
      const line = kept.length + samples.length > this.#line.length ? new Float32Array(2 * needed) : this.#line;
      line.set(kept);
      this.#line = line;
      this.#at -= done;
      this.#length -= done;
    }
    this.#line.set(samples, this.#length);
    this.#length += samples.length;
  }

  /**
   * Fills `out` as far as there is something.
   * @returns how many samples were read
   */
  read(out: Float32Array, step: number): number {
    const last = this.#length - this.#reach;
    let index = 0;
    for (; index < out.length && this.#at + 1 <= last; index += 1) {
      out[index] = this.#sample();
      this.#at += step;
    }
    return index;
  }

  /** Passes over the oldest. */
  skip(samples: number): void {
    this.#at += Math.max(0, Math.min(samples, this.waiting));
  }

  #sample(): number {
    const whole = Math.floor(this.#at);
    const phase = (this.#at - whole) * PHASES;
    const low = Math.floor(phase);
    const part = phase - low;
    const [before, after] = [this.#rows[low]!, this.#rows[low + 1]!];
    const from = whole - this.#reach + 1;
    let [a, b] = [0, 0];
    for (let tap = 0; tap < before.length; tap += 1) {
      const sample = this.#line[from + tap]!;
      a += sample * before[tap]!;
      b += sample * after[tap]!;
    }
    return a + (b - a) * part;
  }
}

/** The taps for a place `part` of the way from one sample to the next. */
function row(part: number, reach: number, scale: number): Float32Array {
  const taps = Float32Array.from({ length: 2 * reach }, (_, tap) => {
    const x = (tap - reach + 1 - part) / scale;
    const inside = 1 - (x / CROSSINGS) ** 2;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return inside <= 0 ? 0 : (sinc * bessel(BETA * Math.sqrt(inside))) / bessel(BETA);
  });
  const gain = taps.reduce((sum, tap) => sum + tap, 0);
  return taps.map((tap) => tap / gain);
}

/** Zeroth-order modified Bessel function of the first kind. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-9; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/**
 * From one of the rates of our codecs (8, 16, 48 kHz) to another, by fixed polyphase filters, packet after packet.
 *
 * With R the lower of the two rates: flat within 0.05 dB up to 0.43 R (3440 Hz where R is 8 kHz, 6880 Hz where it is 16 kHz);
 * at least 65 dB down from 0.57 R on, so that what lies above and would fold back is not heard. The delay is 16 samples of R:
 * 2 ms at 8 kHz, 1 ms at 16 kHz. Linear phase: a Kaiser window over a sine cardinal.
 */

/** Taps of each phase: a transition from 0.43 R to 0.57 R at 65 dB takes 29, and some more leave room for rounding. */
const REACH = 16;
const PHASE_TAPS = 2 * REACH;
/** Kaiser's parameter for 68 dB. */
const BETA = 6.5;

export interface Resampler {
  /** @returns samples of the caller's own: as many as the ratio of the rates says, over all calls */
  convert(samples: Int16Array): Int16Array;
}

/** @throws RangeError unless one rate is a whole multiple of the other */
export function resampler(fromHz: number, toHz: number): Resampler {
  const factor = Math.max(fromHz, toHz) / Math.min(fromHz, toHz);
  if (!Number.isInteger(factor)) throw new RangeError(`no filter from ${fromHz} to ${toHz} Hz`);
  if (factor === 1) return { convert: (samples) => samples };
  return fromHz < toHz ? new Interpolator(factor) : new Decimator(factor);
}

const prototypes = new Map<number, Float64Array>();

/** The low-pass at `factor` times the lower rate; its gain is 1. */
function prototype(factor: number): Float64Array {
  const known = prototypes.get(factor);
  if (known) return known;
  const middle = REACH * factor;
  const taps = Float64Array.from({ length: 2 * middle + 1 }, (_, n) => {
    const t = n - middle;
    const sinc = t === 0 ? 1 / factor : Math.sin((Math.PI * t) / factor) / (Math.PI * t);
    return sinc * (bessel(BETA * Math.sqrt(1 - (t / middle) ** 2)) / bessel(BETA));
  });
  const gain = taps.reduce((sum, tap) => sum + tap, 0);
  const made = taps.map((tap) => tap / gain);
  prototypes.set(factor, made);
  return made;
}

/** Zeroth-order modified Bessel function of the first kind. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

const clip = (value: number): number => (value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : Math.round(value));

/** What is filtered, with what came before it. */
class Line {
  readonly #past: number;
  #samples: Float64Array;

  constructor(past: number) {
    this.#past = past;
    this.#samples = new Float64Array(past);
  }

  /** @returns the samples from `past` before the first one on */
  push(samples: Int16Array): Float64Array {
    const past = this.#past;
    const length = past + samples.length;
    const before = this.#samples;
    const line = before.length === length ? before : new Float64Array(length);
    line.set(before.subarray(before.length - past));
    line.set(samples, past);
    this.#samples = line;
    return line;
  }
}

/** To a higher rate. */
class Interpolator implements Resampler {
  readonly #phases: readonly Float64Array[];
  readonly #line: Line;

  constructor(factor: number) {
    const taps = prototype(factor);
    // The oldest sample first, as they lie in the line.
    this.#phases = Array.from({ length: factor }, (_, phase) =>
      Float64Array.from(
        { length: PHASE_TAPS + 1 },
        (__, at) => factor * (taps[(PHASE_TAPS - at) * factor + phase] ?? 0),
      ),
    );
    this.#line = new Line(PHASE_TAPS);
  }

  convert(samples: Int16Array): Int16Array {
    const phases = this.#phases;
    const line = this.#line.push(samples);
    const out = new Int16Array(samples.length * phases.length);
    let to = 0;
    for (let from = 0; from < samples.length; from += 1) {
      for (const taps of phases) {
        let sum = 0;
        for (let tap = 0; tap <= PHASE_TAPS; tap += 1) sum += taps[tap]! * line[from + tap]!;
        out[to] = clip(sum);
        to += 1;
      }
    }
    return out;
  }
}

/** To a lower rate. */
class Decimator implements Resampler {
  readonly #factor: number;
  readonly #taps: Float64Array;
  readonly #line: Line;
  /** How many samples come before the next one whose time is that of a sample of the lower rate. */
  #skip = 0;

  constructor(factor: number) {
    this.#factor = factor;
    this.#taps = prototype(factor);
    this.#line = new Line(this.#taps.length - 1);
  }

  convert(samples: Int16Array): Int16Array {
    const taps = this.#taps;
    const line = this.#line.push(samples);
    const count = Math.max(0, Math.ceil((samples.length - this.#skip) / this.#factor));
    const out = new Int16Array(count);
    let from = this.#skip;
    for (let to = 0; to < count; to += 1) {
      let sum = 0;
      for (let tap = 0; tap < taps.length; tap += 1) sum += taps[tap]! * line[from + tap]!;
      out[to] = clip(sum);
      from += this.#factor;
    }
    this.#skip = from - samples.length;
    return out;
  }
}

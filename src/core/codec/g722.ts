/**
 * G.722: 7 kHz of sound in 64 kbit/s, two sub-bands of adaptive differential PCM. ITU-T G.722 (2012). Its RTP clock is 8000
 * by an old mistake, although there are 16,000 samples a second. RFC 3551 §4.5.2.
 */
import type { Codec } from './codec.ts';
import { Concealment } from './concealment.ts';
import { Band, type Scale } from './g722-band.ts';

const SAMPLE_RATE_HZ = 16_000;

const LOWER: Scale = { steps: [-60, -30, 58, 172, 334, 538, 1198, 3042], most: 18_432, shift: 8, first: 32 };
/** Nothing is looked up at 0. */
const HIGHER: Scale = { steps: [0, -214, 798], most: 22_528, shift: 10, first: 8 };

/** The quadrature mirror filter: every second tap, and the others, which are their mirror image. Table 4. */
const QMF_ODD = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);
const QMF_EVEN = QMF_ODD.toReversed();
/** Samples that the filter looks back. */
const QMF_PAST = 22;

/** Decision levels of the lower band. Table 7. */
const LEVELS = Int32Array.from([
  0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339,
  1458, 1612, 1765, 1980, 2195, 2557, 2919,
]);
/** The codes of each level, for differences below zero and for others. Table 9. */
const NEGATIVE = Uint8Array.from([
  0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4,
]);
const POSITIVE = Uint8Array.from([
  0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33,
  32,
]);
/** The level between the two steps of the higher band. */
const HIGHER_LEVEL = 564;

/** What codes of the lower band with four, five and six bits stand for: QM4, QM5, QM6. */
const QM4 = Int32Array.from([
  0, -20_456, -12_896, -8968, -6288, -4240, -2584, -1200, 20_456, 12_896, 8968, 6288, 4240, 2584, 1200, 0,
]);
const QM5 = Int32Array.from([
  -280, -280, -23_352, -17_560, -14_120, -11_664, -9752, -8184, -6864, -5712, -4696, -3784, -2960, -2208, -1520, -880,
  23_352, 17_560, 14_120, 11_664, 9752, 8184, 6864, 5712, 4696, 3784, 2960, 2208, 1520, 880, 280, -280,
]);
const QM6 = Int32Array.from([
  -136, -136, -136, -136, -24_808, -21_904, -19_008, -16_704, -14_984, -13_512, -12_280, -11_192, -10_232, -9360, -8576,
  -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
  24_808, 21_904, 19_008, 16_704, 14_984, 13_512, 12_280, 11_192, 10_232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
  4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
]);
/** And those of the higher band, with two bits. */
const QM2 = Int32Array.of(-7408, -1616, 7408, 1616);
/** Magnitudes of the codes, as the scales look them up: RL42, RH2. */
const LOWER_MAGNITUDE = Uint8Array.of(0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0);
const HIGHER_MAGNITUDE = Uint8Array.of(2, 1, 2, 1);

const sat16 = (value: number): number => (value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value);
const sat15 = (value: number): number => (value > 16_383 ? 16_383 : value < -16_384 ? -16_384 : value);

export class G722Encoder {
  readonly #lower = new Band(LOWER);
  readonly #higher = new Band(HIGHER);
  #line = new Int32Array(QMF_PAST);

  /** @param samples of 16 kHz; an even number */
  encode(samples: Int16Array): Uint8Array {
    const codes = new Uint8Array(samples.length >> 1);
    const line = continued(this.#line, samples.length);
    line.set(samples, QMF_PAST);
    this.#line = line;
    for (let index = 0; index < codes.length; index += 1) {
      let [even, odd] = [0, 0];
      for (let tap = 0; tap < 12; tap += 1) {
        odd += line[2 * (index + tap)]! * QMF_ODD[tap]!;
        even += line[2 * (index + tap) + 1]! * QMF_EVEN[tap]!;
      }
      const low = this.#encodeLower(sat15((even + odd) >> 14));
      codes[index] = (this.#encodeHigher(sat15((even - odd) >> 14)) << 6) | low;
    }
    return codes;
  }

  close(): void {}

  #encodeLower(sample: number): number {
    const band = this.#lower;
    const difference = sat16(sample - band.predicted);
    const magnitude = difference >= 0 ? difference : -(difference + 1);
    let level = 1;
    while (level < LEVELS.length && magnitude >= (LEVELS[level]! * band.step) >> 12) level += 1;
    const code = difference < 0 ? NEGATIVE[level]! : POSITIVE[level]!;
    learnLower(band, code >> 2);
    return code;
  }

  #encodeHigher(sample: number): number {
    const band = this.#higher;
    const difference = sat16(sample - band.predicted);
    const magnitude = difference >= 0 ? difference : -(difference + 1);
    const large = magnitude >= (HIGHER_LEVEL * band.step) >> 12;
    const code = difference < 0 ? (large ? 0 : 1) : large ? 2 : 3;
    learnHigher(band, code);
    return code;
  }
}

/** How many bits of each octet are sound: mode 1, 2 and 3 of the Recommendation. RTP knows the first alone. */
export type G722Mode = 1 | 2 | 3;

export class G722Decoder {
  readonly #lower = new Band(LOWER);
  readonly #higher = new Band(HIGHER);
  readonly #values: Int32Array;
  readonly #shift: number;
  #line = new Int32Array(QMF_PAST);

  constructor(mode: G722Mode = 1) {
    this.#values = [QM6, QM5, QM4][mode - 1]!;
    this.#shift = mode - 1;
  }

  decode(codes: Uint8Array): Int16Array {
    const samples = new Int16Array(codes.length * 2);
    const line = continued(this.#line, samples.length);
    this.#line = line;
    for (let index = 0; index < codes.length; index += 1) {
      const code = codes[index]!;
      const low = this.#decodeLower(code & 0x3f);
      const high = this.#decodeHigher(code >> 6);
      line[QMF_PAST + 2 * index] = low + high;
      line[QMF_PAST + 2 * index + 1] = low - high;
      let [even, odd] = [0, 0];
      for (let tap = 0; tap < 12; tap += 1) {
        odd += line[2 * (index + tap)]! * QMF_ODD[tap]!;
        even += line[2 * (index + tap) + 1]! * QMF_EVEN[tap]!;
      }
      samples[2 * index] = sat16(even >> 11);
      samples[2 * index + 1] = sat16(odd >> 11);
    }
    return samples;
  }

  #decodeLower(code: number): number {
    const band = this.#lower;
    const sample = sat15(band.predicted + ((band.step * this.#values[code >> this.#shift]!) >> 15));
    learnLower(band, code >> 2);
    return sample;
  }

  #decodeHigher(code: number): number {
    const band = this.#higher;
    const sample = sat15(band.predicted + ((band.step * QM2[code]!) >> 15));
    learnHigher(band, code);
    return sample;
  }
}

/** Both ends learn from the four upper bits alone, so that the lower two may be used for data. */
function learnLower(band: Band, code: number): void {
  const difference = (band.step * QM4[code]!) >> 15;
  band.adaptStep(LOWER_MAGNITUDE[code]!);
  band.adaptPredictor(difference);
}

function learnHigher(band: Band, code: number): void {
  const difference = (band.step * QM2[code]!) >> 15;
  band.adaptStep(HIGHER_MAGNITUDE[code]!);
  band.adaptPredictor(difference);
}

/** Room for `count` samples after the end of `line`. */
function continued(line: Int32Array, count: number): Int32Array<ArrayBuffer> {
  const past = line.subarray(line.length - QMF_PAST);
  const next = new Int32Array(QMF_PAST + count);
  next.set(past);
  return next;
}

export const g722: Codec = {
  name: 'G722',
  clockRateHz: 8000,
  sampleRateHz: SAMPLE_RATE_HZ,
  channels: 1,
  payloadType: 9,
  frameMs: 20,
  // Two samples an octet, at a clock of half their rate.
  duration: (payload) => payload.length,
  encoder: () => new G722Encoder(),
  decoder() {
    const decoder = new G722Decoder();
    const concealment = new Concealment(SAMPLE_RATE_HZ);
    return {
      decode(payload) {
        const samples = decoder.decode(payload);
        concealment.heard(samples);
        return samples;
      },
      conceal(count) {
        const samples = new Int16Array(count);
        concealment.make(samples);
        return samples;
      },
      close: () => {},
    };
  },
};

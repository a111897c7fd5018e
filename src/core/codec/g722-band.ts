/**
 * One sub-band of G.722: the adaptive predictor and the scale of its quantizer, the same in encoder and decoder.
 * ITU-T G.722 (2012) §3.5, §3.6 and §6.2; the names of blocks are those of the Recommendation.
 */

/** How the logarithmic scale moves and what it stands for; both bands differ in their numbers only. */
export interface Scale {
  /** By the magnitude of the code: WL, WH. */
  readonly steps: readonly number[];
  readonly most: number;
  readonly shift: number;
  /** DETL and DETH at the beginning. */
  readonly first: number;
}

/** Table 11: 2048 · 2^(n / 32), for the fraction of a scale. */
const ILB = [
  2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025,
  3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];

const ZEROS = 6;
const sat = (value: number): number => (value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value);

export class Band {
  /** What is predicted for the next sample: SL, SH. */
  predicted = 0;
  /** Step of the quantizer: DETL, DETH. */
  step: number;
  readonly #scale: Scale;
  /** NBL, NBH. */
  #logarithm = 0;
  /** Part of the prediction that the zeros give: SZ. */
  #fromZeros = 0;
  /** The newest differences, newest first, and the coefficients of the zeros. */
  readonly #differences = new Int32Array(ZEROS);
  readonly #zeros = new Int32Array(ZEROS);
  /** The two newest reconstructed samples and partial reconstructions, and the coefficients of the poles. */
  #r1 = 0;
  #r2 = 0;
  #p1 = 0;
  #p2 = 0;
  #a1 = 0;
  #a2 = 0;

  constructor(scale: Scale) {
    this.#scale = scale;
    this.step = scale.first;
  }

  /** LOGSCL, SCALEL and their like of the higher band. @param magnitude of the code, in the scale's table */
  adaptStep(magnitude: number): void {
    const { steps, most, shift } = this.#scale;
    const logarithm = ((this.#logarithm * 127) >> 7) + steps[magnitude]!;
    this.#logarithm = logarithm < 0 ? 0 : logarithm > most ? most : logarithm;
    const fraction = ILB[(this.#logarithm >> 6) & 31]!;
    const down = shift - (this.#logarithm >> 11);
    this.step = (down < 0 ? fraction << -down : fraction >> down) << 2;
  }

  /** BLOCK4: learns from the difference that the quantizer gave. */
  adaptPredictor(difference: number): void {
    const reconstructed = sat(this.predicted + difference);
    const partial = sat(this.#fromZeros + difference);
    this.#adaptPoles(partial);
    this.#fromZeros = this.#adaptZeros(difference);
    this.#p2 = this.#p1;
    this.#p1 = partial;
    this.#r2 = this.#r1;
    this.#r1 = reconstructed;
    // FILTEP, PREDIC.
    const fromPoles = ((this.#a1 * sat(2 * this.#r1)) >> 15) + ((this.#a2 * sat(2 * this.#r2)) >> 15);
    this.predicted = sat(sat(fromPoles) + this.#fromZeros);
  }

  /** UPPOL2, UPPOL1. */
  #adaptPoles(partial: number): void {
    const negative = partial < 0;
    const likeFirst = negative === this.#p1 < 0;
    const likeSecond = negative === this.#p2 < 0;
    const first = sat(this.#a1 * 4);
    const turned = likeFirst ? Math.min(-first, 32_767) : first;
    const second = (likeSecond ? 128 : -128) + (turned >> 7) + ((this.#a2 * 32_512) >> 15);
    this.#a2 = second > 12_288 ? 12_288 : second < -12_288 ? -12_288 : second;
    const moved = sat((likeFirst ? 192 : -192) + ((this.#a1 * 32_640) >> 15));
    const most = sat(15_360 - this.#a2);
    this.#a1 = moved > most ? most : moved < -most ? -most : moved;
  }

  /** UPZERO, DELAYA, FILTEZ. @returns SZ */
  #adaptZeros(difference: number): number {
    const differences = this.#differences;
    const zeros = this.#zeros;
    const move = difference === 0 ? 0 : 128;
    const negative = difference < 0;
    let sum = 0;
    for (let index = ZEROS - 1; index >= 0; index -= 1) {
      const old = differences[index]!;
      const zero = sat((old < 0 === negative ? move : -move) + ((zeros[index]! * 32_640) >> 15));
      zeros[index] = zero;
      const now = index === 0 ? difference : differences[index - 1]!;
      differences[index] = now;
      sum += (zero * sat(2 * now)) >> 15;
    }
    return sat(sum);
  }
}

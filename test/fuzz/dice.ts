import { seeded } from '../support/random.ts';

/** Choices that repeat with their seed. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** 0 to n - 1; 0 when there is no other choice. */
  below(n: number): number {
    return Math.floor(this.#random() * Math.max(1, n));
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

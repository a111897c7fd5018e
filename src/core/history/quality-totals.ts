/** Sums over all calls since the start, for `/metrics`: a fixed number of series, whatever is measured. */
import type { LegQuality, QualitySide, QualitySums, QualityWarningName } from '../../nouns/quality.ts';

const BOUNDS = [2, 2.5, 3, 3.5, 4, 4.2, Infinity];

export class QualityTotals {
  #packets = 0;
  #lost = 0;
  #mosSum = 0;
  readonly #mos = BOUNDS.map(() => 0);
  readonly #warnings = new Map<
    string,
    { name: QualityWarningName; side: QualitySide; lasting: number; total: number }
  >();

  add(legs: readonly LegQuality[]): void {
    for (const { received, mos } of legs) {
      this.#packets += received.packets;
      this.#lost += received.lost;
      if (mos === undefined) continue;
      this.#mosSum += mos;
      BOUNDS.forEach((bound, n) => {
        if (mos <= bound) this.#mos[n]! += 1;
      });
    }
  }

  began(name: QualityWarningName, side: QualitySide): void {
    this.#count(name, side).total += 1;
  }

  /** All that last now. */
  lasting(active: readonly (readonly [QualityWarningName, QualitySide])[]): void {
    for (const count of this.#warnings.values()) count.lasting = 0;
    for (const [name, side] of active) this.#count(name, side).lasting += 1;
  }

  get sums(): QualitySums {
    const mos = BOUNDS.map((atMost, n) => ({ atMost, legs: this.#mos[n]! }));
    const warnings = [...this.#warnings.values()];
    return { packets: this.#packets, lost: this.#lost, mos, mosSum: this.#mosSum, warnings };
  }

  #count(name: QualityWarningName, side: QualitySide) {
    const key = `${name} ${side}`;
    let count = this.#warnings.get(key);
    if (!count) {
      count = { name, side, lasting: 0, total: 0 };
      this.#warnings.set(key, count);
    }
    return count;
  }
}

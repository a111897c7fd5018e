/** How unevenly packets come: what a jitter buffer has to wait for. */

/** Packets that are remembered: four seconds of 20 ms. */
const WINDOW = 200;
/** So many of them may come too late: two in a hundred. */
const LATE = 4;
const BIN_MS = 5;
/** Nobody waits longer than this for a packet. */
const MOST_MS = 200;
const BINS = MOST_MS / BIN_MS + 1;

export class Lateness {
  /** Of the newest packets, in turn. */
  readonly #recent = new Uint8Array(WINDOW);
  readonly #counts = new Uint16Array(BINS);
  #noted = 0;
  /** The least transit time of this half of the window, and of the half before. */
  #least = Infinity;
  #leastBefore = Infinity;

  /**
   * The transit time of the packets that came quickest, in milliseconds on the scale of what was noted. It follows a clock that
   * is faster or slower than ours.
   */
  get base(): number {
    return Math.min(this.#least, this.#leastBefore);
  }

  /** By how much nearly all packets are later than the quickest, in milliseconds: from 0 (less than 5) to 200. */
  get spreadMs(): number {
    let late = 0;
    for (let bin = BINS - 1; bin > 0; bin -= 1) {
      late += this.#counts[bin]!;
      if (late > LATE) return Math.min(MOST_MS, (bin + 1) * BIN_MS);
    }
    return 0;
  }

  /** @param transitMs when the packet came, less the time of what is in it by its sender's clock */
  note(transitMs: number): void {
    if (this.#noted % (WINDOW / 2) === 0) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
    }
    this.#least = Math.min(this.#least, transitMs);
    const bin = Math.min(BINS - 1, Math.floor((transitMs - this.base) / BIN_MS));
    const at = this.#noted % WINDOW;
    if (this.#noted >= WINDOW) this.#counts[this.#recent[at]!]! -= 1;
    this.#recent[at] = bin;
    this.#counts[bin]! += 1;
    this.#noted += 1;
  }

  /** Another source. */
  reset(): void {
    this.#counts.fill(0);
    this.#noted = 0;
    this.#least = Infinity;
    this.#leastBefore = Infinity;
  }
}

/** The newest of many. */
export class Recent<T> {
  readonly #most: number;
  #items: T[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(item: T): void {
    this.#items.push(item);
    // Half as many more before the oldest go: moving them all for each one would cost.
    if (this.#items.length > this.#most * 1.5) this.#items = this.#items.slice(-this.#most);
  }

  /** Newest first. */
  newest(limit = this.#most): T[] {
    return this.#items.slice(-Math.max(1, Math.min(limit, this.#most))).toReversed();
  }

  find(wanted: (item: T) => boolean): T | undefined {
    return this.#items.findLast(wanted);
  }
}

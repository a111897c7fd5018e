/** A set of listeners in which one that throws does not keep the others from hearing. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  /** Returns the function that removes it. */
  add(listener: (value: T) => void): () => void {
    // The same function may be added twice; each addition is its own.
    const own = (value: T): void => listener(value);
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  tell(value: T): void {
    for (const listener of this.#all) {
      try {
        listener(value);
      } catch (error) {
        console.error(error);
      }
    }
  }

  clear(): void {
    this.#all.clear();
  }
}

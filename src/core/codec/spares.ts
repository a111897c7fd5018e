/** Things that take a promise to make, for those who cannot wait: some are made before anybody asks. */
export class Spares<T> {
  readonly #make: () => Promise<T>;
  readonly #count: number;
  readonly #ready: T[] = [];
  #making = 0;

  /** @param count how many are kept */
  constructor(count: number, make: () => Promise<T>) {
    this.#count = count;
    this.#make = make;
  }

  /** Resolves once there are as many as are kept. @throws what `make` throws */
  async fill(): Promise<void> {
    const missing = this.#count - this.#ready.length - this.#making;
    await Promise.all(Array.from({ length: Math.max(0, missing) }, () => this.#add()));
  }

  /** @returns undefined when more were taken at once than are kept */
  take(): T | undefined {
    const taken = this.#ready.pop();
    // Whoever takes one next finds none either if this fails, and tries again.
    this.fill().catch(() => {});
    return taken;
  }

  async #add(): Promise<void> {
    this.#making += 1;
    try {
      this.#ready.push(await this.#make());
    } finally {
      this.#making -= 1;
    }
  }
}

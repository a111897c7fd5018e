/** Loses a part of what passes, while it is switched on. */
export class Loss {
  #part = 0;

  set(part: number): void {
    this.#part = part;
  }

  loses(): boolean {
    return this.#part > 0 && Math.random() < this.#part;
  }
}

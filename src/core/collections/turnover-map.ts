/** Slots that are always taken. */
const BALLAST = 512;

/**
 * A map for entries that come and go by the hundred a second while few are there at a time: live calls, transactions.
 *
 * V8 gives a Map a new table whenever its slots are used up, which in a small one happens every few insertions. The
 * table before keeps its entries and points to the next one; once such a table has grown old, every later table, and all
 * that the entries lead to, outlives the collections of the young generation and dies only in a full one. That made
 * most of what a call leaves behind old garbage. With some slots always taken there is a new table only every few
 * hundred insertions.
 *
 * A function literal written straight into a property (`a.b = () => …`) does the same harm: V8 allocates it old, and it
 * keeps all that it sees. Where calls pass it gets a name first.
 */
export class TurnoverMap<Key extends string | object, Value> {
  readonly #map = new Map<Key | number, Value>();

  constructor() {
    this.clear();
  }

  get size(): number {
    return this.#map.size - BALLAST;
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key);
  }

  has(key: Key): boolean {
    return this.#map.has(key);
  }

  set(key: Key, value: Value): void {
    this.#map.set(key, value);
  }

  delete(key: Key): boolean {
    return this.#map.delete(key);
  }

  clear(): void {
    this.#map.clear();
    for (let i = 0; i < BALLAST; i++) this.#map.set(i, undefined as Value);
  }

  /** In the order in which they were set. As with a Map, what is deleted meanwhile is left out. */
  *entries(): Generator<[Key, Value]> {
    if (this.size === 0) return;
    const entries = this.#map.entries() as MapIterator<[Key, Value]>;
    for (let i = 0; i < BALLAST; i++) entries.next();
    yield* entries;
  }

  *keys(): Generator<Key> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): Generator<Value> {
    for (const [, value] of this.entries()) yield value;
  }
}

import type { Timer } from './clock.ts';
import type { Owner } from './owner.ts';

/**
 * Armed timers in the order they fall due: an indexed binary heap, so arming and cancelling cost O(log n)
 * and a cancelled timer is let go at once. Most SIP timers are cancelled, not fired.
 * Timers due at the same instant fire in the order they were armed.
 */
export class TimerHeap {
  readonly #entries: Entry[] = [];
  readonly #emptied: () => void;
  #armed = 0;

  /** @param emptied called when the last timer was taken or cancelled */
  constructor(emptied: () => void = () => {}) {
    this.#emptied = emptied;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** When the next timer falls due, or undefined when none is armed. */
  get nextAt(): number | undefined {
    return this.#entries[0]?.at;
  }

  /** The order number the next timer will get: timers armed before now have a lower one. */
  get armed(): number {
    return this.#armed;
  }

  arm(at: number, fire: () => void, owner?: Owner): Timer {
    const entry = new Entry(this, at, this.#armed++, fire, owner);
    this.#entries.push(entry);
    this.#rise(entry, this.#entries.length - 1);
    return entry;
  }

  /** Takes the first timer that is due at `now` and was armed before order number `before`. */
  takeDue(now: number, before = Infinity): Entry | undefined {
    const first = this.#entries[0];
    if (first === undefined || first.at > now || first.order >= before) return undefined;
    this.remove(first);
    return first;
  }

  remove(entry: Entry): void {
    const index = entry.index;
    if (index < 0) return;
    entry.index = -1;
    const last = this.#entries.pop()!;
    if (last !== entry) {
      // The last entry fills the hole; it may belong above or below it.
      this.#rise(last, index);
      this.#sink(last, last.index);
    }
    if (this.#entries.length === 0) this.#emptied();
  }

  #rise(entry: Entry, from: number): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#entries[parentIndex]!;
      if (!isBefore(entry, parent)) break;
      this.#place(parent, index);
      index = parentIndex;
    }
    this.#place(entry, index);
  }

  #sink(entry: Entry, from: number): void {
    const size = this.#entries.length;
    let index = from;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= size) break;
      let child = this.#entries[childIndex]!;
      const right = this.#entries[childIndex + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childIndex += 1;
      }
      if (!isBefore(child, entry)) break;
      this.#place(child, index);
      index = childIndex;
    }
    this.#place(entry, index);
  }

  #place(entry: Entry, index: number): void {
    this.#entries[index] = entry;
    entry.index = index;
  }
}

class Entry implements Timer {
  readonly heap: TimerHeap;
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
  readonly owner: Owner | undefined;
  /** Place in the heap; -1 once fired or cancelled. */
  index = -1;

  constructor(heap: TimerHeap, at: number, order: number, fire: () => void, owner: Owner | undefined) {
    this.heap = heap;
    this.at = at;
    this.order = order;
    this.fire = fire;
    this.owner = owner;
  }

  cancel(): void {
    this.heap.remove(this);
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

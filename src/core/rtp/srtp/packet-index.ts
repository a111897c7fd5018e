/**
 * Which packet of a stream a sequence number means, and which packets have been taken. RFC 3711 §3.3.1, §3.3.2. Pure.
 *
 * A packet has an index of 48 bits, of which it carries the lower 16; the upper 32 are the rollover counter (ROC).
 * An index fits into a number of JavaScript, but not into its operators on bits, which see 32.
 */
import { sequenceStep } from '../serial.ts';

const WRAP = 0x1_0000;
/** One more than the last packet that a key may protect. RFC 3711 §9.2. */
const INDICES = WRAP * 0x1_0000_0000;

/**
 * @param newest index of the newest packet so far; undefined before the first, whose ROC is taken as 0
 * @returns the index nearest to the newest one; undefined when there is none: before the first packet, or after the last
 */
export function indexOf(newest: number | undefined, sequenceNumber: number): number | undefined {
  if (newest === undefined) return sequenceNumber;
  const index = newest + sequenceStep(newest % WRAP, sequenceNumber);
  return index >= 0 && index < INDICES ? index : undefined;
}

export const rolloverOf = (index: number): number => Math.floor(index / WRAP);

/** Packets before the newest one that are still taken: 2.5 s of sound. RFC 3711 §3.3.2 asks for 64 or more. */
const WINDOW = 128;

/** Which of the newest packets have been taken: each is taken once. */
export class ReplayWindow {
  /** One bit a packet, at its index modulo the window. */
  readonly #taken = new Uint32Array(WINDOW / 32);
  #newest: number | undefined;

  /** Index of the newest packet that was taken. */
  get newest(): number | undefined {
    return this.#newest;
  }

  /** Whether the packet may still be taken. */
  isNew(index: number): boolean {
    const newest = this.#newest;
    if (newest === undefined || index > newest) return true;
    return index > newest - WINDOW && (this.#taken[place(index)]! & bit(index)) === 0;
  }

  /** The packet was authentic: it is taken. */
  take(index: number): void {
    const newest = this.#newest;
    if (newest === undefined || index - newest >= WINDOW) this.#taken.fill(0);
    else for (let between = newest + 1; between <= index; between++) this.#taken[place(between)]! &= ~bit(between);
    if (newest === undefined || index > newest) this.#newest = index;
    this.#taken[place(index)]! |= bit(index);
  }
}

const place = (index: number): number => (index % WINDOW) >>> 5;
const bit = (index: number): number => 1 << (index % 32);

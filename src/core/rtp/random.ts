/**
 * A whole number from 0 to `max` (at most 2^32 - 1), both included. Streams start at random numbers so that a stranger
 * can not guess them. RFC 3550 §5.1.
 */
export function random(max: number): number {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  return pool[used++]! % (max + 1);
}

/** One visit to the system's generator for many numbers. */
const pool = new Uint32Array(256);
let used = pool.length;

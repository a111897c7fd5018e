/**
 * A whole number from 0 to `max` (at most 2^32 - 1), both included. Streams start at random numbers so that a stranger
 * can not guess them. RFC 3550 §5.1.
 */
export function random(max: number): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! % (max + 1);
}

import type { Clock } from '../time/clock.ts';

const COUNTS = 2 ** 16;

/**
 * Identifiers of calls, legs and records: 16 hexadecimal digits, each greater than the one before. The records file has
 * an index on most of them: identifiers in no order would touch a page of each index for every single record.
 * Unique, not unguessable: the second, a count and 16 random bits, in which two runs within one second differ.
 * @param random bytes → hexadecimal text of twice that length
 */
export function orderedIds(clock: Pick<Clock, 'wall'>, random: (bytes: number) => string): () => string {
  let second = 0;
  let count = 0;
  return () => {
    const now = Math.floor(clock.wall() / 1000);
    if (now > second) {
      second = now;
      count = 0;
    } else if (count === COUNTS) {
      // More than that in a second, or a clock that was set back: ahead of time, and still in order.
      second += 1;
      count = 0;
    }
    return second.toString(16).padStart(8, '0') + (count++).toString(16).padStart(4, '0') + random(2);
  };
}

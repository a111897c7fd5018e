import { getRandomValues } from 'node:crypto';

/** What begins every branch made after RFC 3261 §8.1.1.7. */
export const MAGIC_COOKIE = 'z9hG4bK';

/** A new branch. 62 random bits: whoever cannot see the request cannot forge its response. */
export function newBranch(random: () => number): string {
  return MAGIC_COOKIE + newTag(random);
}

/** 62 random bits; RFC 3261 §19.3 asks for 32. */
export function newTag(random: () => number): string {
  return digits(random()) + digits(random());
}

function digits(random: number): string {
  return Math.floor(random * 2 ** 31)
    .toString(36)
    .padStart(6, '0');
}

const pool = new Uint32Array(256);
let used = pool.length;

/** A number in [0, 1) from the system's cryptographic generator, fetched in batches. */
export function secureRandom(): number {
  if (used === pool.length) {
    getRandomValues(pool);
    used = 0;
  }
  return pool[used++]! / 2 ** 32;
}

/** Unguessable tokens. A call needs a dozen: one visit to the system's generator serves hundreds. */
import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(4096);
let used = pool.length;

/** @param bytes at most 4096 @returns twice as many hexadecimal digits */
export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}

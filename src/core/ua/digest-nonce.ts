/** Nonces that prove themselves: nothing is kept of one until somebody used it with the right password. RFC 7616 §3.3, §5.4. */
import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../time/clock.ts';

/** Milliseconds after which a nonce is stale. */
export const NONCE_LIFETIME_MS = 300_000;

/** Used nonces that are remembered. The oldest make room: theirs and older ones count as stale from then on. */
const MAX_USED = 10_000;

/** Counts below the highest one that may still come, in any order: datagrams overtake each other. */
const WINDOW = 32;

const TIME_BYTES = 6;
const RANDOM_BYTES = 8;
const MAC_BYTES = 16;
const MAC_AT = TIME_BYTES + RANDOM_BYTES;
const LENGTH = MAC_AT + MAC_BYTES;

interface Use {
  readonly issuedAt: number;
  highest: number;
  /** Bit n: the count `highest - n` has been used. */
  seen: number;
}

export class Nonces {
  readonly #clock: Clock;
  readonly #random: (bytes: number) => Uint8Array;
  readonly #key: Uint8Array;
  /** In the order of their first use. */
  readonly #used = new Map<string, Use>();
  /** Nonces that were issued until then may have been used and forgotten. */
  #forgottenUntil = -1;

  /** @param random bytes from a cryptographic generator */
  constructor(clock: Clock, random: (bytes: number) => Uint8Array) {
    this.#clock = clock;
    this.#random = random;
    this.#key = random(32);
  }

  /** @param source the address that asks; nobody else can use the nonce */
  issue(source: string): string {
    const bytes = Buffer.alloc(LENGTH);
    bytes.writeUIntBE(Math.floor(this.#clock.now()), 0, TIME_BYTES);
    bytes.set(this.#random(RANDOM_BYTES), TIME_BYTES);
    bytes.set(this.#mac(bytes.subarray(0, MAC_AT), source), MAC_AT);
    return bytes.toString('base64url');
  }

  /** Whether we issued it to this address, not long ago. */
  isFresh(nonce: string, source: string): boolean {
    const issuedAt = this.#issuedAt(nonce, source);
    if (issuedAt === undefined || this.#clock.now() - issuedAt >= NONCE_LIFETIME_MS) return false;
    return issuedAt > this.#forgottenUntil || this.#used.has(nonce);
  }

  /**
   * Takes note of a request with a fresh nonce and the right password.
   * @returns false when this count was used before: a replay
   */
  use(nonce: string, source: string, count: number): boolean {
    const known = this.#used.get(nonce);
    if (known) return advance(known, count);
    const issuedAt = this.#issuedAt(nonce, source);
    if (issuedAt === undefined || count < 1) return false;
    this.#makeRoom();
    this.#used.set(nonce, { issuedAt, highest: count, seen: 1 });
    return true;
  }

  #issuedAt(nonce: string, source: string): number | undefined {
    const bytes = Buffer.from(nonce, 'base64url');
    // Decoding forgives much: other spellings of the same bytes would each have a count of their own.
    if (bytes.length !== LENGTH || bytes.toString('base64url') !== nonce) return undefined;
    const mac = this.#mac(bytes.subarray(0, MAC_AT), source);
    return timingSafeEqual(mac, bytes.subarray(MAC_AT)) ? bytes.readUIntBE(0, TIME_BYTES) : undefined;
  }

  #mac(bytes: Uint8Array, source: string): Uint8Array {
    return createHmac('sha256', this.#key).update(bytes).update(source, 'utf8').digest().subarray(0, MAC_BYTES);
  }

  #makeRoom(): void {
    const expired = this.#clock.now() - NONCE_LIFETIME_MS;
    for (const [nonce, { issuedAt }] of this.#used) {
      if (issuedAt > expired && this.#used.size < MAX_USED) return;
      this.#used.delete(nonce);
      this.#forgottenUntil = Math.max(this.#forgottenUntil, issuedAt);
    }
  }
}

function advance(use: Use, count: number): boolean {
  const ahead = count - use.highest;
  if (ahead > 0) {
    use.seen = ahead < WINDOW ? (use.seen << ahead) | 1 : 1;
    use.highest = count;
    return true;
  }
  if (-ahead >= WINDOW || count < 1) return false;
  const bit = 1 << -ahead;
  if ((use.seen & bit) !== 0) return false;
  use.seen |= bit;
  return true;
}

/**
 * Slows down whoever guesses passwords: token buckets from which only wrong answers take, one for each user name at an address,
 * and a wider one for the address. Behind a NAT many phones share one: a wrong password in one of them locks out none of the others.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../time/clock.ts';

interface Bound {
  /** Wrong answers in a row before one has to wait. */
  readonly burst: number;
  /** Milliseconds after which one more is forgiven. */
  readonly forgiveMs: number;
}

const USER: Bound = { burst: 10, forgiveMs: 6000 };
const ADDRESS: Bound = { burst: 100, forgiveMs: 600 };
/** Buckets that are remembered; the one that failed longest ago makes room. */
const MAX_BUCKETS = 20_000;

interface Bucket {
  /** Wrong answers that are not yet forgiven. */
  readonly failures: number;
  /** Clock time in milliseconds at which that was so. */
  readonly at: number;
}

export class FailedAttempts {
  readonly #clock: Clock;
  /** In the order of the last failure. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whole seconds that this address has to wait, whoever it says it is; undefined when it may try. */
  waitSeconds(address: string): number | undefined {
    return this.#wait(networkOf(address), ADDRESS);
  }

  /** The same for one user name there. */
  userWaitSeconds(address: string, username: string): number | undefined {
    return this.#wait(keyOf(address, username), USER);
  }

  failed(address: string, username: string): void {
    this.#count(networkOf(address), ADDRESS);
    this.#count(keyOf(address, username), USER);
  }

  /** Of the address nothing is forgiven: whoever has a password could go on guessing those of others. */
  succeeded(address: string, username: string): void {
    this.#buckets.delete(keyOf(address, username));
  }

  #wait(key: string, bound: Bound): number | undefined {
    const over = this.#failures(key, bound) - (bound.burst - 1);
    return over <= 0 ? undefined : Math.ceil((over * bound.forgiveMs) / 1000);
  }

  #count(key: string, bound: Bound): void {
    const failures = Math.min(this.#failures(key, bound) + 1, bound.burst);
    this.#buckets.delete(key);
    if (this.#buckets.size >= MAX_BUCKETS) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    this.#buckets.set(key, { failures, at: this.#clock.now() });
  }

  #failures(key: string, { forgiveMs }: Bound): number {
    const bucket = this.#buckets.get(key);
    return bucket ? Math.max(0, bucket.failures - (this.#clock.now() - bucket.at) / forgiveMs) : 0;
  }
}

/** Names may be long, and may be passwords typed into the wrong field: only a hash of them is kept. */
function keyOf(address: string, username: string): string {
  const name = createHash('sha256').update(username, 'utf8').digest('base64url').slice(0, 16);
  return `${networkOf(address)} ${name}`;
}

/** One customer has an IPv4 address, or an IPv6 network of 64 bits (RFC 6177): there every address is as good as another. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  if (tail === undefined || left.length >= 4) return left.slice(0, 4).join(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}

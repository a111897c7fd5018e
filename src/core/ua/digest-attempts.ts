/** Slows down whoever guesses passwords: a token bucket for each source, from which only wrong answers take. */
import type { Clock } from '../time/clock.ts';

/** Wrong answers in a row before a source has to wait. */
const BURST = 10;
/** Milliseconds after which one more is forgiven. */
const FORGIVE_MS = 6000;
/** Sources that are remembered; the one that failed longest ago makes room. */
const MAX_SOURCES = 10_000;

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

  /** Whole seconds that this address has to wait; undefined when it may try. */
  waitSeconds(address: string): number | undefined {
    const over = this.#failures(networkOf(address)) - (BURST - 1);
    return over <= 0 ? undefined : Math.ceil((over * FORGIVE_MS) / 1000);
  }

  failed(address: string): void {
    const network = networkOf(address);
    const failures = Math.min(this.#failures(network) + 1, BURST);
    this.#buckets.delete(network);
    if (this.#buckets.size >= MAX_SOURCES) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    this.#buckets.set(network, { failures, at: this.#clock.now() });
  }

  succeeded(address: string): void {
    this.#buckets.delete(networkOf(address));
  }

  #failures(network: string): number {
    const bucket = this.#buckets.get(network);
    return bucket ? Math.max(0, bucket.failures - (this.#clock.now() - bucket.at) / FORGIVE_MS) : 0;
  }
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

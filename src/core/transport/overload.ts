/** How much a single source, and all of them together, may ask of us. Pure but for its counts: time comes in. */
import { isV6 } from './local-address.ts';
import { StandingDelay } from './standing-delay.ts';
import type { Address, Arrival } from './transport.ts';

export interface OverloadOptions {
  /** New transactions in a second, from everybody. */
  readonly perSecond: number;
  /**
   * The same from one source: an address, of IPv6 a /64, for that is one host's. A WebSocket is a source by itself:
   * who opened it has the token, and others at its address have not.
   */
  readonly perSecondPerSource: number;
  /** Sources that are never limited: our own simulated phones. */
  readonly exempt?: (remote: Address) => boolean;
  /** Clock time in milliseconds. */
  readonly now: () => number;
}

/** Answers in a second to what one source sends malformed: beyond it there is silence. */
const COMPLAINTS_PER_SECOND = 100;
/** Sources remembered; whoever forges more than this is held by the limit for all. */
const MAX_SOURCES = 10_000;
/** Seconds that a client which was refused is asked to wait. */
export const RETRY_AFTER_SECONDS = 2;

/** Holds at most a second's worth; refills evenly. */
interface Bucket {
  tokens: number;
  /** Clock time in milliseconds. */
  filledAt: number;
}

interface Source {
  readonly requests: Bucket;
  readonly complaints: Bucket;
}

/** Token buckets for new transactions and for answers to malformed requests. */
export class Overload {
  readonly #options: OverloadOptions;
  readonly #sources = new Map<string, Source>();
  readonly #all: Bucket;
  readonly #delay = new StandingDelay();
  #closed = false;

  constructor(options: OverloadOptions) {
    this.#options = options;
    this.#all = { tokens: options.perSecond, filledAt: options.now() };
  }

  /** From now on nobody may begin anything: the trunk is stopping (W7). Dialogs go on. */
  close(): void {
    this.#closed = true;
  }

  /** Requests wait for long, and have done so for a while. */
  get overloaded(): boolean {
    return this.#delay.overloaded;
  }

  /**
   * May this source begin a transaction? Counts it if so.
   * @param waitedMs how long the request has waited for its turn: while requests wait for long, those are refused (W8)
   */
  admits(from: Arrival, waitedMs = 0): boolean {
    if (this.#closed) return false;
    const { perSecond, perSecondPerSource, exempt, now } = this.#options;
    if (exempt?.(from.remote) === true) return true;
    const time = now();
    if (this.#delay.refuses(waitedMs, time)) return false;
    // A source that is over its own limit takes nothing from the others.
    return take(this.#source(from, time).requests, perSecondPerSource, time) && take(this.#all, perSecond, time);
  }

  /** May a malformed request of this source be answered? */
  answersMalformed(from: Arrival): boolean {
    const time = this.#options.now();
    return take(this.#source(from, time).complaints, COMPLAINTS_PER_SECOND, time);
  }

  /** Sources that are remembered now. */
  get sources(): number {
    return this.#sources.size;
  }

  #source({ transport, remote: { host }, flow }: Arrival, time: number): Source {
    const key = transport === 'WS' && flow !== undefined ? flow : isV6(host) ? network(host) : host;
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    if (this.#sources.size >= MAX_SOURCES) this.#forget(time);
    const source = {
      requests: { tokens: this.#options.perSecondPerSource, filledAt: time },
      complaints: { tokens: COMPLAINTS_PER_SECOND, filledAt: time },
    };
    this.#sources.set(key, source);
    return source;
  }

  /** After a second of silence buckets are full, as new ones are: nothing is lost. If all are busy, the oldest half goes. */
  #forget(time: number): void {
    for (const [key, { requests, complaints }] of this.#sources) {
      if (time - Math.max(requests.filledAt, complaints.filledAt) >= 1000) this.#sources.delete(key);
    }
    let surplus = this.#sources.size - MAX_SOURCES / 2;
    for (const key of this.#sources.keys()) {
      if (surplus-- <= 0) break;
      this.#sources.delete(key);
    }
  }
}

function take(bucket: Bucket, perSecond: number, time: number): boolean {
  bucket.tokens = Math.min(perSecond, bucket.tokens + ((time - bucket.filledAt) * perSecond) / 1000);
  bucket.filledAt = time;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

/** The first 64 bits of an IPv6 address. */
function network(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) groups.push(...Array<string>(4).fill('0'));
  return groups.slice(0, 4).join(':');
}

/** Gathers writes so that many share one commit, and holds them while commits fail. */
import type { Logger } from '../log/logger.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { RecordsHealth } from './health.ts';

/** How long a write may wait for others to share its commit, in milliseconds. */
const FLUSH_MS = 20;
/** The least time between two commits, in milliseconds: each writes the pages at the end of every index again. */
const SPACING_MS = 50;
/** How long to wait after a commit failed (disk full, …), in milliseconds. */
const RETRY_MS = 1000;
/** Writes that may wait while commits fail; beyond that the oldest are given up, loudly. */
const MAX_QUEUED = 100_000;

export interface WriteQueueOptions<Write> {
  readonly clock: Clock;
  readonly log: Logger;
  /** All or nothing; throws when it may succeed later. @returns why some of it is lost for good, or undefined */
  readonly commit: (batch: readonly Write[]) => Error | undefined;
  /** Told how it goes. */
  readonly health: RecordsHealth;
  readonly maxQueued?: number;
  /** Told of each write that was given up unwritten. */
  readonly lost?: (write: Write) => void;
}

export class WriteQueue<Write> {
  readonly #options: WriteQueueOptions<Write>;
  readonly #maxQueued: number;
  #waiting: Write[] = [];
  #timer: Timer | undefined;
  #committedAt = -Infinity;

  constructor(options: WriteQueueOptions<Write>) {
    this.#options = options;
    this.#maxQueued = options.maxQueued ?? MAX_QUEUED;
  }

  push(write: Write): void {
    if (this.#waiting.length >= this.#maxQueued) {
      this.#giveUp(this.#waiting.splice(0, 1));
    }
    this.#waiting.push(write);
    if (this.#timer === undefined)
      this.#arm(
        this.#options.health.state?.state === 'unwritable' ? RETRY_MS : Math.max(FLUSH_MS, this.#spacingLeft()),
      );
  }

  /** Commits now. When that fails it is logged, and tried again later. */
  flush(): void {
    this.#disarm();
    if (this.#waiting.length === 0) return;
    const { commit, health } = this.#options;
    try {
      const lost = commit(this.#waiting);
      this.#waiting = [];
      this.#committedAt = this.#options.clock.now();
      if (lost) health.writeFailed(lost);
      else health.written();
    } catch (error) {
      health.writeFailed(error);
      this.#arm(RETRY_MS);
    }
  }

  /** A last attempt; what cannot be written now is lost. */
  close(): void {
    this.flush();
    this.#disarm();
    if (this.#waiting.length > 0) this.#giveUp(this.#waiting);
    this.#waiting = [];
  }

  #arm(ms: number): void {
    this.#timer = this.#options.clock.after(ms, () => this.flush());
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #spacingLeft(): number {
    return this.#committedAt + SPACING_MS - this.#options.clock.now();
  }

  #giveUp(writes: readonly Write[]): void {
    this.#options.log.error({ writes: writes.length }, 'writes of records were given up');
    for (const write of writes) this.#options.lost?.(write);
  }
}

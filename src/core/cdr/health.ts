/** Whether the records file can be read and written now. A file that cannot costs records, never calls (W4). */
import type { RecordsState } from '../../nouns/trunk.ts';
import type { Logger } from '../log/logger.ts';
import { ownerOf } from '../log/owner.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { sqliteCode } from './sqlite-code.ts';

/** The records cannot be read now; the message is one line for people. */
export class RecordsUnreadable extends Error {
  override readonly name = 'RecordsUnreadable';

  constructor(cause: unknown) {
    super(`The records cannot be read now (${messageOf(cause)}). Calls go on; the list comes back by itself.`, {
      cause,
    });
  }
}

/** Milliseconds until a read that failed is tried again, to learn whether it works by now. */
const TRY_AGAIN_MS = 5000;

export class RecordsHealth {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #listeners = new Set<(state: RecordsState) => void>();
  /** The read that failed first, and why; others may still succeed. */
  #failedRead: { readonly read: () => unknown; readonly why: string; readonly since: number } | undefined;
  #failedWrite: { readonly why: string; readonly since: number } | undefined;
  #worksSince: number | undefined;
  #timer: Timer | undefined;

  constructor({ clock, log }: { clock: Clock; log: Logger }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Undefined while nothing has ever failed. */
  get state(): RecordsState | undefined {
    if (this.#failedWrite) return { state: 'unwritable', ...this.#failedWrite };
    if (this.#failedRead) return { state: 'unreadable', why: this.#failedRead.why, since: this.#failedRead.since };
    return this.#worksSince === undefined ? undefined : { state: 'works', since: this.#worksSince };
  }

  /** Told of every change. @returns stops it */
  onChange(listener: (state: RecordsState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Reads for somebody who can be told that it failed.
   * @throws RecordsUnreadable, or whatever is no fault of the file
   */
  read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
      this.#readFailed(read, error);
      throw new RecordsUnreadable(error);
    }
  }

  /** Reads for the trunk itself, which does without: in place of what cannot be read it gets `instead`. */
  readOr<T>(instead: T, read: () => T): T {
    try {
      return this.read(read);
    } catch (error) {
      if (error instanceof RecordsUnreadable) return instead;
      throw error;
    }
  }

  writeFailed(error: unknown): void {
    if (this.#failedWrite) return;
    this.#failedWrite = { why: messageOf(error), since: this.#clock.wall() };
    this.#log.error({ error: messageOf(error) }, 'records cannot be written for now');
    this.#tell();
  }

  written(): void {
    if (!this.#failedWrite) return;
    this.#failedWrite = undefined;
    this.#log.info({}, 'records are written again');
    this.#works();
  }

  close(): void {
    this.#timer?.cancel();
  }

  #readFailed(read: () => unknown, error: unknown): void {
    if (this.#failedRead) return;
    this.#failedRead = { read, why: messageOf(error), since: this.#clock.wall() };
    this.#log.error({ error: messageOf(error) }, 'records cannot be read for now');
    this.#tell();
    this.#tryLater();
  }

  #tryLater(): void {
    const owner = ownerOf(this.#log, {}, 'records could not be looked at again');
    this.#timer = this.#clock.after(TRY_AGAIN_MS, () => this.#tryAgain(), owner);
  }

  #tryAgain(): void {
    try {
      this.#failedRead?.read();
    } catch {
      this.#tryLater();
      return;
    }
    this.#failedRead = undefined;
    this.#log.info({}, 'records are read again');
    this.#works();
  }

  #works(): void {
    if (!this.#failedRead && !this.#failedWrite) this.#worksSince = this.#clock.wall();
    this.#tell();
  }

  #tell(): void {
    const { state } = this;
    if (state) for (const listener of this.#listeners) listener(state);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Brings committed writes to the disk soon, without anybody waiting for it. */
import { close, fdatasync, open } from 'node:fs';
import type { Logger } from '../log/logger.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { messageOf } from './health.ts';

/** How long what was committed may be in the system's memory alone, in milliseconds: the least time between two syncs. */
const SYNC_MS = 500;

/** What of `node:fs` is used. */
interface Disk {
  open(file: string, flags: string, opened: (error: Error | null, descriptor: number) => void): void;
  fdatasync(descriptor: number, synced: (error: Error | null) => void): void;
  close(descriptor: number, closed: () => void): void;
}

/**
 * Syncs the write-ahead log in the background. A commit itself leaves that to the system (`synchronous=NORMAL`), which
 * survives the death of the process but not of the machine; waiting for the disk would hold up every call meanwhile.
 * The log holds no lock of SQLite's, so that a second descriptor on it is safe to close.
 */
export class DiskSync {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #file: string;
  #descriptor: number | undefined;
  #timer: Timer | undefined;
  /** A sync is under way; something was committed since it began. */
  #busy = false;
  #again = false;
  #closed = false;
  #failing = false;
  readonly #disk: Disk;

  /** @param options `file` is the database; its log lies beside it */
  constructor(options: { file: string; log: Logger; clock: Clock; disk?: Disk }) {
    this.#disk = options.disk ?? { open, fdatasync, close };
    this.#file = `${options.file}-wal`;
    this.#log = options.log;
    this.#clock = options.clock;
  }

  /** Something was committed. */
  committed(): void {
    if (this.#closed || this.#timer !== undefined) return;
    if (this.#busy) this.#again = true;
    else this.#timer = this.#clock.after(SYNC_MS, () => this.#begin());
  }

  /** Closing the database syncs by itself. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    if (!this.#busy) this.#letGo();
  }

  #begin(): void {
    this.#timer = undefined;
    this.#busy = true;
    if (this.#descriptor !== undefined) return this.#sync(this.#descriptor);
    this.#disk.open(this.#file, 'r+', (error, descriptor) => {
      if (error) return this.#done(error);
      this.#descriptor = descriptor;
      this.#sync(descriptor);
    });
  }

  #sync(descriptor: number): void {
    this.#disk.fdatasync(descriptor, (error) => this.#done(error));
  }

  #done(error: Error | null): void {
    this.#busy = false;
    if (this.#closed) return this.#letGo();
    if (error && !this.#failing) this.#log.warn({ error: messageOf(error) }, 'records may not reach the disk in time');
    this.#failing = error !== null;
    const again = this.#again || error !== null;
    this.#again = false;
    if (again) this.committed();
  }

  #letGo(): void {
    if (this.#descriptor !== undefined) this.#disk.close(this.#descriptor, () => {});
    this.#descriptor = undefined;
  }
}

/** Deletes recordings that are older than they may be kept. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../log/logger.ts';
import type { Clock, Timer } from '../time/clock.ts';

const SWEEP_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface RetentionOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Undefined where nothing is recorded. */
  readonly folder: string | undefined;
  /** 0 keeps them for ever. */
  readonly keepDays: () => number;
  /** Deletes the recording of a record. @returns false for a file that belongs to no record: it is left alone */
  readonly remove: (recordId: string) => Promise<boolean>;
}

export class RecordingRetention {
  readonly #options: RetentionOptions;
  #timer: Timer | undefined;
  #sweeping: Promise<void> | undefined;
  #stopped = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Now, and from then on once an hour. */
  start(): void {
    this.sweep();
    this.#timer = this.#options.clock.after(SWEEP_MS, () => this.start());
  }

  /** Now, unless one is under way. */
  sweep(): void {
    const { folder, keepDays, clock } = this.#options;
    const days = keepDays();
    if (folder === undefined || days === 0 || this.#sweeping) return;
    this.#sweeping = this.#sweep(folder, clock.wall() - days * DAY_MS).finally(() => {
      this.#sweeping = undefined;
    });
  }

  /** Resolves when no file is touched any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#sweeping;
  }

  /** One file after the other: there is no hurry, and calls come first. */
  async #sweep(folder: string, before: number): Promise<void> {
    const { remove, log } = this.#options;
    let deleted = 0;
    for (const name of await readdir(folder).catch(() => [])) {
      if (this.#stopped) break;
      const recordId = /^([\w-]+)\.wav$/.exec(name)?.[1];
      if (recordId === undefined) continue;
      try {
        const { mtimeMs } = await stat(join(folder, name));
        if (mtimeMs < before && (await remove(recordId))) deleted += 1;
      } catch (error) {
        log.warn({ file: name, why: (error as Error).message }, 'an old recording cannot be deleted');
      }
    }
    if (deleted > 0) log.info({ recordings: deleted }, 'deleted recordings that were kept long enough');
  }
}

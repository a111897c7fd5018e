/**
 * The file in which the configuration lives: what the console changes is written to it, atomically and as few bytes of
 * it as do. A file that somebody chose with --config is written only when they ask for it.
 */
import path from 'node:path';
import type { SettingsStorage } from '../../nouns/trunk.ts';
import type { Clock } from '../time/clock.ts';
import { removeUnfinished, writeAtomically } from './atomic-write.ts';
import { parseConfigText, type Config } from './config.ts';
import type { Disk } from './disk.ts';
import { FileBusy, locked } from './lock.ts';
import { CONFIG_VERSION } from './schema.ts';
import { parsesAs, updated } from './update.ts';
import { keepVersion } from './versions.ts';

export interface ConfigFileOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly file: string;
  readonly given: boolean;
  /** What its versions are named after: the file itself, unless they are kept elsewhere. */
  readonly versions: string;
  /** As it was read; undefined when there is no file yet. */
  readonly text: string | undefined;
  readonly notices?: readonly string[];
}

/** Passwords may stand in it. */
const OWN_MODE = 0o600;

export class ConfigFile {
  readonly #options: ConfigFileOptions;
  /** What stands in the file as far as we know. */
  #text: string | undefined;
  #status: SettingsStorage;
  #work: Promise<void> = Promise.resolve();
  #waiting: { config: Config; overwrite: boolean } | undefined;
  #listener: (() => void) | undefined;

  constructor(options: ConfigFileOptions) {
    const { file, given, text, notices = [] } = options;
    this.#options = options;
    this.#text = text;
    this.#status = { file, given, state: 'saved', notices };
  }

  get status(): SettingsStorage {
    return this.#status;
  }

  /** What relative paths in it count from. */
  get folder(): string {
    return path.dirname(this.#options.file);
  }

  /** Told when the status is another. */
  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  /** The running configuration has changed. A file of our own is written in a moment. */
  changed(config: Config): void {
    if (!this.#options.given) return this.#saveSoon(config, false);
    this.#tell(parsesAs(this.#text ?? '{}', config) ? 'saved' : 'unsaved');
  }

  /**
   * Writes it now, a given file too.
   * @param overwrite also over what somebody else has written meanwhile; that becomes the newest version
   * @returns what came of it; it never rejects
   */
  async save(config: Config, { overwrite = false } = {}): Promise<SettingsStorage> {
    this.#saveSoon(config, overwrite);
    await this.settled();
    return this.#status;
  }

  /** Resolves once nothing waits to be written. */
  async settled(): Promise<void> {
    await this.#work;
  }

  #saveSoon(config: Config, overwrite: boolean): void {
    const before = this.#waiting;
    this.#waiting = { config, overwrite: overwrite || before?.overwrite === true };
    // One that waits already takes the newest.
    if (before) return;
    this.#work = this.#work.then(async () => {
      const next = this.#waiting;
      this.#waiting = undefined;
      if (next) await this.#write(next.config, next.overwrite);
    });
  }

  async #write(config: Config, overwrite: boolean): Promise<void> {
    const { disk, clock, given } = this.#options;
    try {
      // A link stays a link: the file that it leads to is replaced.
      const file = await disk.real(this.#options.file).catch(() => this.#options.file);
      if (!given) await disk.makeFolder(path.dirname(file));
      await locked(disk, clock, file, () => this.#writeLocked(file, config, overwrite));
    } catch (error) {
      this.#tell(
        'failed',
        `${this.#options.file} could not be written: ${reason(error)}. The settings hold until the program ends.`,
      );
    }
  }

  async #writeLocked(file: string, config: Config, overwrite: boolean): Promise<void> {
    const { disk, given, versions } = this.#options;
    await removeUnfinished(disk, file);
    if (given) await removeUnfinished(disk, versions);
    const there = await readIfThere(disk, file);
    if (there !== undefined && there !== this.#text && !overwrite) {
      if (parsesAs(there, config)) this.#text = there;
      else
        return this.#tell(
          'conflict',
          `${this.#options.file} was changed by somebody else while the trunk ran, and was left alone.`,
        );
    }
    const base = [there, this.#text].find((text) => text !== undefined && parseConfigText(text).ok);
    const next = updated(base ?? `{\n  "version": ${CONFIG_VERSION}\n}\n`, config);
    if (!next.ok) throw new Error(next.error.join('; '));
    if (next.value !== there) {
      const mode = given && there !== undefined ? await disk.mode(file) : OWN_MODE;
      // A folder may let us replace a file that we were not to write.
      if (there !== undefined) await disk.writable(file);
      if (there !== undefined) await disk.makeFolder(path.dirname(versions));
      if (there !== undefined) await keepVersion(disk, versions, there, mode);
      await writeAtomically(disk, file, next.value, mode);
    }
    this.#text = next.value;
    this.#tell('saved');
  }

  #tell(state: SettingsStorage['state'], problem?: string): void {
    const { file, given, notices } = this.#status;
    const same = state === this.#status.state && problem === this.#status.problem;
    this.#status = { file, given, state, ...(problem === undefined ? {} : { problem }), notices };
    if (!same) this.#listener?.();
  }
}

async function readIfThere(disk: Disk, file: string): Promise<string | undefined> {
  try {
    return await disk.read(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Why something could not be done, in words where the code is a usual one. */
function reason(error: unknown): string {
  if (error instanceof FileBusy) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `it must not be written there (${code})`;
    case 'EROFS':
      return 'the disk is read-only (EROFS)';
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk is full (${code})`;
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ENOENT':
      return `its folder cannot be used (${code})`;
    default:
      return code ?? message;
  }
}

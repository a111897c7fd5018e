/** What people on hold hear: a file of the configuration, or what comes with the trunk. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LiveConfig } from '../config/live-config.ts';
import type { Logger } from '../log/logger.ts';
import { soundFromWav } from '../media/foreign-wav.ts';
import { looping } from '../media/looping.ts';
import type { Sound } from '../media/sound.ts';
import { err, ok, type Result } from '../message/result.ts';

/** It is kept in memory: an hour of 8 kHz in 16 bits. */
const MOST_BYTES = 60 * 1024 * 1024;

export interface HoldMusicOptions {
  readonly live: LiveConfig;
  readonly log: Logger;
  /** What a relative path counts from. */
  readonly folder: string;
  /** What comes with the trunk. */
  readonly own: () => Sound;
}

export class HoldMusic {
  readonly #options: HoldMusicOptions;
  #file: string | undefined;
  #sound: Sound | undefined;

  constructor(options: HoldMusicOptions) {
    this.#options = options;
    const { live } = options;
    this.#load();
    live.onChange((changed) => {
      if (changed.includes('media.holdMusic')) this.#load();
    });
  }

  get sound(): Sound {
    return this.#sound ?? this.#options.own();
  }

  /** @returns what is wrong with the file, for whoever named it: a line with the key, or none */
  check(file: string | undefined): string[] {
    if (file === undefined || file === this.#file) return [];
    const read = this.#read(file);
    return read.ok ? [] : [`media.holdMusic: ${read.error}`];
  }

  /** A file that cannot be played leaves people on hold with the music that comes with the trunk. */
  #load(): void {
    const { live, log } = this.#options;
    const file = live.get().media.holdMusic;
    const read = file === undefined ? undefined : this.#read(file);
    this.#sound = read?.ok ? read.value : undefined;
    this.#file = read?.ok ? file : undefined;
    if (read && !read.ok) log.warn({ file, why: read.error }, 'the hold music cannot be played; the usual one is');
  }

  #read(name: string): Result<Sound, string> {
    const file = resolve(this.#options.folder, name);
    try {
      const status = statSync(file);
      if (!status.isFile()) return err(`${file} is no file`);
      if (status.size > MOST_BYTES) return err(`${file} has more than 60 MB; convert it to 8 kHz`);
      const sound = soundFromWav(readFileSync(file));
      if (!sound.ok) return err(`${file} is no WAVE file that can be played: ${sound.error}`);
      return ok(looping(sound.value));
    } catch (error) {
      return err(words(error, file));
    }
  }
}

function words(error: unknown, file: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `there is no file ${file}`;
  if (code === 'EACCES' || code === 'EPERM') return `${file} may not be read`;
  return `${file} cannot be read (${code ?? message})`;
}

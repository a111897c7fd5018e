/** Reads texts aloud with espeak-ng, where that is installed; else a phrase of tones stands for the text. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Logger } from '../log/logger.ts';
import { detach, ownerOf } from '../log/owner.ts';
import { soundFromWav } from '../media/foreign-wav.ts';
import { soundOf, type Sound } from '../media/sound.ts';
import { err, ok, type Result } from '../message/result.ts';
import { SAMPLE_RATE_HZ } from '../rtp/frame.ts';
import { encodeG711 } from '../codec/g711.ts';
import type { Clock } from '../time/clock.ts';

export interface SpeechOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Program to start in place of `espeak-ng`. */
  readonly command?: string;
}

export interface Spoken {
  readonly sound: Sound;
  /** Why it is not quite what was asked for, in words for the author of the document. */
  readonly flaw?: string;
}

/** Milliseconds that one text may take: a thousand words take a tenth of it. */
const LIMIT_MS = 10_000;
/** Bytes of one recording: seven minutes at 22 kHz, more than any text that is allowed takes. */
const MOST_BYTES = 20 * 1024 * 1024;
/** Texts remembered, and the frames of the longest: half a minute. */
const MOST_CACHED = 100;
const LONGEST_CACHED = 1500;
/** Programs that run at once; the others wait. */
const MOST_RUNNING = 2;
const WORDS_PER_MINUTE = '160';
const DEFAULT_VOICE = 'en-us';

/** Three notes that rise, as long as nobody could take for a fault of the line. */
const PHRASE_HZ = [523, 659, 784];
const NOTE_MS = 240;
const FADE_MS = 15;

export class Speech {
  readonly #options: SpeechOptions;
  readonly #cache = new Map<string, Promise<Result<Sound, string>>>();
  readonly #stops = new Set<() => void>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #missing = false;
  #closed = false;

  constructor(options: SpeechOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async speak({ text, voice, language }: { text: string; voice?: string; language?: string }): Promise<Spoken> {
    const wanted = voiceOf(voice, language);
    const first = await this.#read(text, wanted);
    if (first.ok) return { sound: first.value };
    if (!this.#missing && wanted !== DEFAULT_VOICE) {
      const second = await this.#read(text, DEFAULT_VOICE);
      if (second.ok) return { sound: second.value, flaw: `there is no voice for ${language ?? voice ?? wanted}` };
    }
    return { sound: tonePhrase, flaw: first.error };
  }

  /** Ends the programs that run. */
  close(): void {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    for (const turn of this.#waiting.splice(0)) turn();
  }

  #read(text: string, voice: string): Promise<Result<Sound, string>> {
    const key = `${voice}\n${text}`;
    const known = this.#cache.get(key);
    if (known) return known;
    const reading = this.#inTurn(text, voice).catch((error: unknown) => {
      this.#options.log.error({ error }, 'a text could not be read aloud');
      return err(`the voice failed (${error instanceof Error ? error.message : String(error)})`);
    });
    this.#cache.set(key, reading);
    const oldest = this.#cache.keys().next().value;
    if (this.#cache.size > MOST_CACHED && oldest !== undefined) this.#cache.delete(oldest);
    const kept = reading.then((read) => {
      if (!read.ok || (read.value.length ?? 0) > LONGEST_CACHED) this.#cache.delete(key);
    });
    detach(kept, ownerOf(this.#options.log, {}, 'a text that was read aloud could not be kept'));
    return reading;
  }

  async #inTurn(text: string, voice: string): Promise<Result<Sound, string>> {
    if (this.#running >= MOST_RUNNING) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#closed) return err('the trunk is stopping');
    if (this.#missing) return err(NOT_INSTALLED);
    const output = await this.#counted(() => this.#run(text, voice));
    if (!output.ok) return output;
    const sound = soundFromWav(output.value);
    return sound.ok ? sound : err(`the voice gave no sound: ${sound.error}`);
  }

  /** However it ends, the next one gets its turn. */
  async #counted<T>(run: () => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await run();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** The text goes in by a pipe, never into the arguments. @throws when the program cannot even be tried */
  async #run(text: string, voice: string): Promise<Result<Uint8Array, string>> {
    const { clock, log, command = 'espeak-ng' } = this.#options;
    const { promise, resolve } = Promise.withResolvers<Result<Uint8Array, string>>();
    // With too many files open it has no pipes: the error comes as an event.
    const child: ChildProcess = spawn(command, ['--stdin', '--stdout', '-v', voice, '-s', WORDS_PER_MINUTE], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (outcome: Result<Uint8Array, string>): void => {
      limit.cancel();
      this.#stops.delete(stop);
      resolve(outcome);
    };
    const give = (why: string): void => {
      child.kill('SIGKILL');
      finish(err(why));
    };
    const stop = (): void => give('the trunk is stopping');
    const limit = clock.after(LIMIT_MS, () => give(`the voice took more than ${LIMIT_MS / 1000} s`));
    this.#stops.add(stop);
    child.on('error', (error: NodeJS.ErrnoException) => {
      this.#missing ||= error.code === 'ENOENT';
      log.warn({ error, command }, 'texts cannot be read aloud');
      finish(err(this.#missing ? NOT_INSTALLED : `the voice cannot be started (${error.code})`));
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) give('the text is too long to be read aloud');
      else chunks.push(chunk);
    });
    child.on('close', (code) => finish(code === 0 ? ok(Buffer.concat(chunks)) : err(`there is no voice ${voice}`)));
    // A program that ends early closes the pipe under us; its exit code says why.
    child.stdin?.on('error', () => {});
    child.stdin?.end(text);
    return promise;
  }
}

const NOT_INSTALLED = 'espeak-ng is not installed';

/** `language` decides; of Twilio's voices only whether it is a woman's. Names come from a document: anything odd is left out. */
function voiceOf(voice: string | undefined, language: string | undefined): string {
  const name = language !== undefined && /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}$/.test(language) ? language : '';
  const base = name === '' ? DEFAULT_VOICE : name.toLowerCase();
  return voice?.toLowerCase() === 'woman' ? `${base}+f3` : base;
}

const tonePhrase: Sound = soundOf({
  codec: 'PCMU',
  data: encodeG711(
    PHRASE_HZ.flatMap((hz) =>
      Array.from({ length: (NOTE_MS * SAMPLE_RATE_HZ) / 1000 }, (_, sample) => {
        const ms = (sample * 1000) / SAMPLE_RATE_HZ;
        const fade = Math.min(1, ms / FADE_MS, (NOTE_MS - ms) / FADE_MS);
        return Math.round(Math.sin((2 * Math.PI * hz * sample) / SAMPLE_RATE_HZ) * fade * 9000);
      }),
    ),
    'PCMU',
  ),
});

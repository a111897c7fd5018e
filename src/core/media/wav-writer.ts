/**
 * Writes a stereo WAVE file of 16-bit PCM as the sound comes. Until it is finished it has the name of its end with
 * `.part` behind; what a crash leaves behind is made playable by `repairParts`.
 */
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { Buffer } from 'node:buffer';
import { dirname, join } from 'node:path';
import { SAMPLE_RATE_HZ } from '../rtp/frame.ts';

export const CHANNELS = 2;
const BYTES_PER_SAMPLE = 2;
/** One sample of each channel. */
const BLOCK_BYTES = CHANNELS * BYTES_PER_SAMPLE;
const HEADER_BYTES = 44;
/** Where the header says how many samples there are in a second. */
const RATE_AT = 24;
/** The header counts its own rest and the data in 32 bits. */
const MAX_DATA_BYTES = Math.floor((0xffff_ffff - HEADER_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
/** Bytes that may wait for the disk: half a minute of 8 kHz. */
const MAX_WAITING_BYTES = 1024 * 1024;
const PART = '.part';

export class WavWriter {
  readonly #file: string;
  readonly #failed: (why: Error) => void;
  readonly #rateHz: number;
  #work: Promise<void>;
  #handle: FileHandle | undefined;
  #waitingBytes = 0;
  /** Bytes of sound in the file. */
  #dataBytes = 0;
  /** No more is taken; what waits is still written unless the disk failed. */
  #closed = false;
  #broken = false;
  #told = false;

  /**
   * @param file its final name; the folder is created when it is missing
   * @param failed called at most once, when no more can be written; what has been written is kept
   * @param rateHz samples of each channel in a second
   */
  constructor(file: string, failed: (why: Error) => void, rateHz = SAMPLE_RATE_HZ) {
    this.#rateHz = rateHz;
    this.#file = file;
    this.#failed = failed;
    this.#work = this.#attempt(() => this.#open());
  }

  /** @param samples of both channels in turn; they may be changed as soon as this returns */
  write(samples: Int16Array): void {
    if (this.#closed) return;
    const bytes = littleEndian(samples);
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.#fail(new Error('the disk is too slow'));
      return;
    }
    this.#waitingBytes += bytes.length;
    this.#work = this.#work.then(() =>
      this.#attempt(async () => {
        await this.#append(bytes);
        this.#waitingBytes -= bytes.length;
      }),
    );
  }

  /** Completes the file under its name. @returns milliseconds of sound in it, undefined when there is none */
  async finish(): Promise<number | undefined> {
    this.#closed = true;
    await this.#work;
    const handle = this.#handle;
    this.#handle = undefined;
    if (!handle) return undefined;
    return complete(handle, this.#file, this.#dataBytes, this.#rateHz);
  }

  async #open(): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    this.#handle = await open(this.#file + PART, 'wx', 0o600);
    await this.#handle.write(header(0, this.#rateHz), 0, HEADER_BYTES, 0);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    if (this.#dataBytes + bytes.length > MAX_DATA_BYTES) throw new Error('a WAVE file cannot be longer');
    for (let done = 0; done < bytes.length && this.#handle;) {
      const at = HEADER_BYTES + this.#dataBytes;
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, at);
      done += bytesWritten;
      this.#dataBytes += bytesWritten;
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.#broken) return;
    try {
      await work();
    } catch (why) {
      this.#broken = true;
      this.#fail(why instanceof Error ? why : new Error(String(why)));
    }
  }

  #fail(why: Error): void {
    this.#closed = true;
    if (this.#told) return;
    this.#told = true;
    this.#failed(why);
  }
}

/** What a crash left behind and is now a file like any other. */
export interface RepairedWav {
  /** File name without folder and extension. */
  readonly name: string;
  readonly durationMs: number;
}

/**
 * Completes every file of the folder that was not finished; those without sound are removed. Nobody may be writing there.
 * @returns what can be played now; nothing when there is no such folder
 */
export async function repairParts(
  folder: string,
  failed: (file: string, why: unknown) => void,
): Promise<RepairedWav[]> {
  const names = await readdir(folder).catch(() => []);
  const repaired: RepairedWav[] = [];
  for (const part of names.filter((each) => each.endsWith(`.wav${PART}`))) {
    const file = join(folder, part.slice(0, -PART.length));
    try {
      const handle = await open(file + PART, 'r+');
      const { size } = await handle.stat();
      const durationMs = await complete(handle, file, size - HEADER_BYTES, await rateOf(handle));
      if (durationMs !== undefined) repaired.push({ name: part.slice(0, -`.wav${PART}`.length), durationMs });
    } catch (why) {
      failed(file, why);
    }
  }
  return repaired;
}

/** What the header says that was written when the file was begun. */
async function rateOf(handle: FileHandle): Promise<number> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, RATE_AT);
  const rateHz = bytesRead === 4 ? buffer.readUInt32LE(0) : 0;
  return rateHz === 2 * SAMPLE_RATE_HZ ? rateHz : SAMPLE_RATE_HZ;
}

/** Says in the header how much sound there is, and gives the file its name. Closes it in any case. */
async function complete(handle: FileHandle, file: string, bytes: number, rateHz: number): Promise<number | undefined> {
  const dataBytes = Math.max(0, bytes - (bytes % BLOCK_BYTES));
  try {
    if (dataBytes > 0) {
      await handle.truncate(HEADER_BYTES + dataBytes);
      await handle.write(header(dataBytes, rateHz), 0, HEADER_BYTES, 0);
      await handle.sync();
    }
  } finally {
    await handle.close();
  }
  if (dataBytes === 0) {
    await rm(file + PART);
    return undefined;
  }
  await rename(file + PART, file);
  return (dataBytes * 1000) / (BLOCK_BYTES * rateHz);
}

/** RIFF WAVE with a plain `fmt ` chunk (PCM) and one `data` chunk. */
function header(dataBytes: number, rateHz: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  tag(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, CHANNELS, true);
  view.setUint32(RATE_AT, rateHz, true);
  view.setUint32(28, rateHz * BLOCK_BYTES, true);
  view.setUint16(32, BLOCK_BYTES, true);
  view.setUint16(34, BYTES_PER_SAMPLE * 8, true);
  tag(36, 'data');
  view.setUint32(40, dataBytes, true);
  return bytes;
}

/** A copy, in the byte order of the file. */
function littleEndian(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * BYTES_PER_SAMPLE);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < samples.length; index += 1)
    view.setInt16(index * BYTES_PER_SAMPLE, samples[index]!, true);
  return bytes;
}

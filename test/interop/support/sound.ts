/** What other people's programs say and hear, as WAVE files of 16-bit PCM, 8 kHz, mono. */
import { readParts } from '../../../src/core/media/wav.ts';
import { energyAt, sine } from '../../support/tone.ts';

/** How loud a frequency was in the half second in which it was loudest. */
export type Heard = (hz: number) => number;

/** Samples at 8 kHz. */
const HALF_SECOND = 4000;
const SECONDS = 60;

/** A minute of one tone. */
export function toneFile(hz: number): Buffer {
  const samples = sine(hz, 8000, 8000 * SECONDS);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length * 2, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length * 2, 40);
  return Buffer.concat([header, Buffer.from(Int16Array.from(samples).buffer)]);
}

/** @throws when the recording cannot be read. It may lack its end: its writer may have been stopped. */
export function heardIn(file: Buffer): Heard {
  const read = readParts(file, true);
  if (!read.ok) throw new Error(`the recording cannot be read: ${read.error}`);
  const data = Buffer.from(read.value.data);
  const samples = Int16Array.from({ length: data.length >> 1 }, (_, index) => data.readInt16LE(index * 2));
  const parts = Array.from({ length: Math.floor(samples.length / HALF_SECOND) }, (_, part) =>
    samples.subarray(part * HALF_SECOND, (part + 1) * HALF_SECOND),
  );
  return (hz) => Math.max(0, ...parts.map((part) => energyAt(part, hz)));
}

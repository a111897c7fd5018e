/** Reads what the recorder writes, strictly: anything but 8 kHz stereo of 16 bits is an error. */
import { readFileSync } from 'node:fs';

export interface Stereo {
  readonly left: Int16Array;
  readonly right: Int16Array;
}

export function readStereo(file: string): Stereo {
  const bytes = readFileSync(file);
  const format = [20, 22, 32, 34].map((at) => bytes.readUInt16LE(at));
  const tags = [0, 8, 12, 36].map((at) => bytes.toString('latin1', at, at + 4));
  const expected = ['RIFF', 'WAVE', 'fmt ', 'data', 1, 2, 4, 16, 8000, bytes.length - 8, bytes.length - 44];
  const found = [...tags, ...format, ...[24, 4, 40].map((at) => bytes.readUInt32LE(at))];
  if (String(found) !== String(expected)) throw new Error(`not such a file: ${found.join(' ')}`);
  const samples = new Int16Array((bytes.length - 44) / 2).map((_, index) => bytes.readInt16LE(44 + index * 2));
  return { left: samples.filter((_, index) => index % 2 === 0), right: samples.filter((_, index) => index % 2 === 1) };
}

import { err, ok, type Result } from '../message/result.ts';
import { SAMPLE_RATE_HZ } from '../rtp/frame.ts';
import { encodeG711, type G711Name } from '../codec/g711.ts';

/** G.711, whatever the file held. */
export interface WavAudio {
  readonly codec: G711Name;
  readonly data: Uint8Array;
}

interface Format {
  readonly encoding: 'pcm16' | G711Name;
}

const FORMAT_PCM = 1;
const FORMAT_A_LAW = 6;
const FORMAT_MU_LAW = 7;

/** Reads a RIFF WAVE file of 8 kHz mono: µ-law, A-law or 16-bit PCM. */
export function parseWav(file: Uint8Array): Result<WavAudio, string> {
  const parts = readParts(file);
  if (!parts.ok) return parts;
  const format = readFormat(parts.value.format);
  return format.ok ? ok(toG711(parts.value.data, format.value)) : format;
}

/** The two chunks of a RIFF WAVE file that matter. */
interface WavParts {
  /** At least 16 bytes. */
  readonly format: Uint8Array;
  readonly data: Uint8Array;
}

/** @param cut takes data that is shorter than its chunk says: whoever writes to a pipe cannot know its length before */
export function readParts(file: Uint8Array, cut = false): Result<WavParts, string> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') return err('not a WAVE file');
  let format: Uint8Array | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const name = tag(view, at);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    const short = size > file.length - start;
    if (short && !(cut && name === 'data')) return err(`the ${name.trim()} chunk ends beyond the file`);
    const chunk = file.subarray(start, start + size);
    if (name === 'fmt ') {
      if (chunk.length < 16) return err('the format is cut short');
      format = chunk;
    } else if (name === 'data') {
      return format ? ok({ format, data: chunk }) : err('the data comes before its format');
    }
    // Chunks begin at even offsets.
    at = start + size + (size % 2);
  }
  return err('no data');
}

const tag = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

function readFormat(chunk: Uint8Array): Result<Format, string> {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const [code, channels, rate, bits] = [
    view.getUint16(0, true),
    view.getUint16(2, true),
    view.getUint32(4, true),
    view.getUint16(14, true),
  ];
  if (channels !== 1 || rate !== SAMPLE_RATE_HZ)
    return err(`${channels} channels at ${rate} Hz instead of one at 8000 Hz`);
  if (code === FORMAT_MU_LAW && bits === 8) return ok({ encoding: 'PCMU' });
  if (code === FORMAT_A_LAW && bits === 8) return ok({ encoding: 'PCMA' });
  if (code === FORMAT_PCM && bits === 16) return ok({ encoding: 'pcm16' });
  return err(`format ${code} with ${bits} bits is neither G.711 nor 16-bit PCM`);
}

function toG711(data: Uint8Array, { encoding }: Format): WavAudio {
  if (encoding !== 'pcm16') return { codec: encoding, data };
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const samples = Array.from({ length: data.length >> 1 }, (_, index) => view.getInt16(index * 2, true));
  return { codec: 'PCMU', data: encodeG711(samples, 'PCMU') };
}

/**
 * What goes over an audio WebSocket (M19). Binary messages, both ways: 20 ms of sound each, 644 bytes:
 * the number of the frame (32 bits, little endian), then 320 samples of 16 bits, little endian, at 16 kHz.
 * The number counts on for what the sender had to drop. Text messages, from the browser: `{"key":"5","ms":100}`.
 */
import { SOCKET_RATE_HZ } from '../sdp/socket-audio.ts';
import { FRAME_MS } from '../rtp/frame.ts';

const HEAD = 4;
export const SOCKET_SAMPLES = (SOCKET_RATE_HZ * FRAME_MS) / 1000;
export const AUDIO_FRAME_BYTES = HEAD + 2 * SOCKET_SAMPLES;

export interface AudioMessage {
  readonly number: number;
  readonly samples: Int16Array;
}

/** @returns undefined for what is no frame */
export function readAudio(bytes: Buffer): AudioMessage | undefined {
  if (bytes.length !== AUDIO_FRAME_BYTES) return undefined;
  const samples = new Int16Array(SOCKET_SAMPLES);
  for (let index = 0; index < samples.length; index += 1) samples[index] = bytes.readInt16LE(HEAD + 2 * index);
  return { number: bytes.readUInt32LE(0), samples };
}

export function writeAudio({ number, samples }: AudioMessage): Buffer {
  const bytes = Buffer.allocUnsafe(AUDIO_FRAME_BYTES);
  bytes.writeUInt32LE(number >>> 0, 0);
  for (let index = 0; index < SOCKET_SAMPLES; index += 1) bytes.writeInt16LE(samples[index]!, HEAD + 2 * index);
  return bytes;
}

/** The longest text that a key takes, in bytes, with room. */
const LONGEST_KEY = 64;

/** @returns undefined for what is no key */
export function readKey(text: Buffer): { key: string; ms: number | undefined } | undefined {
  if (text.length > LONGEST_KEY) return undefined;
  try {
    const value: unknown = JSON.parse(text.toString());
    if (typeof value !== 'object' || value === null || !('key' in value)) return undefined;
    const { key } = value;
    const ms = 'ms' in value ? value.ms : undefined;
    const timed = ms === undefined || (typeof ms === 'number' && Number.isFinite(ms));
    if (typeof key !== 'string' || !/^[0-9A-D*#]$/.test(key) || !timed) return undefined;
    return { key, ms };
  } catch {
    return undefined;
  }
}

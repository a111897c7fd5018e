/** NTP times, as RTCP has them. RFC 3550 §4. */
import { uint32 } from '../serial.ts';

/** From 1900 to 1970, in seconds. */
const EPOCH = 2_208_988_800;

/** @param wall milliseconds since the Unix epoch */
export function ntpOf(wall: number): { seconds: number; fraction: number } {
  const seconds = Math.floor(wall / 1000);
  return {
    seconds: uint32(seconds + EPOCH),
    fraction: Math.floor(((wall - seconds * 1000) / 1000) * 2 ** 32),
  };
}

/** The middle 32 bits: units of 1/65536 s. */
export const middleOf = (seconds: number, fraction: number): number => uint32((seconds << 16) | (fraction >>> 16));

/** @returns units of 1/65536 s */
export const shortSpan = (ms: number): number => uint32(Math.round((ms * 65_536) / 1000));

/** @param span units of 1/65536 s @returns milliseconds; of a span that went back, negative ones */
export const shortSpanMs = (span: number): number => ((span | 0) * 1000) / 65_536;

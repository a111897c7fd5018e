import type { CodecName } from '../../codec/codec.ts';
import { decodeG711 } from '../../codec/g711.ts';

const SILENCE_DB = -96;
/** An Opus packet of digital silence has no more bytes. RFC 6716 §3.1. */
const EMPTY_OPUS = 3;

/**
 * How loud one packet is, in dB below full scale.
 * @returns undefined where only a decoder that has heard the packets before could tell
 */
export function levelOf(payload: Uint8Array, codec: CodecName): number | undefined {
  if (codec === 'PCMU' || codec === 'PCMA') {
    const samples = decodeG711(payload, codec);
    let energy = 0;
    for (const sample of samples) energy += sample * sample;
    // Both laws write silence as the smallest step, A-law as ±8.
    const level = 10 * Math.log10(energy / Math.max(1, samples.length) / 32_768 ** 2);
    return Math.max(SILENCE_DB, Math.round(level));
  }
  return payload.length <= EMPTY_OPUS ? SILENCE_DB : undefined;
}

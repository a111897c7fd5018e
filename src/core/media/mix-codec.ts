/** What the mixer needs of a codec. */
import { FRAME_SAMPLES, SAMPLE_RATE_HZ, type AudioCodec } from '../rtp/frame.ts';
import { decodeG711, encodeG711 } from '../rtp/g711.ts';

/** One stream's decoder: it may remember what came before. */
export interface Decoder {
  decode(payload: Uint8Array): Int16Array;
}

/** One stream's encoder. */
export interface Encoder {
  /** @param samples 20 ms */
  encode(samples: Int16Array): Uint8Array;
}

export interface MixCodec {
  /** Samples a second of what is decoded. */
  readonly rateHz: number;
  /** Timestamp units a second. */
  readonly clockRateHz: number;
  decoder(): Decoder;
  encoder(): Encoder;
}

export function mixCodec(codec: AudioCodec): MixCodec {
  return {
    rateHz: SAMPLE_RATE_HZ,
    clockRateHz: (FRAME_SAMPLES * 1000) / 20,
    decoder: () => ({ decode: (payload) => decodeG711(payload, codec) }),
    encoder: () => ({ encode: (samples) => encodeG711(samples, codec) }),
  };
}

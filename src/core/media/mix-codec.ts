/** What the mixer needs of a codec. */
import type { CodecName, Decoder, Encoder } from '../codec/codec.ts';
import { codecs } from '../codec/registry.ts';

export interface MixCodec {
  /** Samples a second of what is decoded. */
  readonly rateHz: number;
  /** Timestamp units a second. */
  readonly clockRateHz: number;
  decoder(): Decoder;
  encoder(): Encoder;
}

export function mixCodec(name: CodecName): MixCodec {
  const codec = codecs[name];
  return {
    rateHz: codec.sampleRateHz,
    clockRateHz: codec.clockRateHz,
    decoder: () => codec.decoder(),
    encoder: () => codec.encoder(),
  };
}

/** Decodes whatever a source sends, at one sample rate. */
import type { CodecName, Decoder } from '../codec/codec.ts';
import { decodeG711, isG711 } from '../codec/g711.ts';
import { codecs } from '../codec/registry.ts';
import { resampler, type Resampler } from '../codec/resample.ts';
import { SAMPLE_RATE_HZ, type AudioFrame } from '../rtp/frame.ts';

export class Hearing {
  readonly #rateHz: number;
  #source: { ssrc: number; codec: CodecName; decoder: Decoder; resampler: Resampler } | undefined;

  /** @param rateHz of what comes out: 8000, 16000 or 48000 */
  constructor(rateHz: number) {
    this.#rateHz = rateHz;
  }

  hear({ codec, ssrc, payload }: AudioFrame): Int16Array {
    if (isG711(codec) && this.#rateHz === SAMPLE_RATE_HZ) return decodeG711(payload, codec);
    if (this.#source?.ssrc !== ssrc || this.#source.codec !== codec) this.#follow(ssrc, codec);
    return this.#source!.resampler.convert(this.#source!.decoder.decode(payload));
  }

  close(): void {
    this.#source?.decoder.close();
    this.#source = undefined;
  }

  #follow(ssrc: number, name: CodecName): void {
    this.close();
    const codec = codecs[name];
    const convert = resampler(codec.sampleRateHz, this.#rateHz);
    this.#source = { ssrc, codec: name, decoder: codec.decoder(), resampler: convert };
  }
}

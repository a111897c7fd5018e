/** A telephone that says one tone for ever, in any codec, frame by frame. */
import type { CodecName } from '../../src/core/codec/codec.ts';
import { codecs } from '../../src/core/codec/registry.ts';
import type { AudioFrame } from '../../src/core/rtp/frame.ts';

export class CodecTalker {
  readonly #name: CodecName;
  readonly #hz: number;
  readonly #amplitude: number;
  readonly #frameMs: number;
  readonly #encoder;
  #packet = 0;

  constructor(name: CodecName, hz: number, amplitude = 4000, frameMs = 20) {
    this.#name = name;
    this.#hz = hz;
    this.#amplitude = amplitude;
    this.#frameMs = frameMs;
    this.#encoder = codecs[name].encoder();
  }

  frame(): AudioFrame {
    const { sampleRateHz, clockRateHz } = codecs[this.#name];
    const length = (sampleRateHz * this.#frameMs) / 1000;
    const from = this.#packet * length;
    const samples = Int16Array.from({ length }, (_, at) =>
      Math.round(this.#amplitude * Math.sin((2 * Math.PI * this.#hz * (from + at)) / sampleRateHz)),
    );
    const timestamp = (0xffff_fc00 + (this.#packet * clockRateHz * this.#frameMs) / 1000) >>> 0;
    const sequenceNumber = (0xfffa + this.#packet) & 0xffff;
    this.#packet += 1;
    const payload = this.#encoder.encode(samples);
    return { kind: 'audio', codec: this.#name, payload, ssrc: this.#hz, sequenceNumber, timestamp, marker: false };
  }
}

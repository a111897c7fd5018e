/** A telephone that says one tone for ever, packet by packet. */
import { encodeG711, type G711Name } from '../../src/core/codec/g711.ts';
import type { AudioFrame } from '../../src/core/rtp/frame.ts';
import { writeRtp } from '../../src/core/rtp/packet.ts';

export interface ToneTalkerOptions {
  readonly amplitude?: number;
  readonly codec?: G711Name;
  readonly ssrc?: number;
  readonly sequenceNumber?: number;
  readonly timestamp?: number;
  /** Samples in a packet. */
  readonly samples?: number;
}

export class ToneTalker {
  readonly hz: number;
  amplitude: number;
  readonly codec: G711Name;
  readonly #samples: number;
  ssrc: number;
  sequenceNumber: number;
  timestamp: number;
  #said = 0;

  /** @param hz at most 4000 */
  constructor(hz: number, options: ToneTalkerOptions = {}) {
    this.hz = hz;
    this.amplitude = options.amplitude ?? 2000;
    this.codec = options.codec ?? 'PCMU';
    this.ssrc = options.ssrc ?? hz;
    this.sequenceNumber = options.sequenceNumber ?? 65_500;
    this.timestamp = options.timestamp ?? 0xffff_8000;
    this.#samples = options.samples ?? 160;
  }

  /** The next 20 ms. */
  frame(): AudioFrame {
    const said = Array.from({ length: this.#samples }, (_, at) =>
      Math.round(this.amplitude * Math.sin((2 * Math.PI * this.hz * (this.#said + at)) / 8000)),
    );
    const payload = encodeG711(said, this.codec);
    const { codec, ssrc, sequenceNumber, timestamp } = this;
    this.skip(1);
    return { kind: 'audio', codec, payload, ssrc, sequenceNumber, timestamp, marker: false };
  }

  datagram(): Uint8Array {
    const frame = this.frame();
    return writeRtp({ ...frame, payloadType: this.codec === 'PCMU' ? 0 : 8 });
  }

  /** Time passes, in packets. @param counted whether sequence numbers do as well */
  skip(packets: number, counted = true): void {
    this.#said += packets * this.#samples;
    this.timestamp = (this.timestamp + packets * this.#samples) >>> 0;
    if (counted) this.sequenceNumber = (this.sequenceNumber + packets) & 0xffff;
  }
}

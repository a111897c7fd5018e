/** What a codec is to the rest of the trunk: its numbers, and its two halves. Samples are 16-bit linear, one channel. */

/** As SDP writes it. RFC 3551 §6. */
export type CodecName = 'PCMU' | 'PCMA' | 'G722' | 'opus';

export interface Codec {
  readonly name: CodecName;
  /** Of RTP timestamps, and as SDP says it. That of G.722 is 8000 although its sound has 16,000 samples. RFC 3551 §4.5.2. */
  readonly clockRateHz: number;
  /** Of the samples that go in and come out. */
  readonly sampleRateHz: number;
  /** As SDP says it. */
  readonly channels: number;
  /** Fixed by RFC 3551 §6; undefined where each description chooses one. */
  readonly payloadType?: number;
  /** How much sound a packet has unless the peer wants it otherwise. */
  readonly frameMs: number;
  /** @returns how long a packet lasts, in units of the clock */
  duration(payload: Uint8Array): number;
  /** What the `a=fmtp` line of our own descriptions says. */
  readonly fmtp?: string;
  encoder(): Encoder;
  decoder(): Decoder;
}

/** One direction of one stream: it may remember what came before. */
export interface Encoder {
  /** @param samples one packet's worth, a whole number of milliseconds */
  encode(samples: Int16Array): Uint8Array;
  close(): void;
}

export interface Decoder {
  /** @returns samples of the caller's own. A payload that makes no sense gives none. */
  decode(payload: Uint8Array): Int16Array;
  /**
   * Sound in the place of packets that are lost.
   * @param count how many samples, a whole number of packets like those before
   * @param next the packet that follows the gap, where it is there already: it may repeat what was lost (Opus)
   */
  conceal(count: number, next?: Uint8Array): Int16Array;
  close(): void;
}

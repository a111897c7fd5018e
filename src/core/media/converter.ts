/**
 * Makes one unbroken stream in another codec of a source: decode, resample, encode. Both ends keep their own packet length
 * and clock. M3.
 *
 * A packet in order passes at once. One that comes too early waits for the next one, as the missing packet may only have
 * been overtaken; if it does not come then, its sound is made up (or, with Opus, taken from the packet after it).
 */
import type { Codec, CodecName, Decoder, Encoder } from '../codec/codec.ts';
import { codecs } from '../codec/registry.ts';
import { resampler, type Resampler } from '../codec/resample.ts';
import type { AudioFrame, DtmfFrame, Frame } from '../rtp/frame.ts';
import { sequenceStep, timestampStep, uint16, uint32 } from '../rtp/serial.ts';

/** Loss up to this is made up; a longer gap is a pause, in milliseconds. */
const MOST_CONCEALED_MS = 100;
/** A packet that is so many behind the newest one is late; one further behind is of a stream that began anew. */
const LATE = 200;

/** One source on its way in. */
interface Source {
  readonly ssrc: number;
  readonly codec: Codec;
  readonly decoder: Decoder;
  readonly resampler: Resampler;
  newestSequenceNumber: number;
  /** Where the newest packet of sound ended, by the source's clock. */
  end: number;
  /** It came before one that is missing. */
  early: AudioFrame | undefined;
  /** The newest key, which keeps its timestamp: by the source's clock, and by ours. */
  key: { readonly timestamp: number; readonly ours: number } | undefined;
}

export class Converter {
  readonly #emit: (frame: Frame) => void;
  #codec: Codec | undefined;
  #encoder: Encoder | undefined;
  #source: Source | undefined;
  /** Samples that do not fill a packet yet. */
  #rest = new Int16Array();
  #sequenceNumber = 0;
  /** Of the first sample of the rest. */
  #timestamp = 0;
  #marker = true;

  /** @param emit takes frames that are numbered anew, with the SSRC of their source */
  constructor(emit: (frame: Frame) => void) {
    this.#emit = emit;
  }

  /** Whether sound of this source passes here. */
  converts(ssrc: number): boolean {
    return this.#source?.ssrc === ssrc;
  }

  /** @param name in which the sound is to go out */
  write(frame: AudioFrame, name: CodecName): void {
    if (name !== this.#codec?.name) this.#target(codecs[name]);
    const source = this.#follow(frame);
    const step = sequenceStep(source.newestSequenceNumber, frame.sequenceNumber);
    // Its place was filled.
    if (step <= 0) return;
    const { early } = source;
    if (early) {
      const between = sequenceStep(frame.sequenceNumber, early.sequenceNumber);
      if (between === 0) return;
      source.early = undefined;
      const [first, second] = between > 0 ? [frame, early] : [early, frame];
      this.#convert(source, first);
      return this.#convert(source, second);
    }
    if (step === 1 || !this.#mayBeLost(source, frame)) return this.#convert(source, frame);
    source.early = frame;
  }

  /** A key of the same source: it keeps its place among the sound. */
  key(frame: DtmfFrame): void {
    const source = this.#source;
    if (source?.ssrc !== frame.ssrc) return;
    if (sequenceStep(source.newestSequenceNumber, frame.sequenceNumber) > 0)
      source.newestSequenceNumber = frame.sequenceNumber;
    if (source.key?.timestamp !== frame.timestamp) {
      const since = this.#scaled(source, timestampStep(source.end, frame.timestamp));
      source.key = {
        timestamp: frame.timestamp,
        ours: uint32(this.#timestamp + this.#units(this.#rest.length) + since),
      };
    }
    this.#emit({ ...frame, sequenceNumber: this.#nextNumber(), timestamp: source.key.ours });
  }

  /** What comes next is another source, or the same after a pause. */
  begin(): void {
    this.#source?.decoder.close();
    this.#source = undefined;
    this.#rest = new Int16Array();
    this.#marker = true;
  }

  close(): void {
    this.begin();
    this.#encoder?.close();
    this.#encoder = undefined;
    this.#codec = undefined;
  }

  #target(codec: Codec): void {
    this.close();
    this.#codec = codec;
    this.#encoder = codec.encoder();
  }

  #follow(frame: AudioFrame): Source {
    const source = this.#source;
    if (source?.ssrc === frame.ssrc && source.codec.name === frame.codec) {
      const step = sequenceStep(source.newestSequenceNumber, frame.sequenceNumber);
      if (Math.abs(step) <= LATE) return source;
    }
    this.begin();
    const codec = codecs[frame.codec];
    this.#source = {
      ssrc: frame.ssrc,
      codec,
      decoder: codec.decoder(),
      resampler: resampler(codec.sampleRateHz, this.#codec!.sampleRateHz),
      newestSequenceNumber: uint16(frame.sequenceNumber - 1),
      end: frame.timestamp,
      early: undefined,
      key: undefined,
    };
    return this.#source;
  }

  #mayBeLost(source: Source, { timestamp }: AudioFrame): boolean {
    const gapMs = (timestampStep(source.end, timestamp) * 1000) / source.codec.clockRateHz;
    return gapMs > 0 && gapMs <= MOST_CONCEALED_MS;
  }

  #convert(source: Source, frame: AudioFrame): void {
    const { codec, decoder } = source;
    const gap = timestampStep(source.end, frame.timestamp);
    const lost = sequenceStep(source.newestSequenceNumber, frame.sequenceNumber) > 1;
    if (gap !== 0 && lost && this.#mayBeLost(source, frame)) {
      const missing = Math.round((gap * codec.sampleRateHz) / codec.clockRateHz);
      this.#add(source, decoder.conceal(missing, frame.payload));
    } else if (gap !== 0) this.#pause(source, gap);
    source.newestSequenceNumber = frame.sequenceNumber;
    source.end = uint32(frame.timestamp + codec.duration(frame.payload));
    this.#add(source, decoder.decode(frame.payload));
  }

  /** The source has counted on (or back) without sound: so do we. */
  #pause(source: Source, gap: number): void {
    if (this.#rest.length > 0) this.#put(padded(this.#rest, this.#frameLength), source.ssrc);
    this.#rest = new Int16Array();
    this.#timestamp = uint32(this.#timestamp + this.#scaled(source, gap));
    this.#marker = true;
  }

  #add(source: Source, samples: Int16Array): void {
    const converted = source.resampler.convert(samples);
    const length = this.#frameLength;
    if (this.#rest.length === 0 && converted.length === length) return this.#put(converted, source.ssrc);
    const line = new Int16Array(this.#rest.length + converted.length);
    line.set(this.#rest);
    line.set(converted, this.#rest.length);
    let at = 0;
    for (; at + length <= line.length; at += length) this.#put(line.subarray(at, at + length), source.ssrc);
    this.#rest = line.slice(at);
  }

  #put(samples: Int16Array, ssrc: number): void {
    const codec = this.#codec!.name;
    const payload = this.#encoder!.encode(samples);
    const timestamp = this.#timestamp;
    this.#timestamp = uint32(timestamp + this.#units(samples.length));
    if (payload.length === 0) return;
    const marker = this.#marker;
    this.#marker = false;
    this.#emit({ kind: 'audio', codec, payload, ssrc, sequenceNumber: this.#nextNumber(), timestamp, marker });
  }

  #nextNumber(): number {
    const number = this.#sequenceNumber;
    this.#sequenceNumber = uint16(number + 1);
    return number;
  }

  /** Samples in one packet. */
  get #frameLength(): number {
    const { sampleRateHz, frameMs } = this.#codec!;
    return (sampleRateHz * frameMs) / 1000;
  }

  /** How long samples of ours last, by our clock. */
  #units(samples: number): number {
    const { sampleRateHz, clockRateHz } = this.#codec!;
    return (samples * clockRateHz) / sampleRateHz;
  }

  /** A time of the source's clock by ours. */
  #scaled({ codec }: Source, units: number): number {
    return Math.round((units * this.#codec!.clockRateHz) / codec.clockRateHz);
  }
}

function padded(samples: Int16Array, length: number): Int16Array {
  const full = new Int16Array(length);
  full.set(samples);
  return full;
}

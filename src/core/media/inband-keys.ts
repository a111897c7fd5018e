/**
 * Puts events in the place of the tones that a telephone sends as keys, for one that has no other way (M6). What is heard of
 * a tone until it is known to be one, about 40 ms, has passed by then.
 */
import type { Decoder } from '../codec/codec.ts';
import { codecs } from '../codec/registry.ts';
import { DtmfDetector, type KeyHeard } from '../rtp/dtmf-detector.ts';
import { keyOfEvent } from '../rtp/dtmf.ts';
import { SAMPLE_RATE_HZ, type AudioFrame, type DtmfFrame, type Frame } from '../rtp/frame.ts';
import { timestampStep } from '../rtp/serial.ts';
import type { Clock } from '../time/clock.ts';

/** The last packet is sent three times. RFC 4733 §2.5.1.4. */
const END_REPEATS = 3;
const VOLUME = 10;
/** A longer gap is no lost packet: the tone has ended in it. */
const LONGEST_GAP = SAMPLE_RATE_HZ / 10;
/** A key by INFO so soon after the same one in the sound is the same press, in milliseconds. */
const SAME_PRESS_MS = 1000;

interface Press {
  readonly event: number;
  readonly timestamp: number;
  /** Packets so far. */
  packets: number;
  duration: number;
  /** How often the end is still to be said. */
  ends: number;
}

export class InbandKeys {
  readonly #clock: Clock;
  readonly #detector = new DtmfDetector();
  #decoder: { readonly codec: AudioFrame['codec']; readonly decoder: Decoder } | undefined;
  #before: { readonly ssrc: number; readonly timestamp: number } | undefined;
  #press: Press | undefined;
  #newest: { readonly event: number; readonly at: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns the frame itself, or what is sent in its place: the numbers of the stream stay the same */
  replace(frame: AudioFrame): Frame {
    const codec = codecs[frame.codec];
    // A wideband codec comes with telephone-event.
    if (codec.sampleRateHz !== SAMPLE_RATE_HZ) return frame;
    const heard: KeyHeard[] = [];
    if (!this.#follows(frame)) heard.push(...this.#detector.interrupt());
    this.#before = frame;
    if (this.#decoder?.codec !== frame.codec) {
      this.#decoder?.decoder.close();
      this.#decoder = { codec: frame.codec, decoder: codec.decoder() };
    }
    const samples = this.#decoder.decoder.decode(frame.payload);
    heard.push(...this.#detector.hear(samples));
    for (const each of heard) this.#note(each, frame);
    return this.#press ? this.#event(this.#press, frame, samples.length) : frame;
  }

  /** The key that was heard a moment ago. */
  get newest(): string | undefined {
    const newest = this.#newest;
    return newest && this.#clock.now() - newest.at < SAME_PRESS_MS ? keyOfEvent(newest.event) : undefined;
  }

  close(): void {
    this.#decoder?.decoder.close();
    this.#decoder = undefined;
  }

  #follows({ ssrc, timestamp }: AudioFrame): boolean {
    const before = this.#before;
    if (before?.ssrc !== ssrc) return false;
    const step = timestampStep(before.timestamp, timestamp);
    return step > 0 && step <= LONGEST_GAP;
  }

  #note({ event, what }: KeyHeard, { timestamp }: AudioFrame): void {
    if (what === 'begins') {
      this.#press = { event, timestamp, packets: 0, duration: 0, ends: 0 };
      this.#newest = { event, at: this.#clock.now() };
    } else if (this.#press) this.#press.ends = END_REPEATS;
  }

  #event(press: Press, { ssrc, sequenceNumber, timestamp }: AudioFrame, length: number): DtmfFrame {
    const end = press.ends > 0;
    if (!end || press.packets === 0)
      press.duration = Math.max(length, timestampStep(press.timestamp, timestamp) + length);
    const marker = press.packets === 0;
    press.packets += 1;
    if (end) press.ends -= 1;
    if (end && press.ends === 0) this.#press = undefined;
    const { event, duration } = press;
    return {
      kind: 'dtmf',
      event,
      end,
      volume: VOLUME,
      duration,
      ssrc,
      sequenceNumber,
      timestamp: press.timestamp,
      marker,
    };
  }
}

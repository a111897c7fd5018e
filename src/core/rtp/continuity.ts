import type { Clock } from '../time/clock.ts';
import { codecs } from '../codec/registry.ts';
import { FRAME_SAMPLES, type Frame, type Position } from './frame.ts';
import { sequenceStep, timestampStep, uint16, uint32 } from './serial.ts';

/** A step in sequence numbers beyond this is a new stream, not loss: four seconds of frames. */
const MAX_SEQUENCE_STEP = 200;
/** A timestamp that departs from the clock by more than this is a new stream, in seconds. */
const MAX_TIMESTAMP_DRIFT_SECONDS = 10;
const FRAMES_PER_SECOND = 50;
/** What the source before has on its way may arrive so long after the switch, in milliseconds. *Chosen here.* */
const STRAGGLER_MS = 500;

/** How long a frame lasts, in timestamp units. */
const span = (frame: Frame): number => {
  if (frame.kind === 'audio') return codecs[frame.codec].duration(frame.payload);
  return frame.kind === 'noise' ? FRAME_SAMPLES : (frame.duration * (frame.clockRateHz ?? 8000)) / 8000;
};

/** One source and how its numbers become ours. */
interface Source {
  readonly ssrc: number;
  readonly sequenceOffset: number;
  readonly timestampOffset: number;
  newestSequenceNumber: number;
  /**
   * How many numbers the newest frame is ahead of the first one that we took. It counts on where the 16 bits wrap: after
   * 32,768 packets (655 s) the first number itself would seem to lie ahead.
   */
  reach: number;
}

/**
 * Renumbers any succession of sources into one stream with one SSRC, so that the peer hears a transfer, hold music or a new
 * device as one unbroken sender. Receivers treat a jump as a fault: Chromium falls silent for good.
 * Loss and reordering within a source stay visible, as the receiver's jitter buffer needs them.
 */
export class Continuity {
  readonly #clock: Clock;
  readonly #start: Position;
  #clockRateHz = 8000;
  #source: Source | undefined;
  /** The source before, and when it was left. */
  #before: { readonly source: Source; readonly at: number } | undefined;
  /** The newest key, and the timestamp that it has with us: that alone tells its presses apart. RFC 4733 §2.5.1.2. */
  #event: { readonly ssrc: number; readonly timestamp: number; readonly ours: number } | undefined;
  /** The newest frame sent, in our numbers. */
  #newest: { sequenceNumber: number; timestamp: number; at: number; span: number } | undefined;

  /** @param start our SSRC and the numbers of the first frame; random ones, RFC 3550 §5.1 */
  constructor(clock: Clock, start: Omit<Position, 'marker'>) {
    this.#clock = clock;
    this.#start = { ...start, marker: true };
  }

  /** @returns the frame in our numbers, or undefined when it is too late to be placed */
  place<F extends Frame>(frame: F): F | undefined {
    const switched = this.#source === undefined || !this.#continues(this.#source, frame);
    if (switched && this.#straggles(frame)) return undefined;
    const source = switched ? this.#take(frame) : this.#source!;
    const ahead = sequenceStep(source.newestSequenceNumber, frame.sequenceNumber);
    // It was sent before the first frame that we took: its number belongs to the source before.
    if (source.reach + ahead < 0) return undefined;
    if (ahead > 0) {
      source.newestSequenceNumber = frame.sequenceNumber;
      source.reach += ahead;
    }
    const sequenceNumber = uint16(frame.sequenceNumber + source.sequenceOffset);
    const timestamp = uint32(frame.timestamp + source.timestampOffset);
    if (frame.kind === 'dtmf') this.#event = { ssrc: frame.ssrc, timestamp: frame.timestamp, ours: timestamp };
    this.#note(frame, sequenceNumber, timestamp);
    // The marker of an event packet means that the event begins, which a switch does not change.
    const marker = frame.marker || (switched && frame.kind === 'audio');
    return { ...frame, ssrc: this.#start.ssrc, sequenceNumber, timestamp, marker };
  }

  /** Timestamps count at another rate from now on. RFC 7160 would have another SSRC then, which browsers do not expect. */
  setClockRate(hz: number): void {
    if (hz === this.#clockRateHz) return;
    if (this.#newest) this.#newest.span = (this.#newest.span * hz) / this.#clockRateHz;
    this.#clockRateHz = hz;
    this.interrupt();
  }

  /** What comes next follows without a gap in the numbers, although its source has counted on meanwhile. */
  interrupt(): void {
    this.#source = undefined;
    this.#before = undefined;
  }

  /** A frame of this source is not sent: its number leaves no gap. */
  skip({ ssrc }: Frame): void {
    if (this.#source?.ssrc === ssrc) this.interrupt();
  }

  #continues(source: Source, frame: Frame): boolean {
    if (frame.ssrc !== source.ssrc) return false;
    if (Math.abs(sequenceStep(source.newestSequenceNumber, frame.sequenceNumber)) > MAX_SEQUENCE_STEP) return false;
    const newest = this.#newest!;
    const claimed = timestampStep(newest.timestamp, uint32(frame.timestamp + source.timestampOffset));
    // A pause may or may not be counted by its sender: both are in order.
    const drift = MAX_TIMESTAMP_DRIFT_SECONDS * this.#clockRateHz;
    return claimed >= -drift && claimed <= this.#elapsed(newest.at) + drift;
  }

  /** A frame of the source before that was overtaken by the switch. It is no switch back. */
  #straggles({ ssrc, sequenceNumber }: Frame): boolean {
    const before = this.#before;
    if (!before || before.source.ssrc !== ssrc || this.#clock.now() - before.at > STRAGGLER_MS) return false;
    const ahead = sequenceStep(before.source.newestSequenceNumber, sequenceNumber);
    return ahead <= 0 && ahead >= -MAX_SEQUENCE_STEP;
  }

  /** Begins a new source right after the newest frame sent, at the time that has really passed. */
  #take(frame: Frame): Source {
    const newest = this.#newest;
    const sequenceNumber = newest ? uint16(newest.sequenceNumber + 1) : this.#start.sequenceNumber;
    const begins = newest ? newest.timestamp + this.#gap(newest) : this.#start.timestamp;
    const timestamp = this.#goesOn(frame) ? this.#event!.ours : begins;
    if (this.#source) this.#before = { source: this.#source, at: this.#clock.now() };
    this.#source = {
      ssrc: frame.ssrc,
      sequenceOffset: sequenceNumber - frame.sequenceNumber,
      timestampOffset: timestamp - frame.timestamp,
      newestSequenceNumber: frame.sequenceNumber,
      reach: 0,
    };
    return this.#source;
  }

  /** A packet of a key that was interrupted: under another timestamp it would be another press. */
  #goesOn({ kind, ssrc, timestamp }: Frame): boolean {
    return kind === 'dtmf' && this.#event?.ssrc === ssrc && this.#event.timestamp === timestamp;
  }

  #gap(newest: { at: number; span: number }): number {
    const frame = this.#clockRateHz / FRAMES_PER_SECOND;
    const least = Math.ceil(newest.span / frame);
    return Math.max(1, least, Math.round(this.#elapsed(newest.at) / frame)) * frame;
  }

  #note(frame: Frame, sequenceNumber: number, timestamp: number): void {
    const newest = this.#newest;
    if (newest && sequenceStep(newest.sequenceNumber, sequenceNumber) <= 0) return;
    if (newest && timestampStep(newest.timestamp, timestamp) < 0) {
      // A key that was interrupted goes on: time does not go back.
      newest.sequenceNumber = sequenceNumber;
      return;
    }
    // The packets of one event share the timestamp of its beginning, so the time counts from the first of them.
    const at = newest?.timestamp === timestamp ? newest.at : this.#clock.now();
    this.#newest = { sequenceNumber, timestamp, at, span: span(frame) };
  }

  #elapsed(since: number): number {
    return ((this.#clock.now() - since) * this.#clockRateHz) / 1000;
  }
}

/** Two people side by side: what each of them says goes to a channel of its own, at the time at which it was said. */
import { codecs } from '../codec/registry.ts';
import { SAMPLE_RATE_HZ, type Frame, type FrameSink } from '../rtp/frame.ts';
import { sequenceStep, timestampStep } from '../rtp/serial.ts';
import type { CodecName } from '../codec/codec.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { Hearing } from './hearing.ts';
import { CHANNELS } from './wav-writer.ts';

export interface RecorderOptions {
  readonly clock: Clock;
  /** Who is heard on the left, and who on the right. */
  readonly left: Tapped;
  readonly right: Tapped;
  /** Of the recording, 8000 or 16,000; `recordingRateOf` tells what the two deserve. */
  readonly rateHz?: number;
  /** Takes samples of both channels in turn; they are overwritten later. */
  readonly write: (samples: Int16Array) => void;
}

/** Where sound comes from: the part of a media session that a recorder needs. */
export interface Tapped {
  tap(sink: FrameSink): () => void;
  readonly codec?: CodecName | undefined;
}

/** The full rate of a pair: 16,000 samples a second where one of the two speaks in wideband. M17. */
export function recordingRateOf(pair: readonly Tapped[]): number {
  const wide = pair.some(({ codec }) => codec !== undefined && codecs[codec].sampleRateHz > SAMPLE_RATE_HZ);
  return wide ? 2 * SAMPLE_RATE_HZ : SAMPLE_RATE_HZ;
}

/** How often what is old enough is written. */
const WRITE_EVERY_MS = 500;
/** A packet that comes later than this is lost; one that claims to be further off its time than this began anew. In seconds. */
const LATEST_SECONDS = 0.5;
/** Length of the window: what waits to be old enough, until the next writing, and what came early. */
const WINDOW_SECONDS = 2;
/** A packet that is so many behind the newest one was overtaken; one further behind is of a stream that began anew. */
const OVERTAKEN = 200;
/** A stream whose clock runs that far off ours on average, in seconds, is brought back a sample with each packet. */
const SLIP_FROM_SECONDS = 0.02;
/** Packets over which that average goes: more than jitter lasts. */
const SLIP_OVER = 64;

export class Recorder {
  readonly #clock: Clock;
  readonly #write: (samples: Int16Array) => void;
  readonly #startedAt: number;
  readonly #rateHz: number;
  /** Both in samples. */
  readonly #latest: number;
  readonly #windowLength: number;
  readonly #tracks: readonly [Track, Track];
  #untap: readonly (() => void)[] = [];
  /** Sample `n` of the recording, of both channels, stands at `n` modulo the window's length; silence where none came. */
  readonly #window: Int16Array;
  /** Samples of each channel that have been written. */
  #written = 0;
  #timer: Timer;
  #stopped = false;

  constructor({ clock, left, right, rateHz = SAMPLE_RATE_HZ, write }: RecorderOptions) {
    this.#rateHz = rateHz;
    this.#latest = LATEST_SECONDS * rateHz;
    this.#windowLength = WINDOW_SECONDS * rateHz;
    this.#window = new Int16Array(this.#windowLength * CHANNELS);
    this.#tracks = [new Track(rateHz), new Track(rateHz)];
    this.#clock = clock;
    this.#write = write;
    this.#startedAt = clock.now();
    this.listenTo([left, right]);
    this.#timer = this.#again();
  }

  /** Left and right; in place of who was listened to before. */
  listenTo(sides: readonly [Tapped, Tapped]): void {
    for (const untap of this.#untap) untap();
    this.#untap = this.#tracks.map((track, channel) =>
      sides[channel]!.tap({ write: (frame) => this.#take(frame, track, channel) }),
    );
  }

  /** Writes everything up to this moment. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#timer.cancel();
    for (const untap of this.#untap) untap();
    for (const track of this.#tracks) track.hearing.close();
    this.#writeUpTo(this.#now);
  }

  /** Samples since the beginning. */
  get #now(): number {
    return Math.round(((this.#clock.now() - this.#startedAt) * this.#rateHz) / 1000);
  }

  #again(): Timer {
    return this.#clock.after(WRITE_EVERY_MS, () => {
      this.#writeUpTo(this.#now - this.#latest);
      this.#timer = this.#again();
    });
  }

  /** Keys are events, not sound: they stay silent, as somebody may be typing a secret. */
  #take(frame: Frame, track: Track, channel: number): void {
    if (this.#stopped || frame.kind !== 'audio') return;
    const now = this.#now;
    const start = track.place(frame, now);
    if (start === undefined) return;
    // The timer may be late.
    this.#writeUpTo(now - this.#latest);
    const samples = track.hearing.hear(frame);
    const end = Math.min(start + samples.length, this.#written + this.#windowLength);
    const from = Math.max(start, this.#written);
    // A sample was put in here: it is like the next one, as silence would click.
    if (track.slipped > 0 && start > this.#written)
      this.#window[((start - 1) % this.#windowLength) * CHANNELS + channel] = samples[0] ?? 0;
    let slot = (from % this.#windowLength) * CHANNELS + channel;
    for (let at = from; at < end; at += 1) {
      this.#window[slot] = samples[at - start]!;
      slot += CHANNELS;
      if (slot >= this.#window.length) slot = channel;
    }
  }

  #writeUpTo(end: number): void {
    while (this.#written < end) {
      const start = this.#written % this.#windowLength;
      const count = Math.min(end - this.#written, this.#windowLength - start);
      const part = this.#window.subarray(start * CHANNELS, (start + count) * CHANNELS);
      this.#write(part);
      part.fill(0);
      this.#written += count;
    }
  }
}

/** One party's stream on the recording's time: by its timestamps, as long as these agree with the clock. */
class Track {
  readonly hearing: Hearing;
  readonly #rateHz: number;
  /** By how many samples the newest packet stands later than its timestamp says: their clock is slower than ours. */
  slipped = 0;
  /** How late packets are on average, in samples. */
  #lateness = 0;
  #stream: { ssrc: number; timestamp: number; position: number; sequenceNumber: number } | undefined;

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
    this.hearing = new Hearing(rateHz);
  }

  /** @returns where the frame begins, in samples; undefined when it is too late to matter */
  place(frame: Extract<Frame, { kind: 'audio' }>, now: number): number | undefined {
    const { ssrc, timestamp, sequenceNumber } = frame;
    const stream = this.#stream;
    this.slipped = 0;
    if (stream?.ssrc === ssrc) {
      const step = (timestampStep(stream.timestamp, timestamp) * this.#rateHz) / codecs[frame.codec].clockRateHz;
      const position = stream.position + Math.round(step);
      const ahead = sequenceStep(stream.sequenceNumber, sequenceNumber);
      const newer = ahead > 0 || ahead < -OVERTAKEN;
      if (Math.abs(position - now) <= LATEST_SECONDS * this.#rateHz) {
        if (!newer) return position;
        this.#slip(now - position);
        this.#stream = { ssrc, timestamp, position: position + this.slipped, sequenceNumber };
        return position + this.slipped;
      }
      if (!newer) return undefined;
    }
    // Another source, or one whose clock has run away: what is heard now is heard now.
    this.#stream = { ssrc, timestamp, position: now, sequenceNumber };
    this.#lateness = 0;
    return now;
  }

  /** Two clocks are never the same: at 50 millionths, half a second is gone after three hours. */
  #slip(late: number): void {
    this.#lateness += (late - this.#lateness) / SLIP_OVER;
    if (Math.abs(this.#lateness) <= SLIP_FROM_SECONDS * this.#rateHz) return;
    this.slipped = Math.sign(this.#lateness);
    this.#lateness -= this.slipped;
  }
}

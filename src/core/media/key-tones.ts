/**
 * Turns the events of keys into tones, for a peer that takes no telephone-event: an unbroken stream of frames by the
 * clock, whatever the pace of the packets. M6.
 */
import { dtmfTone } from '../rtp/dtmf-tone.ts';
import { FRAME_MS, FRAME_SAMPLES, type AudioFrame, type DtmfFrame } from '../rtp/frame.ts';
import { encodeG711, type G711Name } from '../codec/g711.ts';
import { random } from '../rtp/random.ts';
import { Presses } from '../rtp/presses.ts';
import type { Clock, Timer } from '../time/clock.ts';

/** A key of which nothing more comes has been let go, and its last packets were lost: three packets of 50 ms. */
const STALE_MS = 150;
/** Shorter tones and shorter pauses may be overheard: 40 ms each. ITU-T Q.24. */
const LEAST_TONE = 3 * FRAME_SAMPLES;
const LEAST_PAUSE = 2;
/** Tones that may wait for those before them. *Chosen here.* */
const MOST_WAITING = 32;
/** After a stall a few frames are made up for, no more: a burst is of no use to a jitter buffer. */
const MOST_AT_ONCE = 3;
/** Frames of silence after the last tone, until the sound itself goes on. */
const MOST_SILENCE = 10;

interface Tone {
  readonly event: number;
  readonly ssrc: number;
  /** Samples so far, as the peer says. */
  reported: number;
  ended: boolean;
  /** When a packet of it came last. */
  heardAt: number;
  played: number;
}

export class KeyTones {
  readonly #clock: Clock;
  readonly #emit: (frame: AudioFrame) => void;
  readonly #presses = new Presses();
  readonly #queue: Tone[] = [];
  #timer: Timer | undefined;
  /** When the next frame is due; counted on from the first tone, so that late timers do not add up. */
  #due = 0;
  /** Frames of silence since the last tone. */
  #silent = LEAST_PAUSE;
  #ssrc = 0;
  #sent = 0;

  constructor(clock: Clock, emit: (frame: AudioFrame) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  /** @param codec in which the tone is made */
  hear(frame: DtmfFrame, codec: G711Name): void {
    const now = this.#clock.now();
    if (this.#presses.begins(frame) && this.#queue.length < MOST_WAITING) {
      const { event, ssrc } = frame;
      this.#queue.push({ event, ssrc, reported: 0, ended: false, heardAt: now, played: 0 });
    }
    const tone = this.#queue.findLast(({ event, ssrc }) => event === frame.event && ssrc === frame.ssrc);
    if (!tone || tone.ended) return;
    tone.heardAt = now;
    tone.reported = Math.max(tone.reported, frame.duration);
    tone.ended = frame.end;
    if (!this.#timer) this.#begin(codec);
  }

  /** Sound has come: it goes on unless a tone is in its place. @returns whether it may be sent */
  giveWay(): boolean {
    if (!this.#timer) return true;
    if (this.#queue.length > 0) return false;
    this.close();
    return true;
  }

  close(): void {
    this.#queue.length = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #begin(codec: G711Name): void {
    this.#due = this.#clock.now();
    this.#ssrc = random(0xffff_ffff);
    this.#sent = 0;
    this.#silent = LEAST_PAUSE;
    this.#tick(codec);
  }

  #tick(codec: G711Name): void {
    const now = this.#clock.now();
    this.#due = Math.max(this.#due, now - MOST_AT_ONCE * FRAME_MS);
    while (this.#due <= now) {
      this.#letGo(now);
      if (this.#due > now) break;
      if (this.#queue.length === 0 && this.#silent >= MOST_SILENCE) return this.close();
      this.#send(this.#next(now), codec);
      this.#due += FRAME_MS;
    }
    this.#timer = this.#clock.after(this.#due - now, () => this.#tick(codec));
  }

  /** Ends the tone whose time is over. */
  #letGo(now: number): void {
    const tone = this.#queue[0];
    if (!tone || tone.played < lengthOf(tone, now)) return;
    this.#queue.shift();
    this.#silent = 0;
    // After the last tone the sound itself goes on at this moment, or a little later: it goes first.
    if (this.#queue.length === 0) this.#due += FRAME_MS / 2;
  }

  #next(now: number): Int16Array {
    const tone = this.#queue[0];
    const frame = new Int16Array(FRAME_SAMPLES);
    if (!tone || this.#silent < LEAST_PAUSE) {
      this.#silent += 1;
      return frame;
    }
    const rest = Math.min(FRAME_SAMPLES, lengthOf(tone, now) - tone.played);
    frame.set(dtmfTone(tone.event, tone.played, rest));
    tone.played += FRAME_SAMPLES;
    return frame;
  }

  #send(samples: Int16Array, codec: G711Name): void {
    const sent = this.#sent;
    this.#sent += 1;
    this.#emit({
      kind: 'audio',
      codec,
      payload: encodeG711(samples, codec),
      ssrc: this.#ssrc,
      sequenceNumber: sent & 0xffff,
      timestamp: (sent * FRAME_SAMPLES) >>> 0,
      marker: false,
    });
  }
}

/** In samples; without end while the key is held. */
function lengthOf({ ended, heardAt, reported }: Tone, now: number): number {
  return ended || now - heardAt > STALE_MS ? Math.max(reported, LEAST_TONE) : Infinity;
}

/**
 * A small adaptive buffer between frames that come when they come and a loudspeaker that takes samples at its own pace (M19).
 * It keeps as little as it can: what it holds at the emptiest moment of a second is its floor, and the floor is brought to
 * the target by playing a little faster or slower. A gap raises the target; ten quiet seconds lower it. Pure: its time is
 * the samples that are taken.
 */
import { Interpolator } from './interpolator.ts';

/** All in milliseconds. *Chosen here.* */
const TARGET = { first: 10, least: 5, most: 100, up: 10, down: 2.5 };
const WINDOW_MS = 1000;
const CALM_MS = 10_000;
/** More than this over the target is no jitter: the oldest is dropped. */
const MOST_OVER_MS = 80;
/** How far from its pace it may go: one percent is a sixth of a semitone. */
const MOST_HASTE = 0.01;
/** A floor that is this far off is met with all the haste there is. */
const FAR_MS = 10;
const FADE_SAMPLES = 64;
/** What comes at once, less what the interpolator looks ahead. */
const FRAME_MS = 18;

export interface PlayoutStats {
  /** Frames. */
  readonly received: number;
  /** Times at which there was nothing to play. */
  readonly gaps: number;
  readonly droppedMs: number;
  readonly targetMs: number;
  readonly waitingMs: number;
}

export class Playout {
  readonly #rate: number;
  readonly #step: number;
  readonly #outRate: number;
  readonly #stream: Interpolator;
  #playing = false;
  #target = TARGET.first;
  #floor = Infinity;
  #windowLeft: number;
  #calmMs = 0;
  #haste = 0;
  #received = 0;
  #gaps = 0;
  #droppedMs = 0;
  /** The newest sample that was played: a gap begins from there. */
  #last = 0;
  /** Samples until the sound is at its full level again. */
  #fadeIn = 0;

  /** @param rate of what is written, and `outRate` of what is taken; Hz */
  constructor(rate: number, outRate: number) {
    this.#rate = rate;
    this.#outRate = outRate;
    this.#step = rate / outRate;
    this.#stream = new Interpolator(this.#step);
    this.#windowLeft = (WINDOW_MS * outRate) / 1000;
  }

  get stats(): PlayoutStats {
    return {
      received: this.#received,
      gaps: this.#gaps,
      droppedMs: Math.round(this.#droppedMs),
      targetMs: this.#target,
      waitingMs: Math.round(this.#waitingMs),
    };
  }

  push(samples: Int16Array): void {
    this.#received += 1;
    const floats = new Float32Array(samples.length);
    for (let index = 0; index < samples.length; index += 1) floats[index] = samples[index]! / 32_768;
    this.#stream.write(floats);
    const over = this.#waitingMs - this.#target;
    if (over <= MOST_OVER_MS) return;
    this.#droppedMs += over;
    this.#stream.skip((over * this.#rate) / 1000);
    this.#fadeIn = FADE_SAMPLES;
  }

  pull(out: Float32Array): void {
    if (!this.#playing) {
      if (this.#waitingMs < this.#target + FRAME_MS) return this.#fade(out, 0);
      this.#playing = true;
      this.#fadeIn = FADE_SAMPLES;
      this.#forget();
    }
    const got = this.#stream.read(out, this.#step * (1 + this.#haste));
    for (let index = 0; index < got && this.#fadeIn > 0; index += 1) {
      out[index]! *= 1 - this.#fadeIn / FADE_SAMPLES;
      this.#fadeIn -= 1;
    }
    if (got > 0) this.#last = out[got - 1]!;
    if (got < out.length) return this.#ranDry(out, got);
    this.#floor = Math.min(this.#floor, this.#waitingMs);
    this.#windowLeft -= out.length;
    if (this.#windowLeft <= 0) this.#look();
  }

  get #waitingMs(): number {
    return (this.#stream.waiting * 1000) / this.#rate;
  }

  #ranDry(out: Float32Array, from: number): void {
    this.#gaps += 1;
    this.#playing = false;
    this.#target = Math.min(TARGET.most, this.#target + TARGET.up);
    this.#calmMs = 0;
    this.#haste = 0;
    this.#fade(out, from);
  }

  #fade(out: Float32Array, from: number): void {
    for (let index = from; index < out.length; index += 1) {
      this.#last *= 1 - 1 / FADE_SAMPLES;
      out[index] = Math.abs(this.#last) < 1e-4 ? 0 : this.#last;
    }
  }

  #look(): void {
    this.#haste = Math.max(-1, Math.min(1, (this.#floor - this.#target) / FAR_MS)) * MOST_HASTE;
    this.#calmMs += WINDOW_MS;
    if (this.#calmMs >= CALM_MS) {
      this.#calmMs = 0;
      this.#target = Math.max(TARGET.least, this.#target - TARGET.down);
    }
    this.#forget();
  }

  #forget(): void {
    this.#floor = Infinity;
    this.#windowLeft = (WINDOW_MS * this.#outRate) / 1000;
  }
}

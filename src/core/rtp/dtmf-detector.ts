/**
 * Finds telephone keys in sound (ITU-T Q.24). Pure: samples in, key presses out; nothing but the samples counts as time.
 *
 * | what | a key is heard | it is not |
 * |---|---|---|
 * | frequencies of ITU-T Q.23 | off by up to 1.5 % | off by 3.5 % and more |
 * | level of each tone | 0 to -27 dBm0 | below -33 dBm0 |
 * | high tone beside the low one (twist) | 4 dB more to 8 dB less | 7 dB more, 11 dB less |
 * | how long | from 40 ms | up to 23 ms |
 * | pause between two presses | from 40 ms | a break of up to 10 ms is none |
 * | noise | 15 dB below the key | |
 * | speech (talk-off) | | both tones together hold less than four fifths of the energy |
 *
 * Goertzel sums over blocks of 5 ms, four of which make a window of 20 ms. The phase between the two halves of a window
 * tells how far a tone is off its nominal frequency, and so how much of it the sum has missed.
 */
import { SAMPLE_RATE_HZ } from './frame.ts';
import { HIGH_HZ, LOW_HZ, eventOfFrequencies } from './dtmf-tone.ts';

/** A key has begun, or has been let go. */
export interface KeyHeard {
  /** 0–9, 10 `*`, 11 `#`, 12–15 `A`–`D`. RFC 4733 §3.2. */
  readonly event: number;
  readonly what: 'begins' | 'ends';
}

/** 5 ms. */
const BLOCK = 40;
/** Blocks in a window. */
const WINDOW = 4;
const HALF_SECONDS = (2 * BLOCK) / SAMPLE_RATE_HZ;
const WINDOW_SAMPLES = WINDOW * BLOCK;
/** Windows in a row that must have the same key: 15 ms and the length of a window. */
const HITS_TO_BEGIN = 4;
/** Windows in a row that must have none of it: a pause of 40 ms gives nine, a break of 10 ms five. */
const MISSES_TO_END = 7;

/** Between the 1.5 % that are a key and the 3.5 % that are none. */
const MOST_OFF = 0.025;
/** A full-scale sine has 3.14 dBm0. */
const LEAST_AMPLITUDE = 32_768 * 10 ** ((-30 - 3.14) / 20);
const power = (db: number): number => 10 ** (db / 10);
const MOST_HIGH = power(5.5);
const MOST_LOW = power(9.5);
/** What both tones must hold of all that is heard. */
const LEAST_SHARE = 0.8;
/** How far a tone must stand out among those of its group. */
const CLEAR = power(6);
/** How much a tone may swell or fade within a window: speech does. */
const STEADY = power(4);

const FREQUENCIES = [...LOW_HZ, ...HIGH_HZ];
/** A whole number of periods of every frequency, in samples: one second. */
const TURNS = FREQUENCIES.map((hz) => ({
  cos: Float64Array.from({ length: SAMPLE_RATE_HZ }, (_, n) => Math.cos((2 * Math.PI * hz * n) / SAMPLE_RATE_HZ)),
  sin: Float64Array.from({ length: SAMPLE_RATE_HZ }, (_, n) => Math.sin((2 * Math.PI * hz * n) / SAMPLE_RATE_HZ)),
}));

/** The sums of one block, by frequency, and its energy. */
interface Block {
  readonly re: Float64Array;
  readonly im: Float64Array;
  energy: number;
}

const emptyBlock = (): Block => ({ re: new Float64Array(8), im: new Float64Array(8), energy: 0 });

export class DtmfDetector {
  /** The newest is the last one. */
  #blocks = Array.from({ length: WINDOW }, emptyBlock);
  #filled = 0;
  /** Samples so far, within a second. */
  #at = 0;
  #candidate: number | undefined;
  #hits = 0;
  #misses = 0;
  #pressed: number | undefined;

  /** The key that is being pressed. */
  get pressed(): number | undefined {
    return this.#pressed;
  }

  /** @param samples the next ones at 8 kHz, any number */
  hear(samples: Int16Array): KeyHeard[] {
    const heard: KeyHeard[] = [];
    let from = 0;
    while (from < samples.length) {
      const until = Math.min(samples.length, from + BLOCK - this.#filled);
      this.#sum(samples, from, until);
      this.#filled += until - from;
      from = until;
      if (this.#filled < BLOCK) break;
      this.#filled = 0;
      this.#step(this.#judge(), heard);
      const oldest = this.#blocks.shift()!;
      oldest.re.fill(0);
      oldest.im.fill(0);
      oldest.energy = 0;
      this.#blocks.push(oldest);
    }
    return heard;
  }

  /** What was heard does not go on: a gap, or another source. @returns that the key has been let go, if one was pressed */
  interrupt(): KeyHeard[] {
    const heard: KeyHeard[] = [];
    if (this.#pressed !== undefined) heard.push({ event: this.#pressed, what: 'ends' });
    this.#pressed = undefined;
    this.#candidate = undefined;
    this.#hits = 0;
    this.#misses = 0;
    return heard;
  }

  #sum(samples: Int16Array, from: number, until: number): void {
    const block = this.#blocks[WINDOW - 1]!;
    for (let index = from; index < until; index += 1) {
      const sample = samples[index]!;
      block.energy += sample * sample;
      for (let tone = 0; tone < 8; tone += 1) {
        block.re[tone]! += sample * TURNS[tone]!.cos[this.#at]!;
        block.im[tone]! -= sample * TURNS[tone]!.sin[this.#at]!;
      }
      this.#at += 1;
      if (this.#at === SAMPLE_RATE_HZ) this.#at = 0;
    }
  }

  /** @returns the event of the key in the newest window */
  #judge(): number | undefined {
    const energy = this.#blocks.reduce((sum, block) => sum + block.energy, 0);
    // Two tones of the least level.
    if (energy < LEAST_AMPLITUDE * LEAST_AMPLITUDE * WINDOW_SAMPLES * 0.5) return undefined;
    const low = this.#strongest(0);
    const high = low && this.#strongest(4);
    if (!low || !high) return undefined;
    if (low.amplitude < LEAST_AMPLITUDE || high.amplitude < LEAST_AMPLITUDE) return undefined;
    const [lowPower, highPower] = [low.amplitude ** 2, high.amplitude ** 2];
    if (highPower > lowPower * MOST_HIGH || lowPower > highPower * MOST_LOW) return undefined;
    if (((lowPower + highPower) / 2) * WINDOW_SAMPLES < energy * LEAST_SHARE) return undefined;
    return eventOfFrequencies(low.tone, high.tone);
  }

  /** The tone of a group that stands out. @param first index of the group's first frequency */
  #strongest(first: number): { tone: number; amplitude: number } | undefined {
    let best = 0;
    let bestPower = 0;
    let second = 0;
    for (let tone = 0; tone < 4; tone += 1) {
      const [re, im] = this.#total(first + tone, 0, WINDOW);
      const found = re * re + im * im;
      if (found > bestPower) {
        second = bestPower;
        bestPower = found;
        best = tone;
      } else if (found > second) second = found;
    }
    if (bestPower < second * CLEAR) return undefined;
    const [re1, im1] = this.#total(first + best, 0, WINDOW / 2);
    const [re2, im2] = this.#total(first + best, WINDOW / 2, WINDOW);
    const [before, after] = [re1 * re1 + im1 * im1, re2 * re2 + im2 * im2];
    if (before > after * STEADY || after > before * STEADY) return undefined;
    // The phase turns by 2π times the deviation between the middles of both halves.
    const turned = Math.atan2(im2 * re1 - re2 * im1, re2 * re1 + im2 * im1);
    const offHz = turned / (2 * Math.PI * HALF_SECONDS);
    if (Math.abs(offHz) > FREQUENCIES[first + best]! * MOST_OFF) return undefined;
    const x = Math.PI * offHz * HALF_SECONDS * 2;
    const missed = Math.abs(x) < 1e-6 ? 1 : Math.sin(x) / x;
    return { tone: best, amplitude: ((2 / WINDOW_SAMPLES) * Math.sqrt(bestPower)) / missed };
  }

  #total(tone: number, from: number, until: number): readonly [re: number, im: number] {
    let re = 0;
    let im = 0;
    for (let block = from; block < until; block += 1) {
      re += this.#blocks[block]!.re[tone]!;
      im += this.#blocks[block]!.im[tone]!;
    }
    return [re, im];
  }

  #step(event: number | undefined, heard: KeyHeard[]): void {
    if (event !== undefined && event === this.#candidate) this.#hits += 1;
    else this.#hits = event === undefined ? 0 : 1;
    this.#candidate = event;
    this.#misses = event === this.#pressed ? 0 : this.#misses + 1;
    const another = this.#hits >= HITS_TO_BEGIN && event !== this.#pressed;
    if (this.#pressed !== undefined && (another || this.#misses >= MISSES_TO_END)) {
      heard.push({ event: this.#pressed, what: 'ends' });
      this.#pressed = undefined;
    }
    if (another && event !== undefined) {
      heard.push({ event, what: 'begins' });
      this.#pressed = event;
      this.#misses = 0;
    }
  }
}

/** One speaker on its way into a mix: whatever the network does, what goes out is even, late by little and without a hole. */
import { describe, expect, it } from 'vitest';
import { MixInput } from '../../src/core/media/mix-input.ts';
import type { AudioFrame } from '../../src/core/rtp/frame.ts';
import { seeded } from '../support/random.ts';
import { energyAt } from '../support/tone.ts';
import { ToneTalker } from '../support/tone-talker.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const HZ = 1000;
const AMPLITUDE = 8000;

interface Network {
  /** When a packet comes that was sent at this time, in milliseconds; undefined when it is lost. May be several. */
  arrives?: (sentMs: number, number: number) => number | readonly number[] | undefined;
  /** Milliseconds between two packets by our clock. */
  paceMs?: number;
  seconds?: number;
  change?: (talker: ToneTalker, number: number) => void;
}

/** Amplitude of the tone in each 20 ms that went out, and all samples. */
function listen({ arrives = (sent) => sent, paceMs = 20, seconds = 20, change }: Network = {}) {
  const clock = new VirtualClock();
  const input = new MixInput(clock, () => {});
  const talker = new ToneTalker(HZ, { amplitude: AMPLITUDE });
  const count = Math.floor((seconds * 1000) / paceMs);
  for (let number = 0; number < count; number += 1) {
    change?.(talker, number);
    const frame = talker.frame();
    for (const at of [arrives(number * paceMs, number) ?? []].flat())
      clock.after(at, () => input.write(structuredClone<AudioFrame>(frame)));
  }
  const samples: number[] = [];
  for (let due = 7; due < seconds * 1000; due += 20) {
    clock.advance(due - clock.now());
    samples.push(...(input.pull(due) ?? new Int16Array(160)));
  }
  const frames = Array.from({ length: samples.length / 160 }, (_, at) =>
    energyAt(samples.slice(at * 160, at * 160 + 160), HZ),
  );
  return { samples, frames };
}

/** The longest time without the tone, in milliseconds, after its beginning. */
function longestGap(frames: readonly number[]): number {
  let longest = 0;
  let gap = 0;
  for (const level of frames.slice(frames.findIndex((each) => each > AMPLITUDE / 2))) {
    gap = level < AMPLITUDE / 4 ? gap + 20 : 0;
    longest = Math.max(longest, gap);
  }
  return longest;
}

/** How much of everything else is in it, in dB below the tone, from the second second on. */
function snr(samples: readonly number[]): number {
  const part = samples.slice(8000, 16_000);
  const tone = energyAt(part, HZ) ** 2 / 2;
  const all = part.reduce((sum, sample) => sum + sample * sample, 0) / part.length;
  return 10 * Math.log10(tone / Math.max(1e-9, all - tone));
}

/** How late a change of loudness is heard, in milliseconds. */
function delay(network: Network): number {
  const { seconds = 20, paceMs = 20 } = network;
  const at = Math.round((seconds - 1) * (1000 / paceMs));
  const { frames } = listen({
    ...network,
    change: (talker, n) => void (n === at && (talker.amplitude = AMPLITUDE / 4)),
  });
  return frames.findLastIndex((level) => level > AMPLITUDE / 2) * 20 + 27 - at * paceMs;
}

describe('M9: a speaker in a mix', () => {
  it('is heard as it is, a little later', () => {
    const { samples, frames } = listen({ seconds: 3 });
    expect(snr(samples)).toBeGreaterThan(38);
    expect(longestGap(frames)).toBe(0);
    expect(delay({})).toBeLessThanOrEqual(50);
  });

  it.each<[what: string, network: (random: () => number) => Network, gapMs: number]>([
    ['jitter of 50 ms', (random) => ({ arrives: (at) => at + random() * 50 }), 20],
    ['2 % loss', (random) => ({ arrives: (at) => (random() < 0.02 ? undefined : at) }), 20],
    ['10 % loss', (random) => ({ arrives: (at) => (random() < 0.1 ? undefined : at) }), 40],
    ['one lost packet', () => ({ arrives: (at, n) => (n === 500 ? undefined : at) }), 0],
    ['duplicates', (random) => ({ arrives: (at) => (random() < 0.1 ? [at, at + 15] : at) }), 0],
    ['packets that overtake each other', () => ({ arrives: (at, n) => (n % 10 === 3 ? at + 25 : at) }), 20],
    ['a clock that is 200 millionths fast', () => ({ paceMs: 20 * (1 - 200e-6), seconds: 120 }), 0],
    ['a clock that is 200 millionths slow', () => ({ paceMs: 20 * (1 + 200e-6), seconds: 120 }), 0],
    ['a way that is 100 ms longer from now on', () => ({ arrives: (at) => (at > 10_000 ? at + 100 : at) }), 80],
    ['a way that is 100 ms shorter from now on', () => ({ arrives: (at) => (at < 10_000 ? at + 100 : at) }), 0],
    [
      'another source, SSRC and numbers',
      () => ({
        change: (talker, n) => void (n === 500 && Object.assign(talker, { ssrc: 5, sequenceNumber: 3, timestamp: 77 })),
      }),
      40,
    ],
  ])('is heard all the time with %s', (_, network, gapMs) => {
    const { frames } = listen(network(seeded(1)));
    expect(longestGap(frames)).toBeLessThanOrEqual(gapMs);
    // Nothing is heard twice as loud where holes are filled.
    expect(Math.max(...frames)).toBeLessThan(AMPLITUDE * 1.15);
  });

  it.each([
    ['a clock that is 200 millionths fast', { paceMs: 20 * (1 - 200e-6), seconds: 300 }],
    ['a clock that is 200 millionths slow', { paceMs: 20 * (1 + 200e-6), seconds: 300 }],
    ['jitter that has gone', { arrives: (at: number) => (at < 5000 ? at + ((at * 7) % 50) : at), seconds: 40 }],
  ])('is no later in the end after %s', (_, network) => {
    expect(delay(network)).toBeLessThanOrEqual(60);
  });

  it('M7: is heard again at once after a pause, whether its clock counted it or not', () => {
    for (const counted of [true, false]) {
      const pause = (at: number) => (at >= 5000 && at < 8000 ? undefined : at);
      const { frames } = listen({
        arrives: pause,
        seconds: 12,
        // The numbers of what was never sent are not missing.
        change: (talker, n) => {
          if (n >= 250 && n < 400) talker.sequenceNumber -= 1;
          if (n >= 250 && n < 400 && !counted) talker.timestamp -= 160;
        },
      });
      const quiet = frames.flatMap((level, at) => (level < AMPLITUDE / 4 && at > 5 ? [at * 20] : []));
      expect(quiet[0]).toBeGreaterThanOrEqual(5000);
      expect(quiet.at(-1)).toBeLessThanOrEqual(8060);
    }
  });

  it('is heard again when the network has held everything back for half a second', () => {
    const { frames } = listen({ arrives: (at) => (at > 10_000 && at < 10_500 ? 10_500 : at) });
    expect(longestGap(frames)).toBeLessThanOrEqual(500);
    expect(frames.slice(600).every((level) => level > AMPLITUDE * 0.8)).toBe(true);
  });
});

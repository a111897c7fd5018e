import { describe, expect, it } from 'vitest';
import { resampler } from '../../src/core/codec/resample.ts';
import { energyAt } from '../support/tone.ts';

const LOUD = 16_000;
const RATES = [8000, 16_000, 48_000];
const pairs = RATES.flatMap((from) => RATES.filter((to) => to !== from).map((to) => [from, to] as const));

const sineAt = (hz: number, rateHz: number, seconds = 0.2): Int16Array =>
  Int16Array.from({ length: seconds * rateHz }, (_, n) => Math.round(LOUD * Math.sin((2 * Math.PI * hz * n) / rateHz)));

/** In packets, without the first tenth of a second, in which the filter fills. */
function converted(samples: Int16Array, from: number, to: number, packet = from / 50): Int16Array {
  const convert = resampler(from, to);
  const parts: number[] = [];
  for (let at = 0; at < samples.length; at += packet) parts.push(...convert.convert(samples.subarray(at, at + packet)));
  return Int16Array.from(parts).subarray(to / 10);
}

const decibels = (amplitude: number): number => 20 * Math.log10(amplitude / LOUD);

describe.each(pairs)('M3: from %i to %i Hz', (from, to) => {
  const lower = Math.min(from, to);

  it('is flat within 0.05 dB up to 0.43 of the lower rate', () => {
    // Whole periods in what is measured.
    for (let hz = 20; hz <= 0.43 * lower; hz += lower / 20) {
      const heard = converted(sineAt(hz, from), from, to);
      expect(Math.abs(decibels(energyAt(heard, hz, to))), `${hz} Hz`).toBeLessThan(0.05);
    }
  });

  it('lets nothing through from 0.57 of the lower rate on', () => {
    for (let part = 0.57; part <= 0.99; part += 0.06) {
      const hz = Math.round((part * lower) / 20) * 20;
      if (from > to) {
        // What comes in above half the lower rate would come out as another tone.
        const heard = converted(sineAt(hz, from), from, to);
        expect(decibels(energyAt(heard, lower - hz, to)), `${hz} Hz`).toBeLessThan(-65);
      } else {
        // An image of a tone below half the lower rate.
        const heard = converted(sineAt(lower - hz, from), from, to);
        expect(decibels(energyAt(heard, hz, to)), `${hz} Hz`).toBeLessThan(-65);
      }
    }
  });

  it('gives the same whatever the length of the packets', () => {
    const speech = sineAt(440, from);
    const whole = converted(speech, from, to, speech.length);
    expect(converted(speech, from, to, 120)).toEqual(whole);
    expect(converted(speech, from, to, 7)).toEqual(whole);
    expect(whole.length).toBe((speech.length * to) / from - to / 10);
  });
});

describe('resampling', () => {
  it('clips what the filter makes louder than a sample can be', () => {
    const square = Int16Array.from({ length: 800 }, (_, n) => (n % 40 < 20 ? 32_767 : -32_768));
    for (const sample of converted(square, 8000, 48_000)) expect(Math.abs(sample)).toBeLessThanOrEqual(32_768);
    const there = converted(square, 8000, 16_000);
    // Never the other sign in the middle of a half-wave.
    for (let at = 0; at < there.length - 80; at += 1) {
      if (at % 40 > 10 && at % 40 < 30) expect(Math.sign(there[at]!)).toBe(Math.sign(there[at + 80]!));
    }
  });

  it('refuses rates that do not divide each other', () => {
    expect(() => resampler(44_100, 8000)).toThrow(RangeError);
  });
});

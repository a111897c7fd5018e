import { describe, expect, it } from 'vitest';
import { networkTone } from '../../src/core/media/network-tone.ts';
import type { Sound } from '../../src/core/media/sound.ts';
import { decodeG711 } from '../../src/core/codec/g711.ts';
import { TONE_COUNTRIES, tonesOf, type CountryTones, type ToneCountry } from '../../src/nouns/tones.ts';
import { energyAt } from '../support/tone.ts';

const NAMES = ['ringBack', 'busy', 'congestion', 'callWaiting'] as const;

const samplesOf = (sound: Sound, fromMs: number, ms: number): number[] =>
  Array.from({ length: ms / 20 }, (_, n) => [...decodeG711(sound.frame(fromMs / 20 + n), sound.codec)]).flat();

/** Milliseconds of sound and of silence in turn, from a tone as it is played; blocks of 2.5 ms. */
function cadence(sound: Sound, ms: number): number[] {
  const samples = samplesOf(sound, 0, ms);
  const runs: number[] = [];
  let before: boolean | undefined;
  for (let at = 0; at < samples.length; at += 20) {
    const loud = samples.slice(at, at + 20).some((sample) => Math.abs(sample) > 150);
    if (loud === before) runs[runs.length - 1]! += 2.5;
    else runs.push(2.5);
    before = loud;
  }
  return runs.slice(0, -1);
}

/** Whether it is silent before, or after. */
function beside(samples: readonly number[], at: number): boolean {
  const quiet = (part: readonly number[]): boolean => part.length === 8 && part.every((each) => each === 0);
  return quiet(samples.slice(at - 8, at)) || quiet(samples.slice(at + 1, at + 9));
}

describe('M15: tones of telephone networks', () => {
  it.each<[ToneCountry, keyof CountryTones, readonly number[], readonly number[]]>([
    ['US', 'ringBack', [440, 480], [2000, 4000]],
    ['GB', 'ringBack', [400, 450], [400, 200, 400, 2000]],
    ['GB', 'busy', [400], [375, 375]],
    ['GB', 'congestion', [400], [400, 350, 225, 525]],
    ['AU', 'ringBack', [413, 438], [400, 200, 400, 2000]],
    ['DE', 'busy', [425], [480, 480]],
    ['ES', 'callWaiting', [425], [175, 175, 175, 3500]],
    ['CZ', 'congestion', [425], [165, 165]],
    ['IN', 'ringBack', [375, 400, 425], [400, 200, 400, 2000]],
    ['JP', 'ringBack', [400], [1000, 2000]],
  ])('%s, %s: %j Hz, %j ms', (country, name, frequencies, steps) => {
    const sound = networkTone(country, name);
    const cycleMs = steps.reduce((sum, each) => sum + each, 0);
    const heard = cadence(sound, Math.ceil((cycleMs * 3) / 20) * 20);
    heard.forEach((ms, at) => expect(Math.abs(ms - steps[at % steps.length]!)).toBeLessThanOrEqual(5));
    expect(heard.length).toBeGreaterThanOrEqual(steps.length * 2);
    const first = samplesOf(sound, 0, Math.floor(steps[0]! / 20) * 20);
    for (const hz of frequencies) expect(energyAt(first, hz)).toBeGreaterThan(1000);
    expect(energyAt(first, 1000)).toBeLessThan(100);
  });

  it('every tone of every country is at -10 dBm0 within 5 dB, and neither begins, ends nor repeats with a click', () => {
    for (const country of TONE_COUNTRIES) {
      for (const name of NAMES) {
        const on = tonesOf(country)[name].find(({ partials }) => partials.length > 0)!;
        const sound = networkTone(country, name);
        const samples = samplesOf(sound, 0, Math.max(20, Math.floor(on.ms / 20) * 20));
        const rms = Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
        // A full-scale sine is 3.14 dBm0. ITU-T G.711.
        const dbm0 = 20 * Math.log10(rms / (32_767 / Math.SQRT2)) + 3.14;
        expect([country, name, dbm0 > -15.5 && dbm0 < -5]).toEqual([country, name, true]);
        const cycleMs = tonesOf(country)[name].reduce((sum, { ms }) => sum + ms, 0);
        const whole = [
          ...samplesOf(sound, 0, Math.ceil((on.ms + 20) / 20) * 20),
          ...samplesOf(sound, Math.floor((cycleMs - 20) / 20) * 20, 60),
        ];
        const edges = whole.flatMap((each, at) => (each !== 0 && at > 8 && beside(whole, at) ? [Math.abs(each)] : []));
        expect([country, name, Math.max(...edges) < 1500]).toEqual([country, name, true]);
        expect(edges.length).toBeGreaterThan(1);
      }
    }
  });
});

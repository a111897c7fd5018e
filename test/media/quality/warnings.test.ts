import { describe, expect, it } from 'vitest';
import {
  noWarnings,
  stepWarnings,
  type DirectionSample,
  type Sample,
} from '../../../src/core/media/quality/warnings.ts';

const fine: DirectionSample = { lossPercent: 0, jitterMs: 1, mos: 4.4 };
const ok: Sample = { received: fine, sent: fine, roundTripMs: 20, late: false };
const received = (part: Partial<DirectionSample>): Sample => ({ ...ok, received: { ...fine, ...part } });

/** Seconds at which warnings begin (`+`) and end (`-`). */
function told(samples: readonly Sample[]): string[] {
  let state = noWarnings;
  return samples.flatMap((sample, second) => {
    const before = state.active;
    const [next, over] = stepWarnings(state, sample, second * 1000);
    state = next;
    const begun = next.active.filter((warning) => !before.includes(warning));
    return [
      ...begun.map(({ name, side, value }) => `${second} +${name} ${side} ${value}`),
      ...over.map(({ name, since, until }) => `${second} -${name} ${(until! - since) / 1000} s`),
    ];
  });
}
const times = (count: number, sample: Sample): Sample[] => Array.from({ length: count }, () => sample);

describe('M2: warnings', () => {
  it('M2: none of a call that is well', () => {
    expect(told(times(60, ok))).toEqual([]);
  });

  it.each([
    ['round-trip', { ...ok, roundTripMs: 401 }, 'network-out 401'],
    ['jitter', received({ jitterMs: 31 }), 'network-in 31'],
    ['jitter', { ...ok, sent: { ...fine, jitterMs: 31 } }, 'network-out 31'],
    ['mos', received({ mos: 3.4 }), 'network-in 3.4'],
    ['loss', received({ lossPercent: 4 }), 'network-in 4'],
    ['loss', { ...received({ lossPercent: 4 }), late: true }, 'trunk 4'],
  ] as const)('M2: %s begins with the third bad second, and ends when none is left', (name, bad, words) => {
    const [begun, ended] = told([...times(7, bad), ...times(20, ok)]);
    expect(begun).toBe(`2 +${name} ${words}`);
    expect(ended).toMatch(new RegExp(`^1[12] -${name} (9|10) s$`));
  });

  it.each([
    ['round trip', { ...ok, roundTripMs: 400 }],
    ['jitter', received({ jitterMs: 30 })],
    ['loss', received({ lossPercent: 3 })],
    ['MOS', received({ mos: 3.5 })],
  ])('M2: a %s at its threshold is none', (_, sample) => {
    expect(told(times(30, sample))).toEqual([]);
  });

  it('M2: one bad second in three is none, nor does it go on and off', () => {
    const [bad, worse] = [received({ jitterMs: 50 }), received({ lossPercent: 8 })];
    expect(told([...times(10, ok), bad, ok, ok, bad, ok, ok])).toEqual([]);
    expect(told([...times(10, ok), worse, ...times(10, ok)])).toEqual([]);
    // On the edge it stays.
    expect(told([...times(5, bad), ...Array.from({ length: 20 }, (_, n) => (n % 3 === 0 ? bad : ok))])).toHaveLength(1);
  });

  it('M2: a level that does not change for ten seconds, until it does', () => {
    const steady = (ms: number): Sample => ({ ...ok, steady: { ms, levelDb: -60 } });
    const seconds = Array.from({ length: 14 }, (_, n) => steady(n * 1000));
    expect(told([...seconds, steady(0), steady(1000)])).toEqual([
      '10 +constant-level endpoint -60',
      '14 -constant-level 4 s',
    ]);
  });

  it('M2: what is not known begins and ends nothing', () => {
    const nothing: Sample = { late: false };
    expect(told([...times(5, received({ jitterMs: 80 })), ...times(30, nothing)])).toEqual(['2 +jitter network-in 80']);
  });
});

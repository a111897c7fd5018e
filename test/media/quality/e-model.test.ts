import { describe, expect, it } from 'vitest';
import { burstRatioOf, delayOf, mosOf, rating } from '../../../src/core/media/quality/e-model.ts';

const clean = { codec: 'PCMU', lossPercent: 0, burstRatio: 1, delayMs: 0 };

describe('M2: the E-model', () => {
  // R = 93.2 − Id − Ie,eff, worked out by hand from G.107 and G.113 Appendix I.
  it.each([
    ['nothing wrong', {}, 93.2, 4.41],
    ['20 ms', { delayMs: 20 }, 92.7, 4.4],
    ['150 ms', { delayMs: 150 }, 89.6, 4.33],
    ['400 ms', { delayMs: 400 }, 59.1, 3.05],
    ['1 % lost', { lossPercent: 1 }, 89.6, 4.33],
    ['2 % lost', { lossPercent: 2 }, 86.2, 4.25],
    ['10 % lost', { lossPercent: 10 }, 66.1, 3.41],
    ['10 % lost in bursts', { lossPercent: 10, burstRatio: 2 }, 61.6, 3.18],
    ['everything lost', { lossPercent: 100 }, 17.3, 1.18],
  ])('M2: %s', (_, heard, r, mos) => {
    expect(rating({ ...clean, ...heard })).toBeCloseTo(r, 0);
    expect(mosOf({ ...clean, ...heard })).toBeCloseTo(mos, 1);
  });

  it('M2: gives 1 to what nobody could follow, and never more than 4.41', () => {
    expect(mosOf({ ...clean, delayMs: 2000 })).toBe(1);
    expect(mosOf({ ...clean, codec: 'opus' })).toBeCloseTo(4.41, 2);
    expect(mosOf({ ...clean, codec: undefined })).toBeCloseTo(4.41, 2);
  });

  it('M2: knows bursts from random loss, by their mean length', () => {
    expect(burstRatioOf(0, 0, 0)).toBe(1);
    // Random loss of 10 % has bursts of 1/0.9 packets on average.
    expect(burstRatioOf(100, 90, 10)).toBeCloseTo(1, 5);
    expect(burstRatioOf(100, 20, 10)).toBeCloseTo(4.5, 5);
    expect(delayOf(100, 10)).toBe(90);
  });
});

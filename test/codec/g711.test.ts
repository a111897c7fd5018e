import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711, silenceCode, transcodeG711, type G711Name } from '../../src/core/codec/g711.ts';
import { energyAt, sine } from '../support/tone.ts';

const codecs: G711Name[] = ['PCMU', 'PCMA'];
const everyCode = Uint8Array.from({ length: 256 }, (_, code) => code);

describe('G.711', () => {
  it('decodes the reference points of both laws', () => {
    expect([...decodeG711(Uint8Array.of(0x00, 0x80, 0x7f, 0xff, 0x8f), 'PCMU')]).toEqual([-32124, 32124, 0, 0, 16764]);
    expect([...decodeG711(Uint8Array.of(0x2a, 0xaa, 0x55, 0xd5, 0xc5), 'PCMA')]).toEqual([-32256, 32256, -8, 8, 264]);
  });

  it.each(codecs)('encodes what a %s code stands for as that code', (codec) => {
    const samples = decodeG711(everyCode, codec);
    expect(decodeG711(encodeG711(samples, codec), codec)).toEqual(samples);
    // µ-law alone has two zeros.
    const changed = [...encodeG711(samples, codec)].filter((code, index) => code !== everyCode[index]);
    expect(changed).toEqual(codec === 'PCMU' ? [0xff] : []);
  });

  it.each(codecs)('keeps every sample within half a step of %s', (codec) => {
    for (let sample = -32_000; sample <= 32_000; sample += 7) {
      const [back] = decodeG711(encodeG711([sample], codec), codec);
      expect(Math.abs(back! - sample)).toBeLessThanOrEqual((Math.abs(sample) + 132) / 32 + 8);
    }
  });

  it.each(codecs)('clips samples beyond the range of %s instead of wrapping round', (codec) => {
    const [high, low] = decodeG711(encodeG711([40_000, -40_000], codec), codec);
    expect(high).toBeGreaterThan(32_000);
    expect(low).toBeLessThan(-32_000);
  });

  it.each(codecs)('has the code of silence of %s', (codec) => {
    expect(encodeG711([0], codec)[0]).toBe(silenceCode[codec]);
  });

  it('carries a tone from one law to the other and back', () => {
    const there = transcodeG711(encodeG711(sine(440, 8000, 800), 'PCMU'), 'PCMU', 'PCMA');
    const back = decodeG711(transcodeG711(there, 'PCMA', 'PCMU'), 'PCMU');
    expect(energyAt(decodeG711(there, 'PCMA'), 440)).toBeCloseTo(8000, -3);
    expect(energyAt(back, 440)).toBeCloseTo(8000, -3);
    expect(energyAt(back, 1000)).toBeLessThan(200);
  });

  it('does not copy what stays in its law', () => {
    expect(transcodeG711(everyCode, 'PCMA', 'PCMA')).toBe(everyCode);
  });
});

import { describe, expect, it } from 'vitest';
import { codecNamed, codecs } from '../../src/core/codec/registry.ts';
import { sine } from '../support/tone.ts';

const FRAME = 160;
/** A frame of a tone of 200 Hz, as PCMU carries it. */
const frames = (count: number): Uint8Array[] => {
  const tone = Int16Array.from(sine(200, 8000, FRAME * count));
  return Array.from({ length: count }, (_, n) =>
    codecs.PCMU.encoder().encode(tone.subarray(n * FRAME, (n + 1) * FRAME)),
  );
};
const loudest = (samples: Int16Array): number => samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0);

describe('codecs by name', () => {
  it('knows a name in any case, and no other', () => {
    expect(codecNamed('pcma')?.payloadType).toBe(8);
    expect(codecNamed('PCMU')?.clockRateHz).toBe(8000);
    expect(codecNamed('GSM')).toBeUndefined();
    expect(codecNamed('toString')).toBeUndefined();
  });
});

describe('a lost packet of G.711', () => {
  it('M3: sounds like the one before, on both of its edges', () => {
    const decoder = codecs.PCMU.decoder();
    const [first, second, , fourth] = frames(4);
    decoder.decode(first!);
    const before = decoder.decode(second!);
    const filled = decoder.conceal(FRAME);
    const after = decoder.decode(fourth!);
    const tone = sine(200, 8000, FRAME * 4);
    for (const [index, sample] of [...before, ...filled, ...after].entries()) {
      // In the gap it grows quieter from 10 ms on.
      const most = index < FRAME * 1.5 ? 600 : 2500;
      expect(Math.abs(sample - tone[FRAME + index]!), `sample ${index}`).toBeLessThan(most);
    }
  });

  it('M3: ends in silence when nothing comes any more', () => {
    const decoder = codecs.PCMA.decoder();
    for (const payload of frames(3)) decoder.decode(payload);
    expect(loudest(decoder.conceal(FRAME))).toBeGreaterThan(4000);
    decoder.conceal(FRAME * 3);
    expect(loudest(decoder.conceal(FRAME))).toBe(0);
  });

  it('M3: is silent before anything was heard', () => {
    expect(loudest(codecs.PCMU.decoder().conceal(FRAME))).toBe(0);
  });
});

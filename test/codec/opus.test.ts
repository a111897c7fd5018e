import { beforeAll, describe, expect, it } from 'vitest';
import { opus } from '../../src/core/codec/opus.ts';
import { codecs, prepareCodecs } from '../../src/core/codec/registry.ts';
import { energyAt } from '../support/tone.ts';

beforeAll(() => prepareCodecs());

const FRAME = 960;
const frame = (hz: number, n: number, length = FRAME): Int16Array =>
  Int16Array.from({ length }, (_, at) => Math.round(8000 * Math.sin((2 * Math.PI * hz * (n * length + at)) / 48_000)));
const packets = (hz: number, count: number): Uint8Array[] => {
  const encoder = opus.encoder();
  return Array.from({ length: count }, (_, n) => encoder.encode(frame(hz, n)));
};
const joined = (parts: readonly Int16Array[]): Int16Array => Int16Array.from(parts.flatMap((part) => [...part]));

describe('Opus', () => {
  it.each([300, 1000, 4000, 9000])('M3: carries %i Hz at its level', (hz) => {
    const decoder = opus.decoder();
    const heard = joined(packets(hz, 25).map((packet) => decoder.decode(packet))).subarray(FRAME * 5);
    expect(Math.abs(20 * Math.log10(energyAt(heard, hz, 48_000) / 8000))).toBeLessThan(1);
  });

  it.each([10, 40, 60])('M3: has packets of %i ms', (ms) => {
    const [encoder, decoder] = [opus.encoder(), opus.decoder()];
    const packet = encoder.encode(frame(440, 0, 48 * ms));
    expect(decoder.decode(packet)).toHaveLength(48 * ms);
    expect(opus.duration(packet)).toBe(48 * ms);
  });

  it('M3: fills a gap, and takes the last packet of it from the one that follows', () => {
    const sent = packets(440, 30);
    const [made, copied] = [opus.decoder(), opus.decoder()];
    for (const packet of sent.slice(0, 20)) for (const decoder of [made, copied]) decoder.decode(packet);
    for (const gap of [made.conceal(FRAME * 2), copied.conceal(FRAME * 2, sent[22])]) {
      expect(gap).toHaveLength(FRAME * 2);
      expect(energyAt(gap, 440, 48_000)).toBeGreaterThan(3000);
    }
  });

  it('M3: gives nothing for what is no packet of Opus, and goes on', () => {
    const decoder = opus.decoder();
    const [first, second] = packets(440, 2);
    decoder.decode(first!);
    expect(decoder.decode(Uint8Array.of(0xff, 0xff, 0xff))).toHaveLength(0);
    expect(decoder.decode(new Uint8Array())).toHaveLength(0);
    expect(decoder.decode(second!)).toHaveLength(FRAME);
  });

  it('M3: gives nothing once it is closed, however often', () => {
    const [encoder, decoder] = [opus.encoder(), opus.decoder()];
    const packet = encoder.encode(frame(440, 0));
    decoder.decode(packet);
    for (const half of [encoder, decoder, encoder, decoder]) half.close();
    expect(encoder.encode(frame(440, 0))).toHaveLength(0);
    expect(decoder.decode(packet)).toHaveLength(0);
  });

  it('M3: serves any number of streams that begin one after the other', async () => {
    for (let stream = 0; stream < 40; stream += 1) {
      const encoder = codecs.opus.encoder();
      expect(encoder.encode(frame(440, 0)).length, `stream ${stream}`).toBeGreaterThan(0);
      encoder.close();
      await new Promise(setImmediate);
    }
  });
});

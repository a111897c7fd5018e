/**
 * G.722 against the ITU's own signals, when PATCHCORD_CORPUS names a folder with those of its Software Tool Library:
 * g722/inpsp.bin, codsp.cod and outsp1.bin to outsp3.bin.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { G722Decoder, G722Encoder, g722, type G722Mode } from '../../src/core/codec/g722.ts';
import { energyAt } from '../support/tone.ts';

const corpus = process.env['PATCHCORD_CORPUS'];
const PACKET = 320;

const octets = (name: string): Buffer => readFileSync(join(corpus!, 'g722', name));

function samplesOf(name: string): Int16Array {
  const bytes = octets(name);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readInt16LE(2 * index));
}

/** The octets of the file lie in words of 16 bits, the second one first. */
const codes = (): Uint8Array => new Uint8Array(octets('codsp.cod').swap16());

/** Where two signals differ first; undefined when they are the same. */
function differs(one: ArrayLike<number>, other: ArrayLike<number>): number | undefined {
  if (one.length !== other.length) return Math.min(one.length, other.length);
  const index = Array.prototype.findIndex.call(one, (value, at) => value !== other[at]);
  return index < 0 ? undefined : index;
}

describe.skipIf(corpus === undefined)('G.722 and the signals of the ITU (needs PATCHCORD_CORPUS)', () => {
  it('M3: encodes to the same octets', () => {
    expect(differs(new G722Encoder().encode(samplesOf('inpsp.bin')), codes())).toBeUndefined();
  });

  it.each([1, 2, 3] as G722Mode[])('M3: decodes to the same samples in mode %i', (mode) => {
    expect(differs(new G722Decoder(mode).decode(codes()), samplesOf(`outsp${mode}.bin`))).toBeUndefined();
  });
});

const sineAt = (hz: number, length: number): Int16Array =>
  Int16Array.from({ length }, (_, n) => Math.round(8000 * Math.sin((2 * Math.PI * hz * n) / 16_000)));

describe('G.722', () => {
  it.each([300, 1000, 3000, 5000, 6800])('M3: carries %i Hz at its level', (hz) => {
    const decoded = g722.decoder().decode(g722.encoder().encode(sineAt(hz, 16_000)));
    const level = energyAt(decoded.subarray(3200), hz, 16_000);
    expect(Math.abs(20 * Math.log10(level / 8000))).toBeLessThan(1);
  });

  it('M3: gives the same packet by packet as all at once', () => {
    const speech = sineAt(440, PACKET * 10);
    const whole = g722.encoder().encode(speech);
    const [encoder, decoder] = [g722.encoder(), g722.decoder()];
    const packets = Array.from({ length: 10 }, (_, n) => encoder.encode(speech.subarray(n * PACKET, (n + 1) * PACKET)));
    expect(packets.flatMap((packet) => [...packet])).toEqual([...whole]);
    expect(packets.flatMap((packet) => [...decoder.decode(packet)])).toEqual([...g722.decoder().decode(whole)]);
  });

  it('M3: never gives a sample out of range, whatever it is sent', () => {
    const noise = Uint8Array.from({ length: 4000 }, (_, n) => (n * n * 31 + n * 7) & 0xff);
    expect(g722.decoder().decode(noise)).toHaveLength(8000);
    const loud = Int16Array.from({ length: 4000 }, (_, n) => (n % 3 === 0 ? 32_767 : -32_768));
    expect(g722.encoder().encode(loud)).toHaveLength(2000);
  });

  it('M3: fills a lost packet', () => {
    const [encoder, decoder] = [g722.encoder(), g722.decoder()];
    for (let n = 0; n < 5; n += 1) decoder.decode(encoder.encode(sineAt(400, PACKET)));
    expect(energyAt(decoder.conceal(PACKET), 400, 16_000)).toBeGreaterThan(5000);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWav } from '../../src/core/media/wav.ts';
import { encodeG711 } from '../../src/core/codec/g711.ts';

interface Shape {
  code?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  before?: number[];
}

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const u16 = (n: number): number[] => [n & 0xff, n >> 8];
const u32 = (n: number): number[] => [...u16(n & 0xffff), ...u16(n >>> 16)];
const chunk = (name: string, body: number[], size = body.length): number[] => [...ascii(name), ...u32(size), ...body];
const wave = (...chunks: number[][]): Uint8Array =>
  Uint8Array.from([...ascii('RIFF'), ...u32(0), ...ascii('WAVE'), ...chunks.flat()]);
const format = ({ code = 7, channels = 1, rate = 8000, bits = 8 }: Shape = {}): number[] =>
  chunk('fmt ', [...u16(code), ...u16(channels), ...u32(rate), ...u32(rate), ...u16(1), ...u16(bits)]);

describe('a WAV file', () => {
  it('gives its µ-law or A-law bytes as they are, whatever chunks stand between', () => {
    const odd = [...chunk('LIST', [1, 2, 3]), 0];
    expect(parseWav(wave(format(), odd, chunk('data', [1, 2, 3])))).toEqual({
      ok: true,
      value: { codec: 'PCMU', data: Uint8Array.of(1, 2, 3) },
    });
    expect(parseWav(wave(format({ code: 6 }), chunk('data', [4])))).toMatchObject({ value: { codec: 'PCMA' } });
  });

  it('gives 16-bit samples as µ-law', () => {
    const samples = [0, 1000, -1000, 32_767, -32_768];
    const data = samples.flatMap((sample) => u16(sample & 0xffff));
    expect(parseWav(wave(format({ code: 1, bits: 16 }), chunk('data', data)))).toEqual({
      ok: true,
      value: { codec: 'PCMU', data: encodeG711(samples, 'PCMU') },
    });
  });

  it.each([
    ['something else', Uint8Array.from(ascii('OggS and more of it')), 'not a WAVE file'],
    ['stereo', wave(format({ channels: 2 }), chunk('data', [1])), '2 channels at 8000 Hz instead of one at 8000 Hz'],
    [
      'another rate',
      wave(format({ rate: 44_100 }), chunk('data', [1])),
      '1 channels at 44100 Hz instead of one at 8000 Hz',
    ],
    [
      'an encoding of its own',
      wave(format({ code: 85 }), chunk('data', [1])),
      'format 85 with 8 bits is neither G.711 nor 16-bit PCM',
    ],
    ['a cut format', wave(chunk('fmt ', [7, 0]), chunk('data', [1])), 'the format is cut short'],
    ['no format', wave(chunk('data', [1])), 'the data comes before its format'],
    ['no data', wave(format()), 'no data'],
    [
      'a chunk that claims more than there is',
      wave(format(), chunk('data', [1], 0xffff_fff0)),
      'the data chunk ends beyond the file',
    ],
  ])('is refused when it is %s', (_, file, error) => {
    expect(parseWav(file)).toEqual({ ok: false, error });
  });

  it('never makes the parser throw or hang, whatever the bytes', () => {
    const file = wave(format(), chunk('data', [1, 2, 3, 4]));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255))), fc.nat(file.length), (edits, length) => {
        const broken = Uint8Array.from(file);
        for (const [at, value] of edits) broken[at] = value;
        expect(parseWav(broken.subarray(0, length))).toHaveProperty('ok');
      }),
    );
  });
});

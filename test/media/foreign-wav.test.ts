import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { soundFromWav } from '../../src/core/media/foreign-wav.ts';
import type { Sound } from '../../src/core/media/sound.ts';
import { decodeG711, encodeG711 } from '../../src/core/codec/g711.ts';
import { energyAt } from '../support/tone.ts';

interface Shape {
  code?: number;
  bits?: number;
  channels?: number;
  rate?: number;
  /** Size that the data chunk says it has. */
  says?: number;
}

function wave(data: Uint8Array, { code = 1, bits = 16, channels = 1, rate = 8000, says = data.length }: Shape): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(code, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt16LE(bits, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(says, 40);
  return Buffer.concat([head, data]);
}

/** One second of a tone at half of full scale, written by `put` for every channel. */
function tone(
  hz: number,
  rate: number,
  width: number,
  put: (to: Buffer, value: number, at: number) => void,
  channels = 1,
) {
  const data = Buffer.alloc(rate * width * channels);
  for (let i = 0; i < rate * channels; i += 1) {
    put(data, 0.5 * Math.sin((2 * Math.PI * hz * Math.floor(i / channels)) / rate), i * width);
  }
  return data;
}

const pcm16 = (to: Buffer, value: number, at: number): void => void to.writeInt16LE(Math.round(value * 32_767), at);

function samplesOf(sound: Sound): number[] {
  return Array.from({ length: sound.length! }, (_, index) => [...decodeG711(sound.frame(index), sound.codec)]).flat();
}

function read(file: Uint8Array): number[] {
  const sound = soundFromWav(file);
  if (!sound.ok) throw new Error(sound.error);
  return samplesOf(sound.value);
}

describe('a WAVE file of somebody else', () => {
  it.each([8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])(
    'at %d Hz plays as long and as high as it was',
    (rate) => {
      const samples = read(wave(tone(1000, rate, 2, pcm16), { rate }));
      expect(samples.length).toBe(8000);
      expect(energyAt(samples.slice(800, 7200), 1000)).toBeGreaterThan(14_000);
      expect(energyAt(samples.slice(800, 7200), 1000)).toBeLessThan(18_000);
    },
  );

  it('may have 8, 24 or 32 bits, or floats', () => {
    const kinds: [Shape, number, Parameters<typeof tone>[3]][] = [
      [{ bits: 8 }, 1, (to, value, at) => to.writeUInt8(128 + Math.round(value * 127), at)],
      [{ bits: 24 }, 3, (to, value, at) => to.writeIntLE(Math.round(value * 8_388_607), at, 3)],
      [{ bits: 32 }, 4, (to, value, at) => to.writeInt32LE(Math.round(value * 2_147_483_647), at)],
      [{ code: 3, bits: 32 }, 4, (to, value, at) => to.writeFloatLE(value, at)],
    ];
    for (const [shape, width, put] of kinds) {
      expect(energyAt(read(wave(tone(700, 8000, width, put), shape)), 700)).toBeGreaterThan(15_000);
    }
  });

  it('in stereo is mixed: opposite sides cancel each other', () => {
    const same = wave(tone(500, 8000, 2, pcm16, 2), { channels: 2 });
    expect(energyAt(read(same), 500)).toBeGreaterThan(15_000);
    const opposite = wave(
      tone(500, 8000, 2, (to, value, at) => pcm16(to, at % 4 === 0 ? value : -value, at), 2),
      { channels: 2 },
    );
    expect(energyAt(read(opposite), 500)).toBeLessThan(10);
  });

  it('what a telephone cannot carry does not fold back into what it can', () => {
    const samples = read(wave(tone(7000, 44_100, 2, pcm16), { rate: 44_100 }));
    expect(energyAt(samples, 1000)).toBeLessThan(200);
  });

  it('of G.711 at 8 kHz is played as it is', () => {
    const data = encodeG711([0, 1000, -1000], 'PCMA');
    const sound = soundFromWav(wave(data, { code: 6, bits: 8 }));
    expect(sound).toMatchObject({ ok: true, value: { codec: 'PCMA', length: 1 } });
    if (sound.ok) expect([...sound.value.frame(0).subarray(0, 3)]).toEqual([...data]);
  });

  it('that came out of a pipe says too much of its length, and is taken', () => {
    expect(read(wave(tone(500, 8000, 2, pcm16), { says: 0x7fff_f000 })).length).toBe(8000);
  });

  it.each([
    ['ID3', Buffer.from('ID3\u0003rest of an MP3 file'), 'not a WAVE file'],
    ['a codec that is none of these', wave(new Uint8Array(10), { code: 85, bits: 0 }), 'format 85 with 0 bits'],
    ['no channels', wave(new Uint8Array(10), { channels: 0 }), '0 channels'],
    ['a rate that makes no sense', wave(new Uint8Array(10), { rate: 1 }), '1 samples a second'],
    ['nothing in it', wave(new Uint8Array(0), {}), 'empty'],
  ])('with %s is refused in words', (_, file, words) => {
    expect(soundFromWav(file)).toEqual({ ok: false, error: expect.stringContaining(words) });
  });

  it('of any bytes is a sound or a reason, never an exception', () => {
    const shape = fc.record({
      code: fc.constantFrom(1, 3, 6, 7, 0xfffe, 2),
      bits: fc.constantFrom(8, 16, 24, 32, 64),
      channels: fc.integer({ min: 0, max: 20 }),
      rate: fc.integer({ min: 0, max: 300_000 }),
      says: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), shape, (data, facts) => {
        const sound = soundFromWav(wave(data, facts));
        if (sound.ok) samplesOf(sound.value);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void soundFromWav(bytes)));
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HoldMusic } from '../../src/core/composition/hold-music.ts';
import { toneCountryOf } from '../../src/core/composition/trunk-sounds.ts';
import { parseConfig, type Config } from '../../src/core/config/config.ts';
import { LiveConfig } from '../../src/core/config/live-config.ts';
import { silence } from '../../src/core/media/sound.ts';
import { decodeG711 } from '../../src/core/codec/g711.ts';
import { loud } from '../support/loud-logger.ts';

function configOf(text: object): Config {
  const config = parseConfig(text);
  if (!config.ok) throw new Error(config.error.join());
  return config.value;
}

describe('M15: the country of the tones', () => {
  const numbered = (number: string, media = {}) => configOf({ numbers: [{ number, to: ['console'] }], media });

  it('is that of the first number, unless another is named', () => {
    expect(toneCountryOf(numbered('+442079460100'))).toBe('GB');
    expect(toneCountryOf(numbered('+442079460100', { country: 'DE' }))).toBe('DE');
    expect(toneCountryOf(numbered('+14155550100'))).toBe('US');
  });

  it('is the United States for a country without a table, and for no number', () => {
    expect(toneCountryOf(numbered('+3544101234'))).toBe('US');
    expect(toneCountryOf({ ...configOf({}), numbers: [] })).toBe('US');
  });
});

/** A WAVE file of 16-bit PCM at 8 kHz. */
function wav(samples: Int16Array): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

/** 1.01 s of 700 Hz that is cut off at its loudest. */
const cut = Int16Array.from({ length: 8080 }, (_, at) => 12_000 * Math.cos((2 * Math.PI * 700 * at) / 8000));

async function setUp(media: object = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'patchcord-music-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'own.wav'), wav(cut));
  await writeFile(join(folder, 'text.wav'), 'no music');
  const live = new LiveConfig(configOf({ media }));
  const warned: unknown[] = [];
  const log = { ...loud, warn: (fields: unknown) => void warned.push(fields) };
  const music = new HoldMusic({ live, log, folder, own: () => silence });
  return { live, warned, music };
}

describe('hold music of the configuration', () => {
  it('is read at once and when the setting changes, and left when it is taken away', async () => {
    const { live, music } = await setUp();
    expect(music.sound).toBe(silence);
    live.set(configOf({ media: { holdMusic: 'own.wav' } }));
    expect(music.sound.length).toBe(50);
    live.set(configOf({}));
    expect(music.sound).toBe(silence);
  });

  it('loops without a click, also where the file is cut off at its loudest', async () => {
    const { music } = await setUp({ holdMusic: 'own.wav' });
    const { sound } = music;
    const all = [48, 49, 0, 1].flatMap((index) => [...decodeG711(sound.frame(index), sound.codec)]);
    const steepest = all.slice(1).reduce((most, each, at) => Math.max(most, Math.abs(each - all[at]!)), 0);
    // 700 Hz itself rises by 6,600 in a sample.
    expect(steepest).toBeLessThan(7500);
    expect(Math.abs(all[320]! - all[319]!)).toBeLessThan(300);
  });

  it.each([
    ['missing.wav', /^media\.holdMusic: there is no file .*missing\.wav$/],
    ['text.wav', /^media\.holdMusic: .*text\.wav is no WAVE file that can be played: not a WAVE file$/],
    ['.', /^media\.holdMusic: .* is no file$/],
  ])('says what is wrong with %s, and the music that comes with the trunk is played', async (holdMusic, words) => {
    const { live, warned, music } = await setUp();
    expect(music.check(holdMusic)).toEqual([expect.stringMatching(words)]);
    live.set(configOf({ media: { holdMusic } }));
    expect(music.sound).toBe(silence);
    expect(warned).toHaveLength(1);
  });
});

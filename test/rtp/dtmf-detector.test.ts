import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711 } from '../../src/core/codec/g711.ts';
import { clip } from '../../src/core/media/sound.ts';
import { DtmfDetector } from '../../src/core/rtp/dtmf-detector.ts';
import { eventOfKey, keyOfEvent } from '../../src/core/rtp/dtmf.ts';
import { dtmfTone } from '../../src/core/rtp/dtmf-tone.ts';
import { seeded } from '../support/random.ts';

interface Part {
  readonly ms: number;
  readonly low?: number;
  readonly high?: number;
  /** dBm0 of each. */
  readonly lowDb?: number;
  readonly highDb?: number;
}

const amplitude = (dbm0: number): number => 32_767 * 10 ** ((dbm0 - 3.14) / 20);

/** Tones as G.711 carries them. @param noiseDb dBm0 of white noise over everything */
function made(parts: readonly Part[], noiseDb = -99, seed = 1): Int16Array {
  const next = seeded(seed);
  const out: number[] = [];
  for (const { ms, low, high, lowDb = -10, highDb = -10 } of parts) {
    for (let n = 0; n < ms * 8; n += 1) {
      const at = out.length / 8000;
      let sample = 0;
      if (low !== undefined) sample += amplitude(lowDb) * Math.sin(2 * Math.PI * low * at + 1);
      if (high !== undefined) sample += amplitude(highDb) * Math.sin(2 * Math.PI * high * at);
      // Even noise: its amplitude is its effective value by the root of three.
      sample += (amplitude(noiseDb) / Math.SQRT2) * Math.sqrt(3) * (2 * next() - 1);
      out.push(Math.max(-32_768, Math.min(32_767, Math.round(sample))));
    }
  }
  return decodeG711(encodeG711(out, 'PCMU'), 'PCMU');
}

const keysIn = (samples: Int16Array): string =>
  new DtmfDetector()
    .hear(samples)
    .flatMap(({ what, event }) => (what === 'begins' ? [keyOfEvent(event)!] : []))
    .join('');

const quiet = { ms: 100 };
const one = { low: 697, high: 1209 };

/** However the key lies to the blocks of the detector: 21 places within 5 ms. */
const placed = (parts: readonly Part[], noiseDb?: number): Set<string> =>
  new Set(Array.from({ length: 21 }, (_, n) => keysIn(made([{ ms: 100 + n / 4 }, ...parts, quiet], noiseDb, n + 1))));

describe('M6: keys in the sound, by ITU-T Q.24', () => {
  it.each('0123456789*#ABCD'.split(''))('hears %s once, however long it is held', (key) => {
    const tone = (length: number) => dtmfTone(eventOfKey(key)!, 0, length);
    const samples = Int16Array.from([...new Int16Array(800), ...tone(16_000), ...new Int16Array(800)]);
    expect(keysIn(samples)).toBe(key);
  });

  it.each<[string, readonly Part[], number?]>([
    ['40 ms', [{ ms: 40, ...one }]],
    ['both tones 1.5 % high', [{ ms: 40, low: 697 * 1.015, high: 1209 * 1.015 }]],
    ['both tones 1.5 % low', [{ ms: 40, low: 697 * 0.985, high: 1209 * 0.985 }]],
    ['the high tone 4 dB louder', [{ ms: 40, ...one, lowDb: -14 }]],
    ['the high tone 8 dB weaker', [{ ms: 40, ...one, highDb: -18 }]],
    ['-27 dBm0', [{ ms: 40, ...one, lowDb: -27, highDb: -27 }]],
    ['-3 dBm0', [{ ms: 40, ...one, lowDb: -3, highDb: -3 }]],
    ['noise 15 dB below', [{ ms: 40, ...one }], -22],
    ['a break of 10 ms in it', [{ ms: 60, ...one }, { ms: 10 }, { ms: 60, ...one }]],
  ])('hears a key with %s', (_, parts, noiseDb) => {
    expect(placed(parts, noiseDb)).toEqual(new Set(['1']));
  });

  it.each<[string, readonly Part[]]>([
    ['23 ms', [{ ms: 23, ...one }]],
    ['the low tone 3.5 % high', [{ ms: 200, low: 697 * 1.035, high: 1209 }]],
    ['the high tone 3.5 % low', [{ ms: 200, low: 697, high: 1209 * 0.965 }]],
    ['the high tone 7 dB louder', [{ ms: 200, ...one, lowDb: -17 }]],
    ['the high tone 11 dB weaker', [{ ms: 200, ...one, highDb: -21 }]],
    ['-33 dBm0', [{ ms: 200, ...one, lowDb: -33, highDb: -33 }]],
    ['one tone alone', [{ ms: 200, low: 697 }]],
    ['a high tone of no key', [{ ms: 200, low: 697, high: 1100 }]],
  ])('hears none with %s', (_, parts) => {
    expect(placed(parts)).toEqual(new Set(['']));
  });

  it('tells two presses of one key apart by a pause of 40 ms', () => {
    expect(placed([{ ms: 50, ...one }, { ms: 40 }, { ms: 50, ...one }])).toEqual(new Set(['11']));
  });

  it('hears keys that follow each other without a pause, in order', () => {
    expect(keysIn(made([quiet, { ms: 60, ...one }, { ms: 60, low: 770, high: 1336 }, { ms: 60, ...one }, quiet]))).toBe(
      '151',
    );
  });

  it('talk-off: hears none in speech, music, noise and the tones of networks', () => {
    const clips = [
      'caller-hello',
      'caller-chat',
      'caller-thanks',
      'billing-hello',
      'lab-hello',
      'hold-music',
      'goodbye',
    ];
    for (const name of clips) {
      const sound = clip(name);
      const frames = Array.from({ length: sound.length! }, (_, n) => [...decodeG711(sound.frame(n), sound.codec)]);
      expect([name, keysIn(Int16Array.from(frames.flat()))]).toEqual([name, '']);
    }
    expect(keysIn(made([{ ms: 3000 }], -12))).toBe('');
    expect(
      keysIn(
        made([
          { ms: 1000, low: 440, high: 480 },
          { ms: 1000, low: 350, high: 440 },
        ]),
      ),
    ).toBe('');
  });
});

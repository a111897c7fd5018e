/** Tones of telephone networks as sounds that never end. M15. */
import { tonesOf, type CountryTones, type Tone, type ToneCountry } from '../../nouns/tones.ts';
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../rtp/frame.ts';
import { encodeG711 } from '../codec/g711.ts';
import type { Sound } from './sound.ts';

/** Peak of a tone: -10.8 dBm0. ITU-T E.180 §8 recommends -10 dBm0, 5 dB more or less. */
const PEAK = 0.2 * 32_767;
/** A tone that begins or ends at once clicks. */
const RAMP_SAMPLES = SAMPLE_RATE_HZ / 200;
const SAMPLES_PER_MS = SAMPLE_RATE_HZ / 1000;

const made = new Map<string, Sound>();

/** Made once in a process. */
export function networkTone(country: ToneCountry, name: keyof CountryTones): Sound {
  const key = `${country} ${name}`;
  const known = made.get(key);
  if (known) return known;
  const sound = soundOfTone(tonesOf(country)[name]);
  made.set(key, sound);
  return sound;
}

/** Frames are made when they are first asked for. */
function soundOfTone(tone: Tone): Sound {
  const cycleMs = tone.reduce((sum, { ms }) => sum + ms, 0);
  // As many cycles as end together with a frame.
  let framesMs = cycleMs;
  while (framesMs % FRAME_MS !== 0) framesMs += cycleMs;
  const count = framesMs / FRAME_MS;
  const frames: (Uint8Array | undefined)[] = [];
  const make = (index: number): Uint8Array =>
    encodeG711(
      Array.from({ length: FRAME_SAMPLES }, (_, sample) => sampleOf(tone, index * FRAME_SAMPLES + sample)),
      'PCMU',
    );
  return { codec: 'PCMU', frame: (index) => (frames[index % count] ??= make(index % count)) };
}

/** @param at samples since the tone began */
function sampleOf(tone: Tone, at: number): number {
  const cycle = tone.reduce((sum, { ms }) => sum + ms, 0) * SAMPLES_PER_MS;
  let rest = at % cycle;
  for (const { ms, partials } of tone) {
    const length = ms * SAMPLES_PER_MS;
    if (rest >= length) {
      rest -= length;
      continue;
    }
    if (partials.length === 0) return 0;
    let sum = 0;
    let weights = 0;
    for (const { hz, weight } of partials) {
      sum += weight * Math.sin((2 * Math.PI * hz * rest) / SAMPLE_RATE_HZ);
      weights += weight;
    }
    const ramp = Math.min(1, rest / RAMP_SAMPLES, (length - rest) / RAMP_SAMPLES);
    return Math.round((sum / weights) * PEAK * ramp);
  }
  return 0;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../rtp/frame.ts';
import { encodeG711, silenceCode, type G711Name } from '../codec/g711.ts';
import { parseWav, type WavAudio } from './wav.ts';

/** Something to play, in frames of 20 ms. */
export interface Sound {
  readonly codec: G711Name;
  /** How many frames it has; undefined when it never ends. */
  readonly length?: number;
  /** @param index from 0 to `length` - 1 */
  frame(index: number): Uint8Array;
}

export interface ToneOptions {
  /** Amplitude of each frequency, 0 to 1. */
  readonly level?: number;
}

const FRAMES_PER_SECOND = SAMPLE_RATE_HZ / FRAME_SAMPLES;
const FULL_SCALE = 32_767;
const silentFrame = new Uint8Array(FRAME_SAMPLES).fill(silenceCode.PCMU);

/** An endless sum of sine waves. Frequencies are whole numbers of hertz, so that every second of the tone is the same. */
export function tone(frequenciesHz: readonly number[], { level = 0.25 }: ToneOptions = {}): Sound {
  const second = encodeG711(
    Array.from({ length: SAMPLE_RATE_HZ }, (_, sample) => {
      const sum = frequenciesHz.reduce(
        (total, hz) => total + Math.sin((2 * Math.PI * hz * sample) / SAMPLE_RATE_HZ),
        0,
      );
      return Math.round(sum * level * FULL_SCALE);
    }),
    'PCMU',
  );
  return {
    codec: 'PCMU',
    frame(index) {
      const start = (index % FRAMES_PER_SECOND) * FRAME_SAMPLES;
      return second.subarray(start, start + FRAME_SAMPLES);
    },
  };
}

export const silence: Sound = { codec: 'PCMU', frame: () => silentFrame };

/** @param ms a multiple of 20 */
export function silenceOf(ms: number): Sound {
  return { ...silence, length: ms / FRAME_MS };
}

/** Next to this file in the sources, next to the bundle in the app. */
const ownSounds = join(import.meta.dirname, 'sounds');
const clips = new Map<string, Sound>();

/**
 * A recorded sound, read once per process.
 * @param name of a WAV file, without the extension
 * @throws when there is no such file or it is not 8 kHz mono: it was shipped broken
 */
export function clip(name: string, directory = ownSounds): Sound {
  const path = join(directory, `${name}.wav`);
  const known = clips.get(path);
  if (known) return known;
  const wav = parseWav(readFileSync(path));
  if (!wav.ok) throw new Error(`${path}: ${wav.error}`);
  const sound = soundOf(wav.value);
  clips.set(path, sound);
  return sound;
}

export function soundOf({ codec, data }: WavAudio): Sound {
  return {
    codec,
    length: Math.ceil(data.length / FRAME_SAMPLES),
    frame: (index) => fill(data.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES), codec),
  };
}

/** The last frame of a clip is seldom full. */
function fill(part: Uint8Array, codec: G711Name): Uint8Array {
  if (part.length === FRAME_SAMPLES) return part;
  const frame = new Uint8Array(FRAME_SAMPLES).fill(silenceCode[codec]);
  frame.set(part);
  return frame;
}

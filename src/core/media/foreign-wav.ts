/** WAVE files of other people: any usual rate, width and number of channels, made into what a telephone plays. */
import { err, ok, type Result } from '../message/result.ts';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../rtp/frame.ts';
import { decodeG711, encodeG711, type G711Name } from '../codec/g711.ts';
import { soundOf, type Sound } from './sound.ts';
import { readParts } from './wav.ts';

interface Format {
  readonly code: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
}

const PCM = 1;
const FLOAT = 3;
const A_LAW = 6;
const MU_LAW = 7;
/** The real code stands in the first two bytes of its sub-format. */
const EXTENSIBLE = 0xfffe;
const SUBFORMAT_AT = 24;

const FULL_SCALE = 32_767;
const RATES_HZ = { least: 4000, most: 192_000 };
const MOST_CHANNELS = 8;

/**
 * Reads a RIFF WAVE file of PCM with 8, 16, 24 or 32 bits, 32-bit float, or G.711. The error says what it is instead.
 * Frames are made when they are asked for: a long file costs no more than a short one, and holds nobody up.
 */
export function soundFromWav(file: Uint8Array): Result<Sound, string> {
  const parts = readParts(file, true);
  if (!parts.ok) return parts;
  const { code, channels, rate, bits } = readFormat(parts.value.format);
  const kind = kinds[`${code} ${bits}`];
  if (!kind) return err(`format ${code} with ${bits} bits is neither PCM nor G.711`);
  if (channels < 1 || channels > MOST_CHANNELS) return err(`it has ${channels} channels`);
  if (rate < RATES_HZ.least || rate > RATES_HZ.most) return err(`it has ${rate} samples a second`);
  const { data } = parts.value;
  const length = Math.floor(data.length / (kind.bytes * channels));
  if (length === 0) return err('it is empty');
  if (rate === SAMPLE_RATE_HZ && channels === 1 && (code === A_LAW || code === MU_LAW)) {
    return ok(soundOf({ codec: code === MU_LAW ? 'PCMU' : 'PCMA', data }));
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return ok(resampled({ length, rate, sample: mixed(view, kind, channels) }));
}

/** One channel, in samples between -1 and 1. */
interface Mono {
  readonly length: number;
  readonly rate: number;
  readonly sample: (index: number) => number;
}

function readFormat(chunk: Uint8Array): Format {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const code = view.getUint16(0, true);
  return {
    code: code === EXTENSIBLE && chunk.length >= SUBFORMAT_AT + 2 ? view.getUint16(SUBFORMAT_AT, true) : code,
    channels: view.getUint16(2, true),
    rate: view.getUint32(4, true),
    bits: view.getUint16(14, true),
  };
}

interface Kind {
  /** Of one sample of one channel. */
  readonly bytes: number;
  /** Between -1 and 1. */
  readonly read: (view: DataView, at: number) => number;
}

const g711 = (codec: G711Name): Kind => {
  const all = decodeG711(
    Uint8Array.from({ length: 256 }, (_, octet) => octet),
    codec,
  );
  return { bytes: 1, read: (view, at) => all[view.getUint8(at)]! / FULL_SCALE };
};

/** By format code and bits of a sample. */
const kinds: Readonly<Record<string, Kind | undefined>> = {
  [`${PCM} 8`]: { bytes: 1, read: (view, at) => (view.getUint8(at) - 128) / 128 },
  [`${PCM} 16`]: { bytes: 2, read: (view, at) => view.getInt16(at, true) / 32_768 },
  [`${PCM} 24`]: {
    bytes: 3,
    read: (view, at) => ((view.getInt16(at + 1, true) << 8) | view.getUint8(at)) / 8_388_608,
  },
  [`${PCM} 32`]: { bytes: 4, read: (view, at) => view.getInt32(at, true) / 2_147_483_648 },
  [`${FLOAT} 32`]: {
    bytes: 4,
    read: (view, at) => {
      const sample = view.getFloat32(at, true);
      return Number.isFinite(sample) ? sample : 0;
    },
  },
  [`${A_LAW} 8`]: g711('PCMA'),
  [`${MU_LAW} 8`]: g711('PCMU'),
};

function mixed(view: DataView, { bytes, read }: Kind, channels: number): Mono['sample'] {
  return (index) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += read(view, (index * channels + channel) * bytes);
    return sum / channels;
  };
}

/** Half the width of the low-pass filter, in periods of its cut-off: enough that nothing above 4 kHz folds back audibly. */
const ZERO_CROSSINGS = 6;
const CUT_OFF_HZ = 3600;

/** At 8 kHz: low-passed first where it has more samples than that, and interpolated between two. */
function resampled({ length, rate, sample }: Mono): Sound {
  const kernel = rate > SAMPLE_RATE_HZ ? lowPass(rate) : Float32Array.of(1);
  const reach = (kernel.length - 1) / 2;
  const step = rate / SAMPLE_RATE_HZ;
  const samples = Math.ceil(length / step);
  const make = (index: number): Uint8Array => {
    const start = index * FRAME_SAMPLES;
    const from = Math.floor(start * step) - reach;
    const part = Float32Array.from({ length: Math.ceil(FRAME_SAMPLES * step) + kernel.length + 1 }, (_, i) => {
      const at = from + i;
      return at < 0 || at >= length ? 0 : sample(at);
    });
    /** At a place of the file, filtered. */
    const filtered = (at: number): number => {
      let sum = 0;
      for (let i = 0; i < kernel.length; i += 1) sum += (part[at - reach - from + i] ?? 0) * kernel[i]!;
      return sum;
    };
    const out = new Int16Array(FRAME_SAMPLES);
    for (let i = 0; i < FRAME_SAMPLES && start + i < samples; i += 1) {
      const place = (start + i) * step;
      const at = Math.floor(place);
      const between = place - at;
      const value = filtered(at);
      const whole = between === 0 ? value : value + (filtered(at + 1) - value) * between;
      out[i] = Math.max(-1, Math.min(1, whole)) * FULL_SCALE;
    }
    return encodeG711(out, 'PCMU');
  };
  // What is played again, or on several calls, is made once.
  const made: (Uint8Array | undefined)[] = [];
  return {
    codec: 'PCMU',
    length: Math.ceil(samples / FRAME_SAMPLES),
    frame: (index) => (made[index] ??= make(index)),
  };
}

/** A sine cardinal under a Hann window; its sum is one. */
function lowPass(rate: number): Float32Array {
  const cutOff = CUT_OFF_HZ / rate;
  const reach = Math.ceil(ZERO_CROSSINGS / (2 * cutOff));
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const x = i - reach;
    const sinc = x === 0 ? 2 * cutOff : Math.sin(2 * Math.PI * cutOff * x) / (Math.PI * x);
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / (reach + 1)));
  });
  const sum = kernel.reduce((total, each) => total + each, 0);
  return kernel.map((each) => each / sum);
}

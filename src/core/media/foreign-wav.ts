/** WAVE files of other people: any usual rate, width and number of channels, made into what a telephone plays. */
import { err, ok, type Result } from '../message/result.ts';
import { SAMPLE_RATE_HZ } from '../rtp/frame.ts';
import { decodeG711, encodeG711 } from '../rtp/g711.ts';
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

/** Reads a RIFF WAVE file of PCM with 8, 16, 24 or 32 bits, 32-bit float, or G.711. The error says what it is instead. */
export function soundFromWav(file: Uint8Array): Result<Sound, string> {
  const parts = readParts(file, true);
  if (!parts.ok) return parts;
  const format = readFormat(parts.value.format);
  const { code, channels, rate, bits } = format;
  const read = readers[`${code} ${bits}`];
  if (!read) return err(`format ${code} with ${bits} bits is neither PCM nor G.711`);
  if (channels < 1 || channels > MOST_CHANNELS) return err(`it has ${channels} channels`);
  if (rate < RATES_HZ.least || rate > RATES_HZ.most) return err(`it has ${rate} samples a second`);
  const { data } = parts.value;
  if (data.length === 0) return err('it is empty');
  if (rate === SAMPLE_RATE_HZ && channels === 1 && (code === A_LAW || code === MU_LAW)) {
    return ok(soundOf({ codec: code === MU_LAW ? 'PCMU' : 'PCMA', data }));
  }
  const samples = toTelephone(mixed(read(data), channels), rate);
  return ok(soundOf({ codec: 'PCMU', data: encodeG711(samples, 'PCMU') }));
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

const viewOf = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);

/** Each gives samples between -1 and 1. */
function reader(bytes: number, sample: (view: DataView, at: number) => number): (data: Uint8Array) => Float32Array {
  return (data) => {
    const view = viewOf(data);
    const samples = new Float32Array(Math.floor(data.length / bytes));
    for (let i = 0; i < samples.length; i += 1) samples[i] = sample(view, i * bytes);
    return samples;
  };
}

const g711 = (codec: 'PCMU' | 'PCMA') => (data: Uint8Array) =>
  Float32Array.from(decodeG711(data, codec), (sample) => sample / FULL_SCALE);

/** By format code and bits of a sample. */
const readers: Readonly<Record<string, ((data: Uint8Array) => Float32Array) | undefined>> = {
  [`${PCM} 8`]: reader(1, (view, at) => (view.getUint8(at) - 128) / 128),
  [`${PCM} 16`]: reader(2, (view, at) => view.getInt16(at, true) / 32_768),
  [`${PCM} 24`]: reader(3, (view, at) => ((view.getInt16(at + 1, true) << 8) | view.getUint8(at)) / 8_388_608),
  [`${PCM} 32`]: reader(4, (view, at) => view.getInt32(at, true) / 2_147_483_648),
  [`${FLOAT} 32`]: reader(4, (view, at) => {
    const sample = view.getFloat32(at, true);
    return Number.isFinite(sample) ? sample : 0;
  }),
  [`${A_LAW} 8`]: g711('PCMA'),
  [`${MU_LAW} 8`]: g711('PCMU'),
};

function mixed(samples: Float32Array, channels: number): Float32Array {
  if (channels === 1) return samples;
  const mono = new Float32Array(Math.floor(samples.length / channels));
  for (let i = 0; i < mono.length; i += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += samples[i * channels + channel]!;
    mono[i] = sum / channels;
  }
  return mono;
}

/** Half the width of the low-pass filter, in periods of its cut-off: enough that nothing above 4 kHz folds back audibly. */
const ZERO_CROSSINGS = 6;
const CUT_OFF_HZ = 3600;

/** 8 kHz, 16 bits: low-passed first where it has more samples than that, and interpolated between two. */
function toTelephone(samples: Float32Array, rate: number): Int16Array {
  const kernel = rate > SAMPLE_RATE_HZ ? lowPass(rate) : Float32Array.of(1);
  const reach = (kernel.length - 1) / 2;
  const filtered = (at: number): number => {
    let sum = 0;
    const from = Math.max(0, at - reach);
    const to = Math.min(samples.length - 1, at + reach);
    for (let i = from; i <= to; i += 1) sum += samples[i]! * kernel[i - at + reach]!;
    return sum;
  };
  const step = rate / SAMPLE_RATE_HZ;
  const out = new Int16Array(Math.ceil(samples.length / step));
  for (let i = 0; i < out.length; i += 1) {
    const at = Math.floor(i * step);
    const part = i * step - at;
    const value = filtered(at);
    const between = part === 0 ? value : value + (filtered(at + 1) - value) * part;
    out[i] = Math.max(-1, Math.min(1, between)) * FULL_SCALE;
  }
  return out;
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

import type { CodecName } from './codec.ts';

/** The two laws: Europe's is A-law. */
export type G711Name = 'PCMU' | 'PCMA';

export const isG711 = (name: CodecName): name is G711Name => name === 'PCMU' || name === 'PCMA';

/** ITU-T G.711. Samples are 16-bit linear; the eight segments double in step size. */
const MU_BIAS = 0x84;
const MU_CLIP = 32_635;

function decodeMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + MU_BIAS) << ((bits >> 4) & 7)) - MU_BIAS;
  return bits & 0x80 ? -magnitude : magnitude;
}

function encodeMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const biased = Math.min(Math.abs(sample), MU_CLIP) + MU_BIAS;
  const segment = 24 - Math.clz32(biased);
  return ~(sign | (segment << 4) | ((biased >> (segment + 3)) & 0x0f)) & 0xff;
}

/** A-law inverts every second bit on the line, and has a linear first segment. */
const A_TOGGLE = 0x55;

function decodeALaw(code: number): number {
  const bits = code ^ A_TOGGLE;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

function encodeALaw(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80;
  // One less for negative values: the code for -1…-16 is the mirror of 0…15.
  const magnitude = Math.min(sample < 0 ? -sample - 1 : sample, 0x7fff) >> 4;
  const segment = Math.max(0, 28 - Math.clz32(magnitude));
  const mantissa = (segment < 2 ? magnitude : magnitude >> (segment - 1)) & 0x0f;
  return (sign | (segment << 4) | mantissa) ^ A_TOGGLE;
}

const everyByte = Array.from({ length: 256 }, (_, code) => code);
const linear: Record<G711Name, Int16Array> = {
  PCMU: Int16Array.from(everyByte, decodeMuLaw),
  PCMA: Int16Array.from(everyByte, decodeALaw),
};
/** From one companding law straight to the other; indexed by the source law. */
const across: Record<G711Name, Uint8Array> = {
  PCMU: Uint8Array.from(everyByte, (code) => encodeALaw(decodeMuLaw(code))),
  PCMA: Uint8Array.from(everyByte, (code) => encodeMuLaw(decodeALaw(code))),
};

export function decodeG711(payload: Uint8Array, codec: G711Name): Int16Array {
  const table = linear[codec];
  const samples = new Int16Array(payload.length);
  for (let index = 0; index < samples.length; index += 1) samples[index] = table[payload[index]!]!;
  return samples;
}

export function encodeG711(samples: ArrayLike<number>, codec: G711Name): Uint8Array {
  return Uint8Array.from(samples, codec === 'PCMU' ? encodeMuLaw : encodeALaw);
}

/** Returns the payload itself when nothing has to change. */
export function transcodeG711(payload: Uint8Array, from: G711Name, to: G711Name): Uint8Array {
  if (from === to) return payload;
  const table = across[from];
  const codes = new Uint8Array(payload.length);
  for (let index = 0; index < codes.length; index += 1) codes[index] = table[payload[index]!]!;
  return codes;
}

/** One byte of silence: the code of the sample 0. */
export const silenceCode: Record<G711Name, number> = { PCMU: 0xff, PCMA: 0xd5 };

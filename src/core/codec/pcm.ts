/** G.711 as the registry knows it. The tables stand in g711.ts. RFC 3551 §4.5.14. */
import type { Codec } from './codec.ts';
import { Concealment } from './concealment.ts';
import { decodeG711, encodeG711, type G711Name } from './g711.ts';

const RATE_HZ = 8000;

function g711(name: G711Name, payloadType: number): Codec {
  const encoder = { encode: (samples: Int16Array) => encodeG711(samples, name), close: () => {} };
  return {
    name,
    clockRateHz: RATE_HZ,
    sampleRateHz: RATE_HZ,
    channels: 1,
    payloadType,
    frameMs: 20,
    duration: (payload) => payload.length,
    encoder: () => encoder,
    decoder() {
      const concealment = new Concealment(RATE_HZ);
      return {
        decode(payload) {
          const samples = decodeG711(payload, name);
          concealment.heard(samples);
          return samples;
        },
        conceal(count) {
          const samples = new Int16Array(count);
          concealment.make(samples);
          return samples;
        },
        close: () => {},
      };
    },
  };
}

export const pcmu: Codec = g711('PCMU', 0);
export const pcma: Codec = g711('PCMA', 8);

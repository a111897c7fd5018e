/**
 * Opus, through libopus as WebAssembly. RFC 6716, RFC 7587. One channel of 48 kHz; SDP says two channels whatever is sent
 * (RFC 7587 §4.1), and a peer that sends two is heard as one.
 */
import type { OpusDecoderHandle, OpusEncoderHandle } from 'libopus-wasm';
import type { Codec, Decoder, Encoder } from './codec.ts';
import { Spares } from './spares.ts';

const RATE_HZ = 48_000;
const NOTHING = new Uint8Array();
/** In bit/s: full band, and room for the copy of each packet that in-band FEC puts into the next one. *Chosen here.* */
const BITRATE = 32_000;
/** Of 10: speech sounds no better above, and takes more of the processor. */
const COMPLEXITY = 5;
/** What the encoder expects to be lost, in per cent: at 0 it would spend nothing on FEC. */
const EXPECTED_LOSS = 5;
/** The step of Opus' packet lengths, 2.5 ms, and the longest packet, 120 ms, in samples. */
const STEP = RATE_HZ / 400;
const LONGEST = RATE_HZ * 0.12;
/** Encoders and decoders kept ready: calls that begin in the same turn of the event loop. */
const SPARES = 8;

/** Half a megabyte: read when somebody needs it. */
const load = () => import('libopus-wasm');

const encoders = new Spares(SPARES, async () => {
  const { Application, createEncoder } = await load();
  return createEncoder({
    channels: 1,
    sampleRate: RATE_HZ,
    application: Application.Voip,
    bitrate: BITRATE,
    complexity: COMPLEXITY,
    fec: true,
    packetLossPercent: EXPECTED_LOSS,
  });
});
const decoders = new Spares(SPARES, async () => {
  const { createDecoder } = await load();
  return createDecoder({ channels: 1, sampleRate: RATE_HZ, maxFrameSize: LONGEST });
});

/** Memory of WebAssembly is not collected: whoever forgets to close costs nothing for long all the same. */
const forgotten = new FinalizationRegistry((handle: { free(): void }) => handle.free());

/** Resolves when streams can be opened: the module has to be compiled first, which takes some ten milliseconds. */
export async function prepareOpus(): Promise<void> {
  await Promise.all([encoders.fill(), decoders.fill()]);
}

/** What encoder and decoder have in common: a handle that is opened late and closed once. */
class Stream<Handle extends { free(): void }> {
  readonly #spares: Spares<Handle>;
  #handle: Handle | undefined;
  #closed = false;

  constructor(spares: Spares<Handle>) {
    this.#spares = spares;
  }

  /** Undefined until the module is ready, and once this is closed. */
  protected get handle(): Handle | undefined {
    if (this.#handle || this.#closed) return this.#handle;
    this.#handle = this.#spares.take();
    if (this.#handle) forgotten.register(this, this.#handle, this);
    return this.#handle;
  }

  close(): void {
    this.#closed = true;
    forgotten.unregister(this);
    this.#handle?.free();
    this.#handle = undefined;
  }
}

class OpusEncoder extends Stream<OpusEncoderHandle> implements Encoder {
  /** @param samples 10, 20, 40 or 60 ms */
  encode(samples: Int16Array): Uint8Array {
    return this.handle?.encode(samples, { frameSize: samples.length }) ?? NOTHING;
  }
}

class OpusDecoder extends Stream<OpusDecoderHandle> implements Decoder {
  /** Samples of the newest packet: those that are lost are taken to be as long. */
  #packet = RATE_HZ / 50;

  decode(payload: Uint8Array): Int16Array {
    if (payload.length === 0) return new Int16Array();
    try {
      const samples = this.handle?.decode(payload) ?? new Int16Array();
      if (samples.length > 0) this.#packet = samples.length;
      return samples;
    } catch {
      return new Int16Array();
    }
  }

  conceal(count: number, next?: Uint8Array): Int16Array {
    const filled = new Int16Array(count);
    for (let at = 0; at < count; at += this.#packet) {
      const last = at + this.#packet >= count;
      filled.set(this.#fill(last ? next : undefined).subarray(0, count - at), at);
    }
    return filled;
  }

  /** @param next holds a copy of what was lost, unless its sender has no FEC: then it is made up */
  #fill(next: Uint8Array | undefined): Int16Array {
    const frameSize = Math.min(LONGEST, Math.max(STEP, this.#packet - (this.#packet % STEP)));
    try {
      if (next && next.length > 0) return this.handle?.decode(next, { decodeFec: true, frameSize }) ?? new Int16Array();
      return this.handle?.decodePacketLoss(frameSize) ?? new Int16Array();
    } catch {
      return new Int16Array();
    }
  }
}

/** From the first octets of a packet. RFC 6716 §3.1, §3.2. */
function packetDuration(payload: Uint8Array): number {
  const [toc = 0, count = 0] = payload;
  const configuration = toc >> 3;
  const frames = [1, 2, 2, count & 0x3f][toc & 3]!;
  return Math.min(LONGEST, frames * frameDuration(configuration));
}

function frameDuration(configuration: number): number {
  // SILK: 10, 20, 40, 60 ms; hybrid: 10, 20 ms; CELT: 2.5, 5, 10, 20 ms.
  if (configuration < 12) return STEP * [4, 8, 16, 24][configuration & 3]!;
  if (configuration < 16) return STEP * [4, 8][configuration & 1]!;
  return STEP * [1, 2, 4, 8][configuration & 3]!;
}

export const opus: Codec = {
  name: 'opus',
  clockRateHz: RATE_HZ,
  sampleRateHz: RATE_HZ,
  channels: 2,
  frameMs: 20,
  duration: packetDuration,
  fmtp: 'minptime=10;useinbandfec=1',
  encoder: () => new OpusEncoder(encoders),
  decoder: () => new OpusDecoder(decoders),
};

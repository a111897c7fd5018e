/**
 * Comfort noise (RFC 3389) for a peer that has not agreed to it: quiet noise in the place of the silence, a frame every
 * 20 ms, until sound goes on. M7.
 */
import { encodeG711 } from '../codec/g711.ts';
import { FRAME_MS, FRAME_SAMPLES, type AudioFrame, type NoiseFrame } from '../rtp/frame.ts';
import { random } from '../rtp/random.ts';
import type { Clock, Timer } from '../time/clock.ts';

/** Louder noise is no comfort, in -dBov: a peer may claim what it likes. *Chosen here.* */
const LOUDEST = 30;
/** Where the peer says no level. */
const USUAL = 60;
/** Without another word of its sender the noise ends: whoever hears it may be alone by then. */
const LASTS_MS = 60_000;
/** After a stall a few frames are made up for, no more. */
const MOST_AT_ONCE = 3;
/** Of 16-bit samples; even noise of an amplitude has its amplitude by the root of three as effective value. */
const amplitudeOf = (level: number): number => Math.sqrt(3) * 32_768 * 10 ** (-level / 20);

export class ComfortNoise {
  readonly #clock: Clock;
  readonly #emit: (frame: AudioFrame) => void;
  #timer: Timer | undefined;
  #due = 0;
  #until = 0;
  #amplitude = 0;
  #ssrc = 0;
  #sent = 0;
  /** State of the generator of noise. */
  #state = 0x9e37_79b9;

  constructor(clock: Clock, emit: (frame: AudioFrame) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  /** The peer is silent, or says so again. RFC 3389 §3.1. */
  hear({ payload }: NoiseFrame): void {
    const level = payload[0] === undefined ? USUAL : payload[0] & 0x7f;
    this.#amplitude = amplitudeOf(Math.max(LOUDEST, level));
    this.#until = this.#clock.now() + LASTS_MS;
    if (this.#timer) return;
    this.#due = this.#clock.now();
    this.#ssrc = random(0xffff_ffff);
    this.#sent = 0;
    this.#tick();
  }

  /** Sound goes on, or nothing is to be heard. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #tick(): void {
    const now = this.#clock.now();
    if (now >= this.#until) return this.stop();
    this.#due = Math.max(this.#due, now - MOST_AT_ONCE * FRAME_MS);
    while (this.#due <= now) {
      this.#send();
      this.#due += FRAME_MS;
    }
    this.#timer = this.#clock.after(this.#due - now, () => this.#tick());
  }

  #send(): void {
    const sent = this.#sent;
    this.#sent += 1;
    const samples = Int16Array.from({ length: FRAME_SAMPLES }, () => this.#amplitude * this.#next());
    this.#emit({
      kind: 'audio',
      codec: 'PCMU',
      payload: encodeG711(samples, 'PCMU'),
      ssrc: this.#ssrc,
      sequenceNumber: sent & 0xffff,
      timestamp: (sent * FRAME_SAMPLES) >>> 0,
      marker: false,
    });
  }

  /** Between -1 and 1; xorshift by George Marsaglia. */
  #next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state / 0x8000_0000;
  }
}

/**
 * Speakers decoded, added up for each listener without itself, and encoded: once every 20 ms. Each listener is mixed at the
 * sample rate of its own codec.
 */
import type { CodecName, Encoder } from '../codec/codec.ts';
import { guarded } from '../log/owner.ts';
import { FRAME_MS, type Frame, type FrameSink } from '../rtp/frame.ts';
import { random } from '../rtp/random.ts';
import { uint16, uint32 } from '../rtp/serial.ts';
import type { Clock } from '../time/clock.ts';
import type { Owner } from '../time/owner.ts';
import type { FrameClock } from './frame-clock.ts';
import { mixCodec, type MixCodec } from './mix-codec.ts';
import { MixSpeaker } from './mix-speaker.ts';

/** Somebody who hears a mix: frames in the codec that it is sent. */
export interface MixListener extends FrameSink {
  readonly codec: CodecName | undefined;
}

/** A listener's place in the mix. */
export interface Mixed {
  /** In place of those whom it heard. */
  hear(speakers: readonly MixSpeaker[]): void;
  stop(): void;
}

export interface MixerOptions {
  readonly clock: Clock;
  readonly frames: FrameClock;
  /** Told when a frame cannot be made. */
  readonly owner: Owner;
}

export class Mixer {
  readonly #options: MixerOptions;
  readonly #speakers = new Set<MixSpeaker>();
  readonly #outputs = new Set<Output>();
  #leave: (() => void) | undefined;

  constructor(options: MixerOptions) {
    this.#options = options;
  }

  /** One who may be heard: frames go into `input`. */
  speaker(): MixSpeaker {
    const speaker: MixSpeaker = new MixSpeaker(this.#options.clock, (key) => this.#pass(key, speaker));
    return speaker;
  }

  /** From now on the listener hears these. */
  listen(listener: MixListener, speakers: readonly MixSpeaker[]): Mixed {
    const output = new Output(listener, speakers);
    listener.begin?.();
    this.#outputs.add(output);
    this.#gather();
    return {
      hear: (others) => {
        output.speakers = new Set(others);
        this.#gather();
      },
      stop: () => {
        this.#outputs.delete(output);
        output.close();
        this.#gather();
      },
    };
  }

  /** Only those who are heard by somebody are decoded; the clock runs while there is anybody. */
  #gather(): void {
    this.#speakers.clear();
    for (const { speakers } of this.#outputs) for (const speaker of speakers) this.#speakers.add(speaker);
    if (this.#outputs.size > 0) {
      this.#leave ??= this.#options.frames.join((dueMs) => this.#tick(dueMs), this.#options.owner);
      return;
    }
    this.#leave?.();
    this.#leave = undefined;
  }

  /** Keys are no sound: they go to those who hear whoever presses them. */
  #pass(key: Frame, speaker: MixSpeaker): void {
    for (const { speakers, listener } of this.#outputs) if (speakers.has(speaker)) listener.write(key);
  }

  /** What fails for one of them costs the others nothing. */
  #tick(dueMs: number): void {
    const { owner } = this.#options;
    for (const speaker of this.#speakers) guarded(() => speaker.next(dueMs), owner);
    for (const output of this.#outputs) guarded(() => output.write(), owner);
  }
}

/** The stream that one listener gets: a source of its own, whoever speaks. */
class Output {
  readonly listener: MixListener;
  speakers: ReadonlySet<MixSpeaker>;
  readonly #ssrc = random(0xffff_ffff);
  #sequenceNumber = random(0xffff);
  #timestamp = random(0xffff_ffff);
  #marker = true;
  #name: CodecName | undefined;
  #codec: MixCodec | undefined;
  #encoder: Encoder | undefined;
  #sum = new Int32Array(0);
  #samples = new Int16Array(0);

  constructor(listener: MixListener, speakers: readonly MixSpeaker[]) {
    this.listener = listener;
    this.speakers = new Set(speakers);
  }

  write(): void {
    const { codec: name } = this.listener;
    if (name === undefined) return;
    if (name !== this.#name) this.#use(name);
    const sum = this.#sum.fill(0);
    const codec = this.#codec!;
    for (const speaker of this.speakers) {
      const said = speaker.at(codec.rateHz);
      if (said) for (let at = 0; at < sum.length; at += 1) sum[at]! += said[at]!;
    }
    const payload = this.#encoder!.encode(clipped(sum, this.#samples));
    const position = { ssrc: this.#ssrc, sequenceNumber: this.#sequenceNumber, timestamp: this.#timestamp };
    this.listener.write({ kind: 'audio', codec: name, payload, ...position, marker: this.#marker });
    this.#sequenceNumber = uint16(this.#sequenceNumber + 1);
    this.#timestamp = uint32(this.#timestamp + (codec.clockRateHz * FRAME_MS) / 1000);
    this.#marker = false;
  }

  close(): void {
    this.#encoder?.close();
    this.#encoder = undefined;
    this.#name = undefined;
  }

  #use(name: CodecName): void {
    this.#encoder?.close();
    this.#name = name;
    this.#codec = mixCodec(name);
    this.#encoder = this.#codec.encoder();
    const length = (this.#codec.rateHz * FRAME_MS) / 1000;
    this.#sum = new Int32Array(length);
    this.#samples = new Int16Array(length);
  }
}

/** Too loud a sum is cut off: it never wraps around to the other sign. */
function clipped(sum: Int32Array, into: Int16Array): Int16Array {
  for (let at = 0; at < into.length; at += 1) into[at] = Math.max(-32_768, Math.min(32_767, sum[at]!));
  return into;
}

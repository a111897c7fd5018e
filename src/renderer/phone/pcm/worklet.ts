/** Runs in the audio thread: takes what the microphone hears, and plays what came over the WebSocket (M19). */
import { WIRE_RATE_HZ, WIRE_SAMPLES } from './format.ts';
import { Interpolator } from './interpolator.ts';
import { Playout } from './playout.ts';

/** TypeScript's libraries know nothing of this scope. https://webaudio.github.io/web-audio-api/#AudioWorkletGlobalScope */
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const STATS_EVERY_SECONDS = 0.5;

class Capture extends AudioWorkletProcessor {
  readonly #step = sampleRate / WIRE_RATE_HZ;
  readonly #stream = new Interpolator(sampleRate / WIRE_RATE_HZ);
  readonly #silence = new Float32Array(128);
  readonly #frame = new Float32Array(WIRE_SAMPLES);
  #filled = 0;

  process([input]: Float32Array[][]): boolean {
    this.#stream.write(input?.[0] ?? this.#silence);
    for (;;) {
      const got = this.#stream.read(this.#frame.subarray(this.#filled), this.#step);
      this.#filled += got;
      if (this.#filled < WIRE_SAMPLES) return true;
      this.#filled = 0;
      const samples = Int16Array.from(this.#frame, (x) => Math.max(-32_768, Math.min(32_767, Math.round(x * 32_768))));
      this.port.postMessage(samples, [samples.buffer]);
    }
  }
}

class Player extends AudioWorkletProcessor {
  readonly #playout = new Playout(WIRE_RATE_HZ, sampleRate);
  #untilStats = 0;

  constructor() {
    super();
    this.port.addEventListener('message', ({ data }: MessageEvent<Int16Array>) => this.#playout.push(data));
    this.port.start();
  }

  process(_inputs: unknown, [output]: Float32Array[][]): boolean {
    const [channel] = output ?? [];
    if (!channel) return true;
    this.#playout.pull(channel);
    this.#untilStats -= channel.length / sampleRate;
    if (this.#untilStats <= 0) {
      this.#untilStats = STATS_EVERY_SECONDS;
      this.port.postMessage(this.#playout.stats, []);
    }
    return true;
  }
}

registerProcessor('patchcord-capture', Capture);
registerProcessor('patchcord-player', Player);

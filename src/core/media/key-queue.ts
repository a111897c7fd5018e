import type { FrameSink } from '../rtp/frame.ts';
import { random } from '../rtp/random.ts';
import type { Clock } from '../time/clock.ts';
import { pressKeys } from './press-keys.ts';

/** Keys that may wait: nobody presses so many at once. *Chosen here.* */
const MOST_WAITING = 64;

/** Presses keys one after the other, however fast they come. */
export class KeyQueue {
  readonly #clock: Clock;
  readonly #sink: FrameSink;
  readonly #waiting: { readonly key: string; readonly ms: number | undefined }[] = [];
  #playing: { stop(): void } | undefined;

  constructor(clock: Clock, sink: FrameSink) {
    this.#clock = clock;
    this.#sink = sink;
  }

  press(key: string, ms: number | undefined): void {
    if (this.#waiting.length >= MOST_WAITING) return;
    this.#waiting.push({ key, ms });
    if (!this.#playing) this.#next();
  }

  stop(): void {
    this.#waiting.length = 0;
    this.#playing?.stop();
    this.#playing = undefined;
  }

  #next(): void {
    const press = this.#waiting.shift();
    this.#playing =
      press &&
      pressKeys(press.key, this.#sink, {
        clock: this.#clock,
        ssrc: random(0xffff_ffff),
        pressMs: press.ms,
        onDone: () => this.#next(),
      });
  }
}

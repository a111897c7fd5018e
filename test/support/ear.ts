/** Listens in on a media session and keeps the last second of what it says, as 16-bit samples. */
import type { MediaSession } from '../../src/core/media/session.ts';
import { Hearing } from '../../src/core/media/hearing.ts';
import { energyAt } from './tone.ts';

const SECOND = 8000;

export class Ear {
  #samples: number[] = [];
  readonly stop: () => void;

  constructor(media: MediaSession) {
    const hearing = new Hearing(SECOND);
    this.stop = media.tap({
      write: (frame) => {
        if (frame.kind !== 'audio') return;
        this.#samples.push(...hearing.hear(frame));
        if (this.#samples.length > SECOND) this.#samples = this.#samples.slice(-SECOND);
      },
    });
  }

  /** Amplitude at a frequency over the last half second; 0 as long as there is less than that. */
  energy(hz: number): number {
    return this.#samples.length < SECOND / 2 ? 0 : energyAt(this.#samples.slice(-SECOND / 2), hz);
  }

  /** Forgets what was heard, to listen for what comes now. */
  clear(): void {
    this.#samples = [];
  }
}

/** A tone counts as heard above this amplitude (of 32,767). */
export const AUDIBLE = 1000;

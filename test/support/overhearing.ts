/** Listens to everybody at once: who hears the operator, and who hears whom they should not. */
import { Hearing } from '../../src/core/media/hearing.ts';
import type { PartyHost } from '../../src/core/parties/host.ts';
import { AUDIBLE } from './ear.ts';
import { energyAt } from './tone.ts';

/** A window of this many samples of 8 kHz: 100 ms. */
const WINDOW = 800;

interface Heard {
  /** Number of the party that listens. */
  by: string;
  /** In 100 ms since the beginning. */
  window: number;
  hz: number;
}

export class Overhearing {
  readonly #heard: Heard[] = [];
  readonly #startedAt = performance.now();
  readonly stop: () => void;

  /** @param tones everybody's, in Hz */
  constructor(parties: PartyHost, tones: readonly number[]) {
    this.stop = parties.onMedia((phone) => {
      let samples: number[] = [];
      const hearing = new Hearing(8000);
      phone.media?.tap({
        write: (frame) => {
          if (frame.kind !== 'audio') return;
          samples.push(...hearing.hear(frame));
          if (samples.length < WINDOW) return;
          const window = Math.floor((performance.now() - this.#startedAt) / 100);
          for (const hz of tones) {
            if (energyAt(samples, hz) > AUDIBLE) this.#heard.push({ by: phone.party.number, window, hz });
          }
          samples = [];
        },
      });
    });
  }

  /** Numbers of those who have heard a tone. */
  hearersOf(hz: number): string[] {
    return [...new Set(this.#heard.filter((heard) => heard.hz === hz).map(({ by }) => by))].toSorted();
  }

  /** The most who heard a tone together for longer than the 200 ms in which sound that is under way dies away. */
  mostAtOnce(hz: number): number {
    const byWindow = Map.groupBy(
      this.#heard.filter((heard) => heard.hz === hz),
      ({ window }) => window,
    );
    const hearers = (window: number) => new Set(byWindow.get(window)?.map(({ by }) => by));
    return Math.max(
      0,
      ...[...byWindow.keys()].map((window) => {
        const [next, last] = [hearers(window + 1), hearers(window + 2)];
        return [...hearers(window)].filter((by) => next.has(by) && last.has(by)).length;
      }),
    );
  }
}

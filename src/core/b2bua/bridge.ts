/** Carries an audio plan out: pipes media from leg to leg and plays the trunk's own sounds. */
import type { Speaker } from '../../nouns/call.ts';
import type { Clock } from '../time/clock.ts';
import { play } from '../media/player.ts';
import type { Sound } from '../media/sound.ts';
import type { Source } from './audio-plan.ts';
import type { Leg } from './leg.ts';

export interface TrunkSounds {
  readonly 'hold-music': Sound;
  readonly 'ring-back': Sound;
}

export class Bridge {
  readonly #clock: Clock;
  readonly #sounds: TrunkSounds;
  readonly #sources = new Map<Leg, { source: Source; stop: () => void }>();

  constructor(clock: Clock, sounds: TrunkSounds) {
    this.#clock = clock;
    this.#sounds = sounds;
  }

  /** Changes only what differs from the plan before; what goes on is not interrupted. */
  apply(plan: ReadonlyMap<Leg, Source>): void {
    for (const [listener, { source, stop }] of this.#sources) {
      if (plan.get(listener) === source) continue;
      stop();
      this.#sources.delete(listener);
    }
    for (const [listener, source] of plan) {
      if (!this.#sources.has(listener)) this.#start(listener, source);
    }
  }

  /** Where the sound of a leg goes. */
  listenersOf(speaker: Leg): Leg[] {
    return [...this.#sources].flatMap(([listener, { source }]) => (source === speaker ? [listener] : []));
  }

  /** Who hears whom in truth: what is passed to a leg, or comes from one, whose media is not connected is left out. */
  hears(): { listener: string; speaker: Speaker }[] {
    return [...this.#sources].flatMap(([listener, { source }]) => {
      if (!listener.connected) return [];
      if (typeof source === 'string') return [{ listener: listener.id, speaker: source }];
      return source.connected ? [{ listener: listener.id, speaker: source.id }] : [];
    });
  }

  #start(listener: Leg, source: Source): void {
    const { media } = listener;
    if (!media) return;
    if (typeof source === 'string') {
      const player = play(this.#sounds[source], media, { clock: this.#clock, loop: true });
      this.#sources.set(listener, { source, stop: () => player.stop() });
      return;
    }
    source.media?.pipe(media);
    this.#sources.set(listener, { source, stop: () => source.media?.pipe(undefined) });
  }
}

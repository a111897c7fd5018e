/**
 * The sound of one call: ports, each with as many listeners as the plan says, and the trunk's own sounds. Call control gives it
 * plans of handles and never speaks to a port, so that media could run in a thread of its own.
 */
import type { FrameSink } from '../rtp/frame.ts';
import type { Clock } from '../time/clock.ts';
import { isSound, type MediaPlan, type PortId, type SoundName, type Speaker } from './plan.ts';
import { play } from './player.ts';
import type { MediaSession } from './session.ts';
import type { Sound } from './sound.ts';

/** What the trunk itself plays. */
export type TrunkSounds = Readonly<Record<SoundName, Sound>>;

/** One listener and whom it hears, as it is carried out. */
interface Hearing {
  readonly speakers: readonly Speaker[];
  /** The ports of listener and speakers as they were: other media is another way. */
  readonly over: readonly (MediaSession | undefined)[];
  stop(): void;
}

export class MediaGraph {
  readonly #clock: Clock;
  readonly #sounds: TrunkSounds;
  readonly #ports = new Map<PortId, MediaSession>();
  readonly #hearings = new Map<PortId, Hearing>();

  constructor(clock: Clock, sounds: TrunkSounds) {
    this.#clock = clock;
    this.#sounds = sounds;
  }

  /** The media of a port from the next plan on; undefined when it has none. */
  setPort(id: PortId, media: MediaSession | undefined): void {
    if (media) this.#ports.set(id, media);
    else this.#ports.delete(id);
  }

  /** Changes only what differs from the plan before; what goes on is not interrupted. */
  apply(plan: MediaPlan): void {
    for (const [listener, hearing] of this.#hearings) {
      const speakers = plan.get(listener);
      if (speakers && this.#goesOn(listener, hearing, speakers)) continue;
      hearing.stop();
      this.#hearings.delete(listener);
    }
    for (const [listener, speakers] of plan) {
      const media = this.#ports.get(listener);
      if (media && !this.#hearings.has(listener)) this.#begin(listener, media, speakers);
    }
  }

  /** Whom each port hears. */
  *hearings(): Iterable<readonly [listener: PortId, speakers: readonly Speaker[]]> {
    for (const [listener, { speakers }] of this.#hearings) yield [listener, speakers];
  }

  #goesOn(listener: PortId, { speakers, over }: Hearing, wanted: readonly Speaker[]): boolean {
    if (this.#ports.get(listener) !== over[0] || speakers.length !== wanted.length) return false;
    return wanted.every((speaker, at) => speaker === speakers[at] && this.#ports.get(speaker) === over[at + 1]);
  }

  #begin(listener: PortId, media: MediaSession, speakers: readonly Speaker[]): void {
    const [speaker] = speakers;
    if (speaker === undefined) return;
    const over = [media, ...speakers.map((each) => this.#ports.get(each))];
    this.#hearings.set(listener, { speakers, over, stop: this.#feed(speaker, media) });
  }

  /** Frames pass as they come: a relay has no jitter buffer. @returns stops it */
  #feed(speaker: Speaker, sink: FrameSink): () => void {
    if (!isSound(speaker)) return this.#ports.get(speaker)?.tap(sink) ?? (() => {});
    const player = play(this.#sounds[speaker], sink, { clock: this.#clock, loop: true });
    return () => player.stop();
  }
}

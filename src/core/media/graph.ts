/**
 * The sound of one call: ports, each with as many listeners as the plan says, and the trunk's own sounds. Who hears one speaker
 * gets its frames as they come; who hears several gets a mix. Call control gives plans of handles and never speaks to a port, so
 * that media could run in a thread of its own.
 */
import type { FrameSink } from '../rtp/frame.ts';
import type { Clock } from '../time/clock.ts';
import type { MixSpeaker } from './mix-speaker.ts';
import { Mixer, type Mixed, type MixerOptions } from './mixer.ts';
import { isSound, type MediaPlan, type PortId, type SoundName, type Speaker } from './plan.ts';
import { play } from './player.ts';
import type { MediaSession } from './session.ts';
import type { Sound } from './sound.ts';

/** What the trunk itself plays. */
export type TrunkSounds = Readonly<Record<SoundName, Sound>>;

export interface GraphOptions extends MixerOptions {
  readonly sounds: TrunkSounds;
}

/** One listener and whom it hears, as it is carried out. */
interface Hearing {
  readonly speakers: readonly Speaker[];
  /** The listener's port as it was. */
  readonly media: MediaSession;
  /** The port of the one speaker that is relayed, as it was. */
  readonly relayed?: MediaSession | undefined;
  /** There when several are heard. */
  readonly mixed?: Mixed;
  stop(): void;
}

/** A speaker that is decoded for all who hear it in a mix. */
interface MixedIn {
  readonly speaker: MixSpeaker;
  readonly media: MediaSession | undefined;
  stop(): void;
}

export class MediaGraph {
  readonly #clock: Clock;
  readonly #sounds: TrunkSounds;
  readonly #mixer: Mixer;
  readonly #ports = new Map<PortId, MediaSession>();
  readonly #hearings = new Map<PortId, Hearing>();
  readonly #mixedIn = new Map<Speaker, MixedIn>();

  constructor(options: GraphOptions) {
    this.#clock = options.clock;
    this.#sounds = options.sounds;
    this.#mixer = new Mixer(options);
  }

  /** The media of a port from the next plan on; undefined when it has none. */
  setPort(id: PortId, media: MediaSession | undefined): void {
    if (media) this.#ports.set(id, media);
    else this.#ports.delete(id);
  }

  /** Changes only what differs from the plan before; what goes on is not interrupted. */
  apply(plan: MediaPlan): void {
    for (const [listener, hearing] of this.#hearings) {
      const speakers = plan.get(listener) ?? [];
      if (this.#goesOn(listener, hearing, speakers)) continue;
      hearing.stop();
      this.#hearings.delete(listener);
    }
    for (const [listener, speakers] of plan) this.#hear(listener, speakers);
    this.#letGo();
  }

  /** Whom each port hears. */
  *hearings(): Iterable<readonly [listener: PortId, speakers: readonly Speaker[]]> {
    for (const [listener, { speakers }] of this.#hearings) yield [listener, speakers];
  }

  /** A mix goes on with other speakers; a relay only with the same one. */
  #goesOn(listener: PortId, { speakers, media, relayed, mixed }: Hearing, wanted: readonly Speaker[]): boolean {
    if (this.#ports.get(listener) !== media) return false;
    if (mixed) return wanted.length > 1;
    const [speaker] = wanted;
    return wanted.length === 1 && speaker === speakers[0] && this.#ports.get(speaker!) === relayed;
  }

  #hear(listener: PortId, speakers: readonly Speaker[]): void {
    const media = this.#ports.get(listener);
    const [speaker] = speakers;
    const before = this.#hearings.get(listener);
    if (!media || speaker === undefined || (before && !before.mixed)) return;
    if (speakers.length === 1) {
      const relayed = this.#ports.get(speaker);
      this.#hearings.set(listener, { speakers, media, relayed, stop: this.#feed(speaker, media) });
      return;
    }
    const heard = speakers.map((each) => this.#mixIn(each));
    if (before?.mixed) before.mixed.hear(heard);
    const mixed = before?.mixed ?? this.#mixer.listen(media, heard);
    this.#hearings.set(listener, { speakers, media, mixed, stop: () => mixed.stop() });
  }

  #mixIn(speaker: Speaker): MixSpeaker {
    const media = this.#ports.get(speaker);
    const known = this.#mixedIn.get(speaker);
    if (known && known.media === media) return known.speaker;
    known?.stop();
    const made = known?.speaker ?? this.#mixer.speaker();
    this.#mixedIn.set(speaker, { speaker: made, media, stop: this.#feed(speaker, made.input) });
    return made;
  }

  /** Nobody hears them in a mix any more. */
  #letGo(): void {
    if (this.#mixedIn.size === 0) return;
    const heard = new Set([...this.#hearings.values()].flatMap(({ mixed, speakers }) => (mixed ? speakers : [])));
    for (const [speaker, { stop, speaker: mixed }] of this.#mixedIn) {
      if (heard.has(speaker)) continue;
      stop();
      mixed.input.close();
      this.#mixedIn.delete(speaker);
    }
  }

  /** Frames pass as they come: a relay has no jitter buffer. @returns stops it */
  #feed(speaker: Speaker, sink: FrameSink): () => void {
    if (!isSound(speaker)) return this.#ports.get(speaker)?.tap(sink) ?? (() => {});
    const player = play(this.#sounds[speaker], sink, { clock: this.#clock, loop: true });
    return () => player.stop();
  }
}

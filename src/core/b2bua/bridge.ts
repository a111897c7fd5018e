/** Lets the media of a call's legs follow the audio plan, and says who hears whom. */
import type { Speaker } from '../../nouns/call.ts';
import { MediaGraph, type GraphOptions } from '../media/graph.ts';
import { isSound, type MediaPlan } from '../media/plan.ts';
import type { Leg } from './leg.ts';

export class Bridge {
  readonly #graph: MediaGraph;
  readonly #legs: readonly Leg[];

  /** @param legs of the call; more may be added later */
  constructor(options: GraphOptions, legs: readonly Leg[]) {
    this.#graph = new MediaGraph(options);
    this.#legs = legs;
  }

  apply(plan: MediaPlan): void {
    for (const leg of this.#legs) this.#graph.setPort(leg.id, leg.live ? leg.media : undefined);
    this.#graph.apply(plan);
  }

  /** Where the sound of a leg goes. */
  listenersOf(speaker: Leg): Leg[] {
    return [...this.#graph.hearings()].flatMap(([listener, speakers]) =>
      speakers.includes(speaker.id) ? this.#leg(listener) : [],
    );
  }

  /** Who hears whom in truth: what is passed to a leg, or comes from one, whose media is not connected is left out. */
  hears(): { listener: string; speaker: Speaker }[] {
    const passes = (id: string): boolean => isSound(id) || this.#leg(id).some(({ connected }) => connected);
    return [...this.#graph.hearings()].flatMap(([listener, speakers]) =>
      passes(listener) ? speakers.filter(passes).map((speaker) => ({ listener, speaker })) : [],
    );
  }

  #leg(id: string): Leg[] {
    return this.#legs.filter((leg) => leg.id === id);
  }
}

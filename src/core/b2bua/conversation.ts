/**
 * Who takes part in a call, and how. One to nine legs talk with each other, or will as soon as they are answered; others are rung
 * for somebody who waits, or are on their way out. Sound is derived from it (`audio-plan.ts`), and from that the map of who hears
 * whom. A further way to take part, such as being consulted, parked or listening in, is a part of its own here; the machine that
 * leads legs from part to part has a file of its own, as `transfer-machine.ts` has.
 */
import type { Leg } from './leg.ts';

/** `leaves`: it has transferred the call and gets its BYE soon; its end is then not the far end's doing. */
export type Part = 'talks' | 'rings' | 'leaves';

/** A leg that is called for somebody else of the call, who waits for it: the target of a transfer. */
export interface Rung {
  readonly leg: Leg;
  readonly waiting: Leg;
}

const MOST_TALKERS = 9;

export class Conversation {
  #talkers: readonly Leg[] = [];
  #rung: readonly Rung[] = [];
  #leaving: readonly Leg[] = [];

  /** Longest in the call first. */
  get talkers(): readonly Leg[] {
    return this.#talkers;
  }

  get rung(): readonly Rung[] {
    return this.#rung;
  }

  /** @returns undefined for a leg that is over, or with nobody: an application may have it */
  partOf(leg: Leg): Part | undefined {
    if (!leg.live) return undefined;
    if (this.#leaving.includes(leg)) return 'leaves';
    if (this.#talkers.includes(leg)) return 'talks';
    return this.#rung.some((rung) => rung.leg === leg) ? 'rings' : undefined;
  }

  /** The other one, where two talk. */
  peerOf(leg: Leg): Leg | undefined {
    return this.#talkers.includes(leg) ? this.#talkers.find((other) => other !== leg) : undefined;
  }

  /** These talk with each other from now on, and nobody else does. */
  talk(...legs: readonly Leg[]): void {
    if (legs.length > MOST_TALKERS) throw new Error(`no more than ${MOST_TALKERS} legs can talk`);
    this.#talkers = legs;
    if (this.#rung.length > 0) this.#rung = this.#rung.filter(({ leg }) => leg.live && !legs.includes(leg));
  }

  ring(leg: Leg, waiting: Leg): void {
    this.#rung = [...this.#rung.filter((rung) => rung.leg.live && rung.leg !== leg), { leg, waiting }];
  }

  leave(leg: Leg): void {
    this.#leaving = [...this.#leaving, leg];
  }
}

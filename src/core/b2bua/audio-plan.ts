/** Who hears whom: derived from the state of the legs, never kept. Pure. */
import type { Leg } from './leg.ts';

export type Source = Leg | 'hold-music' | 'ring-back';

/** The part of a call that decides about sound. */
export interface AudioFacts {
  /** The two legs that talk, or will. */
  readonly pair: readonly Leg[];
  /** A transfer that is under way: who waits for whom. */
  readonly pending: { readonly transferee: Leg; readonly target: Leg } | undefined;
}

/** Each listener has at most one source. */
export function audioPlan({ pair, pending }: AudioFacts): Map<Leg, Source> {
  const plan = new Map<Leg, Source>();
  const [a, b] = pair;
  if (a && b) {
    listen(plan, a, b);
    listen(plan, b, a);
  }
  if (pending && pending.transferee.speaks) {
    // P23: ring-back until the answer, unless the target sends media of its own.
    if (pending.target.state === 'ringing') plan.set(pending.transferee, 'ring-back');
    if (pending.target.state === 'early') plan.set(pending.transferee, pending.target);
  }
  return plan;
}

function listen(plan: Map<Leg, Source>, listener: Leg, speaker: Leg): void {
  if (!listener.speaks || !speaker.speaks || listener.held || listener.orphan) return;
  // W6: nobody is there, but somebody may come back.
  if (speaker.orphan) plan.set(listener, 'hold-music');
  else if (!speaker.held) plan.set(listener, speaker);
  // An endpoint that holds with `sendonly` plays music of its own; the console does not, and `inactive` cannot.
  else if (speaker.facts.role === 'console' || speaker.media?.remoteDirection === 'inactive')
    plan.set(listener, 'hold-music');
  else plan.set(listener, speaker);
}

/** Who hears whom: derived from the state of the legs, never kept. Pure. */
import type { Conversation } from './conversation.ts';
import type { Leg } from './leg.ts';

export type Source = Leg | 'hold-music' | 'ring-back';

/** Each listener has at most one source. */
export function audioPlan({ talkers, rung }: Pick<Conversation, 'talkers' | 'rung'>): Map<Leg, Source> {
  const plan = new Map<Leg, Source>();
  const [a, b] = talkers;
  if (a && b && talkers.length === 2) {
    listen(plan, a, b);
    listen(plan, b, a);
  }
  // P23: ring-back until the answer, unless one of those who ring sends media of its own.
  for (const { leg, waiting } of rung) if (waiting.speaks && leg.state === 'ringing') plan.set(waiting, 'ring-back');
  for (const { leg, waiting } of rung) if (waiting.speaks && leg.state === 'early') plan.set(waiting, leg);
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

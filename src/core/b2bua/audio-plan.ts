/** Who hears whom: derived from the state of the legs, never kept. Pure. */
import type { MediaPlan, PortId, Speaker } from '../media/plan.ts';
import type { Conversation } from './conversation.ts';
import type { Leg } from './leg.ts';

/** Whoever talks hears all the others that talk; whoever waits for somebody who rings hears that. */
export function audioPlan({ talkers, rung }: Pick<Conversation, 'talkers' | 'rung'>): MediaPlan {
  const plan = new Map<PortId, readonly Speaker[]>();
  for (const listener of talkers) {
    if (!listens(listener)) continue;
    const heard = heardBy(
      listener,
      talkers.filter((other) => other !== listener && other.speaks),
    );
    if (heard.length > 0) plan.set(listener.id, heard);
  }
  // P23: ring-back until the answer, unless one of those who ring sends media of its own.
  for (const { leg, waiting } of rung)
    if (listens(waiting) && leg.state === 'ringing') plan.set(waiting.id, ['ring-back']);
  for (const { leg, waiting } of rung) if (listens(waiting) && leg.state === 'early') plan.set(waiting.id, [leg.id]);
  return plan;
}

const listens = ({ speaks, held, orphan }: Leg): boolean => speaks && !held && !orphan;

/** @param others who talk with it, and have media */
function heardBy(listener: Leg, others: readonly Leg[]): readonly Speaker[] {
  const present = others.filter(({ held, orphan }) => !held && !orphan);
  if (present.length > 0) return present.map(({ id }) => id);
  if (others.length === 0) return [];
  const music = others.find(playsMusic);
  return [music ? music.id : 'hold-music'];
}

/**
 * An endpoint that holds with `sendonly` plays music of its own; the console does not, and `inactive` cannot. Nor does
 * somebody who is gone and may come back (W6). Among several who talk nobody wants to hear it.
 */
function playsMusic({ held, orphan, facts, media }: Leg): boolean {
  return held && !orphan && facts.role !== 'console' && media?.remoteDirection !== 'inactive';
}

/** Twilio's names for legs: `CA` and 32 hexadecimal digits. */
import { createHash } from 'node:crypto';
import type { Leg } from '../b2bua/leg.ts';

/** CallSid of a leg: the same for as long as anybody remembers it. A leg placed in another's stead has the other's. */
export function callSid({ facts: { id, insteadOf } }: Pick<Leg, 'facts'>): string {
  return sidOfLegId(insteadOf ?? id);
}

export function sidOfLegId(legId: string): string {
  return `CA${createHash('sha256').update(legId).digest('hex').slice(0, 32)}`;
}

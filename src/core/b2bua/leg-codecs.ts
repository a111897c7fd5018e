/** What a leg is offered, and what the caller is answered: sound is converted as the last resort. M3, M4. */
import type { CodecName } from '../codec/codec.ts';
import { G711 } from '../sdp/negotiate.ts';
import type { Board } from './board.ts';
import type { Call } from './call.ts';
import type { Leg } from './leg.ts';

/**
 * In the order of our offer: first what is spoken by whoever the leg is for.
 * @param kind plain legs speak what the provider's trunks do
 */
export function codecsFor(board: Board, call: Call, leg: Leg, kind: 'rtp' | 'webrtc'): readonly CodecName[] {
  const configured = board.options.codecs?.() ?? G711;
  const trunk = kind === 'rtp' ? board.policy(call.facts).codecs : undefined;
  const common = trunk ? configured.filter((name) => trunk.includes(name)) : configured;
  // A configuration that leaves nothing to the provider's trunks does not keep calls from them.
  const spoken = common.length > 0 ? common : (trunk ?? G711);
  const first = otherOf(call, leg)?.media?.codec;
  if (first === undefined || !spoken.includes(first)) return spoken;
  return [first, ...spoken.filter((name) => name !== first)];
}

function otherOf({ conversation, legs }: Call, leg: Leg): Leg | undefined {
  const waiting = conversation.rung.find((rung) => rung.leg === leg)?.waiting;
  return waiting ?? conversation.peerOf(leg) ?? legs.find((other) => other !== leg && other.live);
}

/**
 * Our answer to the caller, which nobody has seen yet: what the callee speaks comes first, if the caller offered it.
 * @param sdp the answer as it was made
 */
export function favourCallee({ conversation }: Call, legA: Leg, sdp: string): string {
  const codec = conversation.peerOf(legA)?.media?.codec;
  return (codec && legA.media?.favour?.(sdp, codec)) ?? sdp;
}

/** What every leg does once it is up: end, change its media, ask for a transfer. */
import type { SessionUser } from '../ua/session-user.ts';
import type { Board } from './board.ts';
import type { Call } from './call.ts';
import { reasonOf } from './passed-headers.ts';
import { closeLeg, legOver } from './hang-up.ts';
import { partyOf, type Leg } from './leg.ts';
import { losePeer } from './lose-peer.ts';
import { passKey } from './pass-key.ts';

/** How long a console whose connection is gone may take its call back, in milliseconds. W6. */
const KEPT_MS = 30_000;

export function legUser(
  board: Board,
  call: Call,
  leg: Leg,
): Pick<SessionUser, 'ended' | 'offered' | 'reanswered' | 'referred' | 'pressed' | 'flowLost' | 'flowBack'> {
  return {
    ended: (by, request) => {
      if (!leg.live) return;
      if (by === 'transport')
        return losePeer(board, call, leg, { why: leg.orphan ? 'console-gone' : 'connection-lost' });
      if (by === 'timeout') return losePeer(board, call, leg, { why: 'no-response' });
      const who = by === 'remote' ? partyOf(leg.facts.role) : by === 'failure' ? 'trunk' : 'unknown';
      // A caller may leave an early dialog with BYE as well (RFC 3261 §15.1.2).
      const result = leg.answeredAt === undefined ? 'canceled' : 'answered';
      const end = { by: who, result, reason: reasonOf(request) } as const;
      closeLeg(board, leg, end);
      legOver(board, call, leg, end);
    },
    offered: async (offer) => {
      const { media } = leg;
      if (!media || !leg.live) throw refusal(481);
      const answer = await (offer === undefined ? media.createOffer() : media.answerOffer(offer));
      // The peer's direction may be another one now: hold or resume.
      board.changed(call);
      return answer;
    },
    reanswered: (answer) => {
      const changed = () => {
        // Hold or resume may be in it (W11).
        if (leg.live) board.changed(call);
      };
      leg.media?.acceptAnswer(answer).then(changed, (error: unknown) => {
        board.options.log.warn({ error, leg: leg.id }, 'the answer to an offer during the call could not be used');
      });
    },
    referred: (refer) => {
      const { applications, transfers } = board.options;
      if (!applications?.refer(board, call, leg, refer)) transfers.refer(board, call, leg, refer);
    },
    pressed: (press) => passKey(board, call, leg, press),
    flowLost: () => {
      if (leg.facts.role !== 'console' || leg.state !== 'answered') return undefined;
      const since = board.options.clock.wall();
      leg.orphan = { since, until: since + KEPT_MS };
      board.changed(call);
      return KEPT_MS;
    },
    flowBack: () => {
      if (!leg.orphan) return;
      leg.orphan = undefined;
      board.changed(call);
    },
  };
}

/** A refusal of an offer that knows its SIP status. */
function refusal(status: number): Error & { status: number } {
  return Object.assign(new Error(`refused with ${status}`), { status });
}

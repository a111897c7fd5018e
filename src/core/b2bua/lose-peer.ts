/** The far end of a leg is gone: the leg ends with a cause of its own, and the others are told. W5. */
import type { Board, PeerControl } from './board.ts';
import type { Call } from './call.ts';
import { callOwner } from './call-owner.ts';
import { dropLeg, legOver } from './hang-up.ts';
import type { LegEnd } from './leg-end.ts';
import type { EndWhy } from './hangup-cause.ts';
import { partyOf, type Leg } from './leg.ts';
import { PeerWatch, type PeerTimeouts } from './peer-watch.ts';
import type { Loss } from '../../nouns/call.ts';

/** What a record's hangup cause is made from. */
const WHY: Readonly<Record<Loss['why'], EndWhy>> = {
  'no-media': 'rtp-timeout',
  'media-lost': 'rtp-timeout',
  'console-gone': 'console-gone',
  'connection-lost': 'peer-gone',
  'no-response': 'peer-gone',
};

/** Value of Reason in the BYE to the others (RFC 3326). */
function reasonOf({ why, seconds = 0 }: Loss): string {
  switch (why) {
    case 'no-media':
      return `SIP;cause=408;text="No sound for ${seconds} s"`;
    case 'media-lost':
      return 'SIP;cause=408;text="The connection for the sound was lost"';
    case 'console-gone':
      return 'SIP;cause=480;text="The console did not come back"';
    case 'connection-lost':
      return 'SIP;cause=408;text="The connection was lost"';
    case 'no-response':
      return 'SIP;cause=408;text="No answer any more"';
    default:
      return why satisfies never;
  }
}

/** The end of a leg whose peer is gone. */
export function endOfLost({ facts }: Pick<Leg, 'facts'>, loss: Loss): LegEnd & { reason: string } {
  return { by: partyOf(facts.role), result: 'peer-lost', why: WHY[loss.why], reason: reasonOf(loss) };
}

/** Ends the leg, with a BYE in case somebody is there after all, and with it the call unless others go on. */
export function losePeer(board: Board, call: Call, leg: Leg, loss: Loss): void {
  if (!leg.live) return;
  leg.lost = loss;
  const end = endOfLost(leg, loss);
  board.options.log.info({ call: call.id, leg: leg.id, ...loss }, 'the far end of a leg is gone');
  dropLeg(board, leg, end, { status: 408, reason: 'Request Timeout', headers: [['Reason', end.reason]] });
  legOver(board, call, leg, end);
}

/** @param limits as they are now */
export function peerControl(limits: () => PeerTimeouts): PeerControl {
  return {
    follow: (board, call, leg) => {
      leg.peerWatch ??= new PeerWatch(leg, {
        clock: board.options.clock,
        owner: callOwner(board, call),
        limits,
        lost: (loss) => losePeer(board, call, leg, loss),
      });
      leg.peerWatch.look();
    },
  };
}

/** A REFER that comes on one of two legs that talk, and for which there is a `referUrl`: that decides what becomes of the other. */
import { callOwner } from '../b2bua/call-owner.ts';
import type { Board } from '../b2bua/board.ts';
import type { Call } from '../b2bua/call.ts';
import { dropLeg, legOver } from '../b2bua/hang-up.ts';
import type { Leg } from '../b2bua/leg.ts';
import { warningHeader } from '../b2bua/refusal-headers.ts';
import { RELEASE_MS } from '../b2bua/transfer.ts';
import { parseNameAddr } from '../message/index.ts';
import type { Dial } from '../twiml/document.ts';
import { warning } from '../twiml/problem.ts';
import type { IncomingRefer } from '../ua/incoming-refer.ts';
import type { Fetch, Run } from './run.ts';

/**
 * Takes the REFER when there is somebody to ask, and releases the leg on which it came as after any transfer.
 * *Chosen here*, as their pages leave it open: the transferor is told 200 as soon as the platform has taken the other leg
 * over, and a REFER that nobody is asked about is refused with 603.
 * @param taken gets the request for the document of the other leg
 */
export function answerRefer(verb: Dial, run: Run, by: Leg, refer: IncomingRefer, taken: (then: Fetch) => void): void {
  const { referUrl, referMethod, line } = verb;
  if (referUrl === undefined) {
    run.notice(warning(13802, 'A REFER came on a leg of this <Dial>, which has no referUrl: it was refused.', line));
    refer.reject(603, undefined, [warningHeader('the Dial has no referUrl (13802)', run.control.call.facts.domain)]);
    return;
  }
  const target = release(run.control.board, run.control.call, by, refer);
  if (target === undefined) return;
  const parameters = [['ReferTransferTarget', target]] as const;
  taken({ kind: 'fetch', url: referUrl, method: referMethod, parameters, why: 'refer-url' });
}

const TRANSFERRED = { by: 'trunk', result: 'transferred' } as const;

/**
 * Takes a REFER: NOTIFY 200, and BYE once that was answered, unless the transferor sends its own.
 * @returns the value of Refer-To; nothing when the REFER was refused, since that cannot be read
 */
export function release(board: Board, call: Call, leg: Leg, refer: IncomingRefer): string | undefined {
  const { clock } = board.options;
  const [target, second] = refer.request.headers.all('Refer-To');
  if (target === undefined || second !== undefined || !parseNameAddr(target).ok) {
    refer.reject(400);
    return undefined;
  }
  call.conversation.leave(leg);
  const bye = (): void => {
    dropLeg(board, leg, TRANSFERRED);
    legOver(board, call, leg, TRANSFERRED);
  };
  const owner = callOwner(board, call);
  let timer = clock.after(RELEASE_MS.report, bye, owner);
  const reporter = refer.accept({
    subscriptionEnded: () => {
      timer.cancel();
      if (leg.live) timer = clock.after(RELEASE_MS.farewell, bye, owner);
    },
  });
  leg.whenOver(() => timer.cancel());
  reporter.report(200);
  return target;
}

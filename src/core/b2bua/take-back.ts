/**
 * The console's connection is gone, because its window was reloaded or its network blinked: the leg is kept for a while,
 * the others hear music, and the console takes the call back by INVITE with Replaces (W6, RFC 3891). Nothing else may be
 * replaced: the general case is answered 501 before it comes here.
 */
import { isBrowserOffer } from '../sdp/socket-audio.ts';
import type { MediaSession } from '../media/session.ts';
import { warningsOf } from '../ua/refusal.ts';
import type { Session } from '../ua/session.ts';
import { statusOf } from '../ua/status-of.ts';
import type { Invitation } from '../ua/user-agent.ts';
import type { Board } from './board.ts';
import type { Call } from './call.ts';
import { rtpOf, showKeys, webRtcOf } from './leg-media.ts';
import { legUser } from './leg-user.ts';
import type { Leg } from './leg.ts';

/** @param replaced the session whose place the INVITE wants */
export function takeBack(board: Board, invitation: Invitation, replaced: Session): void {
  const found = orphanOf(board, replaced);
  if (!found) return invitation.refuse(481);
  const { call, leg } = found;
  let media: MediaSession | undefined;
  let taken = false;
  const user = legUser(board, call, leg);
  const close = (which: MediaSession | undefined): void =>
    void which?.close().catch((error: unknown) => {
      board.options.log.warn({ error, call: call.id }, 'media did not close cleanly');
    });
  const dispose = (): void => close(media);
  const session = invitation.take({
    ...user,
    // Until it has the leg, its end is nobody's but its own.
    ended: (by, request) => (taken ? user.ended(by, request) : dispose()),
    canceled: dispose,
  });
  board.options.events.legBound(call, leg, session.callId);
  answer().catch((error: unknown) => {
    board.options.log.warn({ error, call: call.id }, 'a call could not be taken back');
    session.incoming?.reject(statusOf(error), undefined, warningsOf(error));
    dispose();
  });

  async function answer(): Promise<void> {
    const { offer, localHost, transport } = session.incoming ?? {};
    if (offer === undefined) throw Object.assign(new Error('no offer'), { status: 488 });
    media = await (isBrowserOffer(offer) ? webRtcOf(board, call, leg) : rtpOf(board, call, leg, localHost, transport));
    const sdp = await media.answerOffer(offer);
    if (session.state === 'ended') return dispose();
    // Another window may have been quicker, or the time is over.
    if (!leg.live || leg.orphan === undefined || leg.session !== replaced)
      throw Object.assign(new Error('gone'), { status: 481 });
    taken = true;
    const before = leg.media;
    leg.orphan = undefined;
    leg.session = session;
    leg.media = media;
    leg.keys.moved(media);
    showKeys(board, call, leg, media);
    replaced.close();
    close(before);
    session.incoming?.answer(sdp);
    board.options.events.legMoved(call, leg);
    board.changed(call);
  }
}

function orphanOf({ calls }: Board, session: Session): { call: Call; leg: Leg } | undefined {
  for (const call of calls.values()) {
    const leg = call.legs.find((each) => each.session === session && each.live && each.orphan !== undefined);
    if (leg) return { call, leg };
  }
  return undefined;
}

/** Placing one leg: media first, then the INVITE with its offer. */
import { printNameAddr, sipUri, type SipResponse } from '../message/index.ts';
import type { SessionUser } from '../ua/session-user.ts';
import type { Board, Destination } from './board.ts';
import type { Call } from './call.ts';
import { legUser } from './leg-user.ts';
import type { Leg } from './leg.ts';
import type { Identity } from './snapshot.ts';

/** What happens to a leg that was dialled, until it is answered or fails. */
export interface DialUser {
  /** 180, 183 and the like; `early` when the far end sends media already. */
  rang(response: SipResponse, early: boolean): void;
  answered(response: SipResponse): void;
  failed(status: number, reason: string): void;
}

/** @param from the caller ID that the far end is shown (P20) */
export async function dialLeg(
  board: Board,
  call: Call,
  leg: Leg,
  destination: Destination,
  from: Identity,
  user: DialUser,
): Promise<void> {
  const { options } = board;
  try {
    leg.media = await (destination.media === 'webrtc' ? options.media.webrtc() : options.media.rtp());
    const sdp = await leg.media.createOffer();
    if (leg.live && call.live) placeInvite(board, call, leg, destination, from, sdp, user);
    else await leg.media.close();
  } catch (error) {
    options.log.error({ error, call: call.id }, 'a leg could not be placed');
    if (leg.live) user.failed(500, 'Media Unavailable');
  }
}

function placeInvite(
  board: Board,
  call: Call,
  leg: Leg,
  destination: Destination,
  from: Identity,
  sdp: string,
  user: DialUser,
): void {
  const { domain } = board.options.account();
  const caller = printNameAddr({
    ...(from.name === '' ? {} : { displayName: from.name }),
    uri: sipUri({ user: from.number === '' ? 'anonymous' : from.number, host: domain }),
    params: new Map(),
  });
  const session = board.ua.invite(
    {
      uri: destination.uri,
      from: caller,
      to: printNameAddr({ uri: sipUri({ user: leg.facts.identity.number, host: domain }), params: new Map() }),
      hop: destination.hop,
      sdp,
      headers: [['P-Asserted-Identity', caller]],
    },
    sessionUser(board, call, leg, user),
  );
  leg.session = session;
  board.options.events.legBound(call, leg, session.callId);
  board.changed(call);
}

function sessionUser(board: Board, call: Call, leg: Leg, user: DialUser): SessionUser {
  /** Early media and answer may both carry SDP; the description is taken once, in order (RFC 3264, RFC 3261 §13.2.1). */
  let agreed: Promise<void> | undefined;
  const agree = (response: SipResponse, then: () => void) => {
    agreed ??= response.body.length > 0 ? leg.media?.acceptAnswer(new TextDecoder().decode(response.body)) : undefined;
    (agreed ?? Promise.resolve()).then(
      () => {
        if (leg.live) then();
      },
      (error: unknown) => {
        board.options.log.warn({ error, leg: leg.id }, 'the answer could not be used');
        leg.session?.hangUp();
        if (leg.live) user.failed(488, 'Not Acceptable Here');
      },
    );
  };
  return {
    ...legUser(board, call, leg),
    progressed: (response) => {
      if (!leg.live) return;
      agree(response, () => {
        if (leg.state === 'answered') return;
        const early = agreed !== undefined;
        leg.state = early ? 'early' : 'ringing';
        user.rang(response, early);
      });
    },
    answered: (response) => {
      if (!leg.live) return;
      agree(response, () => {
        leg.state = 'answered';
        leg.answeredAt = board.options.clock.wall();
        leg.sipStatus = response.status;
        user.answered(response);
      });
    },
    failed: (status, reason) => {
      if (leg.live) user.failed(status, reason);
    },
  };
}

/** Placing one leg: media first, then the INVITE with its offer. */
import type { Identity } from '../../nouns/call.ts';
import { detach } from '../log/owner.ts';
import { parseUri, printNameAddr, sipUri, type SipResponse, type Uri } from '../message/index.ts';
import { AnotherPeer } from '../sdp/failure.ts';
import type { CredentialsFor } from '../ua/digest-client.ts';
import { warningsOf } from '../ua/refusal.ts';
import type { SessionUser } from '../ua/session-user.ts';
import { statusOf } from '../ua/status-of.ts';
import type { Board, Destination } from './board.ts';
import type { Call } from './call.ts';
import { callOwner } from './call-owner.ts';
import { CalleeAnswer } from './callee-answer.ts';
import { giveMedia, moveMedia, rtpOf, webRtcOf } from './leg-media.ts';
import { legUser } from './leg-user.ts';
import type { EndWhy } from './hangup-cause.ts';
import type { Leg } from './leg.ts';
import { Redirects } from './redirect.ts';
import { passedFields } from './caller-answer.ts';

/** What happens to a leg that was dialled, until it is answered or fails. */
export interface DialUser {
  /**
   * 180, 183 and the like.
   * @param progress `early`: the far end sends media already; `described`: this response says so
   */
  rang(response: SipResponse, progress: Progress): void;
  answered(response: SipResponse): void;
  /**
   * @param why set when the leg failed at our end
   * @param fields header fields for the answer to a caller who waits
   */
  failed(status: number, reason: string, why?: EndWhy, fields?: [name: string, value: string][]): void;
}

export interface Progress {
  readonly early: boolean;
  readonly described: boolean;
}

/** How the trunk presents itself to the far end. */
export interface Dialling {
  /** The caller ID that it is shown (P20), unless the caller wants to be private. */
  readonly from: Identity;
  /** What is handed on to this leg alone. */
  readonly fields: [name: string, value: string][];
  /** How long it may ring; by default as long as any. */
  readonly ringSeconds?: number;
  /** What the far end's challenges are answered with. */
  readonly credentialsFor?: CredentialsFor | undefined;
}

/** Media first, then the INVITE. A 3xx is followed as far as it may lead us (`Redirects`). */
export function dialLeg(
  board: Board,
  call: Call,
  leg: Leg,
  destination: Destination,
  dialling: Dialling,
  user: DialUser,
): Promise<void> {
  return place({ board, call, leg, user, redirects: new Redirects(destination) }, destination, dialling);
}

/** What stays the same for a leg, wherever it is led. */
interface Dialled {
  readonly board: Board;
  readonly call: Call;
  readonly leg: Leg;
  readonly user: DialUser;
  readonly redirects: Redirects;
}

async function place(dialled: Dialled, destination: Destination, dialling: Dialling): Promise<void> {
  const { board, call, leg, user, redirects } = dialled;
  const { options } = board;
  try {
    const making =
      destination.media === 'webrtc'
        ? webRtcOf(board, call, leg)
        : rtpOf(board, call, leg, board.ua.localFor(destination.hop).host, destination.hop.transport);
    const media = await giveMedia(board, call, leg, making);
    const sdp = await media?.createOffer();
    if (!leg.live || sdp === undefined) return;
    const up = sessionUser(board, call, leg, user, (status, reason, response) => {
      const next = redirects.next(board, call, status, response);
      if (next) detach(redirect(dialled, next, dialling), callOwner(board, call));
      else user.failed(status, reason, undefined, passedFields(response));
    });
    placeInvite(board, call, leg, destination, dialling, sdp, up);
  } catch (error) {
    options.log.error({ error, call: call.id }, 'a leg could not be placed');
    if (leg.live) user.failed(statusOf(error), 'Media Unavailable', 'media');
    // It may have been on its way.
    leg.session?.hangUp();
  }
}

/** The same leg, at another place: with media of its own, since the description of the first may have been answered. */
async function redirect(dialled: Dialled, destination: Destination, dialling: Dialling): Promise<void> {
  const { board, call, leg } = dialled;
  const { media } = leg;
  leg.state = 'trying';
  board.changed(call);
  leg.media = undefined;
  await media?.close().catch((error: unknown) => {
    board.options.log.warn({ error, leg: leg.id }, 'media did not close cleanly');
  });
  if (!leg.live) return;
  const { domain } = board.account(call.facts);
  const from = printNameAddr({ uri: calledUri(leg.facts.identity.number, domain), params: new Map() });
  // RFC 5806 §4: whoever is called next may want to know whom the caller meant.
  const diversion: [string, string] = ['Diversion', `${from};reason=deflection`];
  const fields = call.passedHeaders.privacy === undefined ? [diversion, ...dialling.fields] : dialling.fields;
  // Credentials are for whom they were given for.
  await place(dialled, destination, { ...dialling, fields, credentialsFor: undefined });
}

function placeInvite(
  board: Board,
  call: Call,
  leg: Leg,
  destination: Destination,
  { from, fields, ringSeconds = board.options.ringSeconds(), credentialsFor }: Dialling,
  sdp: string,
  user: SessionUser,
): void {
  const { domain } = board.account(call.facts);
  const { privacy, maxForwards } = call.passedHeaders;
  const caller = privacy === undefined ? printIdentity(from, domain) : ANONYMOUS;
  // Whoever is dialled is outside the trust domain: it does not get an identity that is private (RFC 3325 §7).
  const identity: [string, string] = privacy === undefined ? ['P-Asserted-Identity', caller] : ['Privacy', privacy];
  const session = board.ua.invite(
    {
      uri: destination.uri,
      from: caller,
      to: printNameAddr({ uri: calledUri(leg.facts.identity.number, domain), params: new Map() }),
      hop: destination.hop,
      registered: destination.registered,
      sdp,
      headers: [
        ['Max-Forwards', String(maxForwards)],
        ['Expires', String(ringSeconds + RING_MARGIN_SECONDS)],
        identity,
        ...fields,
      ],
      credentialsFor,
    },
    user,
  );
  leg.session = session;
  board.options.events.legBound(call, leg, session.callId);
  board.changed(call);
}

/**
 * How much longer than we ring the INVITE is good for (RFC 3261 §20.19): a callee whose every response got lost,
 * and whom we therefore cannot cancel, stops ringing all the same. *Chosen here.*
 */
const RING_MARGIN_SECONDS = 5;

/** RFC 3323 §4.1.1.3. */
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';

function printIdentity({ number, name }: Identity, domain: string): string {
  return printNameAddr({
    ...(name === '' ? {} : { displayName: name }),
    uri: sipUri({ user: number === '' ? 'anonymous' : number, host: domain }),
    params: new Map(),
  });
}

/** Who is called: a number in our domain, or a SIP URI as it is. */
function calledUri(called: string, domain: string): Uri {
  const parsed = /^sips?:/i.test(called) ? parseUri(called) : undefined;
  return parsed?.ok ? parsed.value : sipUri({ user: called, host: domain });
}

/** Another browser has answered than the one whose media came first (W10): it gets new media, and an offer, of its own. */
async function renewMedia(board: Board, call: Call, leg: Leg): Promise<void> {
  // Whoever heard the first one hears it no more.
  leg.state = 'trying';
  board.changed(call);
  const media = await webRtcOf(board, call, leg);
  try {
    if (!leg.live || !leg.session) throw new Error('the leg is over');
    await media.acceptAnswer(await leg.session.offer(await media.createOffer()));
    if (!leg.live) throw new Error('the leg is over');
  } catch (error) {
    await media.close();
    throw error;
  }
  moveMedia(board, call, leg, media);
}

function sessionUser(
  board: Board,
  call: Call,
  leg: Leg,
  user: DialUser,
  failed: (status: number, reason: string, response: SipResponse | undefined) => void,
): SessionUser {
  const { clock, log } = board.options;
  const callee = new CalleeAnswer(() => leg.media, log);
  const up = legUser(board, call, leg);
  return {
    ...up,
    ended: (by, request) => {
      // It left before the answer could be used.
      if (leg.live && leg.state !== 'answered') user.failed(480, 'Temporarily Unavailable');
      else up.ended(by, request);
    },
    offered: async (offer) => {
      const tag = leg.session?.dialog?.remoteTag ?? '';
      const answer = await up.offered(offer);
      if (leg.state !== 'answered') callee.changed(tag);
      return answer;
    },
    progressed: (response) => {
      if (!leg.live) return;
      const agreeing = callee.provisional(response).then((described) => {
        if (!leg.live || leg.state === 'answered') return;
        leg.state = callee.early ? 'early' : 'ringing';
        user.rang(response, { early: callee.early, described: described && callee.early });
      });
      detach(agreeing, callOwner(board, call));
    },
    answered: (response) => {
      if (!leg.live) return;
      const taken = callee.final(response).catch((error: unknown) => {
        if (error instanceof AnotherPeer) return renewMedia(board, call, leg);
        throw error;
      });
      const answered = taken.then(
        () => {
          if (!leg.live) return;
          leg.state = 'answered';
          leg.answeredAt = clock.wall();
          leg.sipStatus = response.status;
          user.answered(response);
        },
        (error: unknown) => {
          log.warn({ error, leg: leg.id }, 'the answer could not be used');
          if (leg.live) user.failed(488, 'Not Acceptable Here', 'codec', warningsOf(error));
          leg.session?.hangUp();
        },
      );
      leg.settling = answered.finally(() => {
        leg.settling = undefined;
      });
      detach(leg.settling, callOwner(board, call));
    },
    failed: (status, reason, response) => {
      if (leg.live) failed(status, reason, response);
    },
  };
}

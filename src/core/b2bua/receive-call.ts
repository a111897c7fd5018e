/** An INVITE arrives: find where its number leads, ring there, join the two. */
import { detach } from '../log/owner.ts';
import { isBrowserOffer } from '../sdp/socket-audio.ts';
import { sdpOf } from '../ua/description.ts';
import { warningsOf } from '../ua/refusal.ts';
import { statusOf } from '../ua/status-of.ts';
import type { Invitation } from '../ua/user-agent.ts';
import { authoriseCall } from './authorise.ts';
import type { Board, Route } from './board.ts';
import type { Call } from './call.ts';
import { callOwner } from './call-owner.ts';
import { headersPassedBy, forwardersOf, reasonOf } from './passed-headers.ts';
import { closeLeg, dropLeg, endCall, legOver } from './hang-up.ts';
import { Hunt } from './hunt.ts';
import type { HuntFailure } from './hunt-plan.ts';
import { callerOf } from './identity.ts';
import { favourCallee } from './leg-codecs.ts';
import { giveMedia, rtpOf, webRtcOf } from './leg-media.ts';
import { legUser } from './leg-user.ts';
import { partyOf, resultOf, type Leg } from './leg.ts';
import type { Refusal } from './policy.ts';
import { refusalHeaders } from './refusal-headers.ts';
import { unroutable, NOWHERE, routeOf } from './route-of.ts';
import { takeBack } from './take-back.ts';
import { callerAnswer } from './caller-answer.ts';

export function receiveCall(board: Board, invitation: Invitation): void {
  let call: Call | undefined;
  try {
    receive(board, invitation, (opened) => (call = opened));
  } catch (error) {
    // The transaction answers 500 where there is no answer yet; nothing of the call may stay.
    if (call) endCall(board, call, { by: 'trunk', result: 'failed', status: 500 });
    throw error;
  }
}

function receive(board: Board, invitation: Invitation, opened: (call: Call) => void): void {
  const { options } = board;
  const admitted = options.admit(invitation.transaction);
  if ('refuse' in admitted) return invitation.refuse(admitted.refuse, admitted.reason);
  const { replaced } = invitation;
  if (replaced) return admitted.role === 'console' ? takeBack(board, invitation, replaced) : invitation.refuse(481);
  const passedHeaders = headersPassedBy(invitation.request);
  if (passedHeaders.maxForwards < 0) return invitation.refuse(483);
  const known = routeOf(board, invitation.request, admitted.role);
  const route = known ?? unroutable(board, invitation.request);
  if (!route) return invitation.refuse(404);

  const caller = callerOf(invitation.request, options.nameOf);
  const own = admitted.role === 'console' ? options.consoleNumber() : undefined;
  const from = own === undefined ? caller : { number: own, name: options.nameOf(own) };
  const domain = route.domain ?? options.domainOf(invitation.request);
  const facts = { direction: route.direction, domain, from, to: route.identity };
  const forwarders = forwardersOf(invitation.request);
  const refusal = known ? authoriseCall({ ...facts, forwarders }, board.account(facts), board.policy(facts)) : NOWHERE;
  const call = board.open(facts, {
    callerIdRule: own === undefined ? 'as received' : 'console number',
    counted: refusal === undefined,
    billable: known !== undefined,
  });
  opened(call);
  call.passedHeaders = passedHeaders;
  const legA = board.addLeg(call, { role: admitted.role, identity: from, direction: 'in' });
  const arrivalOfAck = Promise.withResolvers<string>();
  legA.session = invitation.take({
    ...legUser(board, call, legA),
    canceled: (cancel) => {
      const end = {
        by: partyOf(legA.facts.role),
        result: 'canceled',
        status: 487,
        reason: reasonOf(cancel),
      } as const;
      closeLeg(board, legA, end);
      legOver(board, call, legA, end);
    },
    acknowledged: (ack) => arrivalOfAck.resolve(sdpOf(ack) ?? ''),
  });
  call.conversation.talk(legA);
  if (call.original && route.direction === 'outbound') {
    call.original.transport = invitation.transaction.arrival.transport;
  }
  options.events.legBound(call, legA, legA.session.callId);
  board.changed(call);
  if (refusal) return refuse(board, call, legA, refusal);
  inItsTurn(board, call, () => {
    connect(board, call, legA, route, arrivalOfAck.promise).catch((error: unknown) => {
      options.log.error({ error, call: call.id }, 'a call could not be connected');
      endCall(board, call, { by: 'trunk', result: 'failed', status: 500 });
    });
  });
}

/** At once, or when the rate allows (P25); the end of the call ends the wait. */
function inItsTurn(board: Board, call: Call, begin: () => void): void {
  const { clock } = board.options;
  const until = call.original?.queuedUntil;
  if (until === undefined) return begin();
  call.queueTimer = clock.after(until - clock.now(), begin, callOwner(board, call));
}

/** The account's limits: the call gets a record, which says why it went no further (P25, P31). */
function refuse(board: Board, call: Call, legA: Leg, refusal: Refusal): void {
  const { status, reason, limit } = refusal;
  const end = { by: 'trunk', result: resultOf(status), status, why: limit } as const;
  const headers = refusalHeaders(refusal, board.account(call.facts).domain);
  dropLeg(board, legA, end, { status, reason, headers });
  endCall(board, call, end);
}

/** Our description for the caller: the answer to its offer, or an offer when it had none (RFC 3261 §13.2.1). Undefined when it left. */
async function describe(board: Board, call: Call, leg: Leg): Promise<string | undefined> {
  const { offer, localHost, transport } = leg.session?.incoming ?? {};
  const making =
    offer !== undefined && isBrowserOffer(offer)
      ? webRtcOf(board, call, leg)
      : rtpOf(board, call, leg, localHost, transport);
  const made = await giveMedia(board, call, leg, making);
  return offer === undefined ? made?.createOffer() : made?.answerOffer(offer);
}

async function connect(board: Board, call: Call, legA: Leg, route: Route, ack: Promise<string>): Promise<void> {
  const { options } = board;
  let sdp: string | undefined;
  try {
    sdp = await describe(board, call, legA);
  } catch (error) {
    const status = statusOf(error);
    if (status >= 500) options.log.error({ error, call: call.id }, 'a call could not be given media');
    legA.session?.incoming?.reject(status, undefined, warningsOf(error));
    endCall(board, call, { by: 'trunk', result: 'failed', status, why: status === 488 ? 'codec' : undefined });
    return;
  }
  if (!call.live || sdp === undefined) return;
  const caller = { sdp, ack };
  // Named first, to die young: see `TurnoverMap`.
  const answerLegA = () => answer(board, call, legA, caller);
  legA.answer = answerLegA;
  const { applications } = options;
  if (!route.application || !applications) {
    ringCallee(board, call, legA, route, caller);
    return;
  }
  // *Chosen here*: the caller hears that it rings while the application is asked.
  progress(legA, 180, undefined, sdp);
  board.changed(call);
  applications.begin(board, call, legA, route.application);
}

interface Caller {
  readonly sdp: string;
  /** The answer that came with the ACK, when the INVITE had no offer. */
  readonly ack: Promise<string>;
}

/** P29, W25. */
function ringCallee(board: Board, call: Call, legA: Leg, route: Route, caller: Caller): void {
  const { lookUp } = route;
  const dialling = { from: call.facts.from, fields: call.passedHeaders.fields };
  const located = lookUp && (async () => ({ ...route, destinations: await lookUp() }));
  const limits = { ringMs: board.options.ringSeconds() * 1000, stepsRingOut: true, afterRinging: 'next' } as const;
  new Hunt(board, call, [{ route, lookUp: located, dialling }], limits, {
    placed: (leg, _, { hop }) => {
      call.conversation.talk(legA, leg);
      if (call.original && route.direction === 'inbound') call.original.transport = hop.transport;
    },
    rang: (leg, { status }, { early, described }) => {
      if (early) call.conversation.talk(legA, leg);
      progress(legA, status, described ? caller.sdp : undefined, caller.sdp);
      board.changed(call);
    },
    answered: (leg) => {
      call.conversation.talk(legA, leg);
      detach(answer(board, call, legA, caller), callOwner(board, call));
    },
    failed: (failure) => fail(board, call, failure),
  }).begin();
}

/**
 * The status goes on as it came. With early media the caller hears it through us, so that it has our description as well; with
 * a bare 180 it makes its own ring-back (W22). Ours goes along too when it wants
 * provisional responses to be reliable and made no offer: the first one must bring ours (RFC 3261 §13.2.1).
 */
function progress(legA: Leg, status: number, early: string | undefined, own: string): void {
  const incoming = legA.session?.incoming;
  const due = incoming?.reliable === true && incoming.offer === undefined;
  incoming?.progress(status, due ? own : early);
  if (early !== undefined) legA.state = 'early';
  else if (legA.state !== 'early') legA.state = 'ringing';
}

/** Resolves when there is media; the call has ended when there can be none. */
async function answer(board: Board, call: Call, legA: Leg, { sdp, ack }: Caller): Promise<void> {
  if (!legA.live || legA.state === 'answered') return;
  const now = board.options.clock.wall();
  const { session, media } = legA;
  const late = session?.incoming?.offer === undefined;
  session?.incoming?.answer(late || legA.state === 'early' ? sdp : favourCallee(call, legA, sdp));
  legA.state = 'answered';
  legA.answeredAt = now;
  legA.sipStatus = 200;
  call.state = 'answered';
  call.answeredAt = now;
  board.answerRecord(call.original);
  board.changed(call);
  if (!late) return;
  try {
    await media?.acceptAnswer(await ack);
    board.changed(call);
  } catch (error) {
    board.options.log.warn({ error, call: call.id }, 'the ACK brought no usable answer');
    endCall(board, call, { by: 'trunk', result: 'failed', status: 488, why: 'codec' });
  }
}

function fail(board: Board, call: Call, { by, status, reason, why, fields = [] }: HuntFailure): void {
  const end = { by, result: resultOf(status), status, why };
  const legA = call.legs[0];
  const passed = callerAnswer(status, reason, board.account(call.facts).domain);
  const told = { ...passed, headers: [...fields, ...passed.headers] };
  if (legA) dropLeg(board, legA, { ...end, status: passed.status }, told);
  endCall(board, call, end);
}

/** A re-INVITE or UPDATE of the peer. RFC 3261 §14.2, RFC 3311 §5.2. */
import { detach } from '../log/owner.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { Branch } from './branch.ts';
import { sdpOf } from './description.ts';
import { clash, type Exchange } from './exchange.ts';
import { grant, tooShort } from './session-interval.ts';
import { warningsOf } from './refusal.ts';
import type { InSession } from './in-session.ts';
import { statusOf } from './status-of.ts';

const encoder = new TextEncoder();

export function receiveOffer(session: InSession, transaction: ServerTransaction): void {
  const { request } = transaction;
  const branch = session.branches.current;
  if (!branch) return;
  const method = request.method === 'INVITE' ? 'INVITE' : 'UPDATE';
  const offer = sdpOf(request);
  const status = clash(branch.exchange, method, offer !== undefined);
  if (status !== undefined) {
    const wait: [string, string][] = status === 500 ? [['Retry-After', retryAfter(session)]] : [];
    session.respond(transaction, status, undefined, wait);
    return;
  }
  const least = tooShort(request);
  if (least !== undefined) {
    session.respond(transaction, 422, undefined, [['Min-SE', least]]);
    return;
  }
  branch.refresh(request);
  session.peerSays(request);
  if (method === 'UPDATE' && offer === undefined) {
    acceptOffer(session, branch, transaction, undefined);
    return;
  }
  const before = branch.exchange;
  branch.exchange = { ...before, offer: 'received', ...underWay(method) };
  const answered = askOwner(session, transaction, offer).then((answer) => {
    branch.exchange = { ...branch.exchange, offer: before.offer, invite: before.invite, update: before.update };
    if (answer !== undefined) acceptOffer(session, branch, transaction, answer, offer === undefined);
  });
  detach(answered, {
    failed: (error) => {
      // The request is still open, and nobody else will answer it.
      session.respond(transaction, 500);
      session.failed(error);
    },
  });
}

/**
 * Has the owner of the session answer an offer, or make one when there is none. Until then the request is open.
 * @returns undefined when the offer was refused, or when the session ended meanwhile: the request has its answer then
 */
export async function askOwner(
  session: InSession,
  transaction: ServerTransaction,
  offer: string | undefined,
): Promise<string | undefined> {
  let open = true;
  const forget = session.whenOver(() => {
    open = false;
    // RFC 3261 §15.1.2: what is still open when the session ends is answered with 487.
    session.respond(transaction, 487);
  });
  try {
    const answer = await session.user.offered(offer);
    return open ? answer : undefined;
  } catch (error) {
    const status = statusOf(error);
    if (status === 500) session.ua.log.error({ error, sipCallId: session.callId }, 'an offer could not be answered');
    if (open) session.respond(transaction, status, undefined, warningsOf(error));
    return undefined;
  } finally {
    forget();
  }
}

function underWay(method: 'INVITE' | 'UPDATE'): Partial<Exchange> {
  return method === 'INVITE' ? { invite: 'received' } : { update: true };
}

/** @param offers our description is an offer: the answer comes with the ACK */
function acceptOffer(
  session: InSession,
  branch: Branch,
  transaction: ServerTransaction,
  sdp: string | undefined,
  offers = false,
): void {
  const { interval, headers } = grant(transaction.request, session.timer.interval);
  const type: [string, string][] = sdp === undefined ? [] : [['Content-Type', 'application/sdp']];
  const response = session.respond(
    transaction,
    200,
    undefined,
    [...session.targetHeaders(transaction.arrival), ...headers, ...type],
    sdp === undefined ? undefined : encoder.encode(sdp),
  );
  if (sdp !== undefined) session.localSdp = sdp;
  if (session.state === 'confirmed') session.timer.run(interval);
  if (offers) branch.exchange = { ...branch.exchange, offer: 'sent' };
  if (transaction.request.method === 'INVITE') session.repeatUntilAck(transaction, response);
}

/** Seconds, 0 to 10: RFC 3261 §14.2. */
export function retryAfter(session: InSession): string {
  return String(Math.floor(session.ua.ids.fraction() * 11));
}

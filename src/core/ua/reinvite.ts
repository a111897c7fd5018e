/** Changing a confirmed session: re-INVITE and UPDATE, both directions. RFC 3261 §14, RFC 3311. */
import { ackInDialog, refreshTarget } from '../dialog/dialog.ts';
import { bodyText, type SipResponse } from '../message/index.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { OfferRefusal } from './session-user.ts';
import type { Session } from './session.ts';

const encoder = new TextEncoder();

/** The peer did not take our offer; the session goes on as it was (§14.1), except after 408 and 481. */
export class OfferRefused extends Error {
  override readonly name = 'OfferRefused';
  readonly status: number;
  constructor(status: number, reason: string) {
    super(`${status} ${reason}`);
    this.status = status;
  }
}

export function sendOffer(session: Session, sdp: string): Promise<string> {
  if (session.state !== 'confirmed' || session.pendingOffer) {
    return Promise.reject(new OfferRefused(491, 'Request Pending'));
  }
  session.pendingOffer = 'sent';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers: [string, string][] = [
    ['Contact', session.ua.contact(session.hop()?.transport ?? 'UDP')],
    ['Allow', session.ua.allow],
    ['Content-Type', 'application/sdp'],
  ];
  const fail = (status: number, reason: string) => {
    session.pendingOffer = undefined;
    // The peer has lost the dialog: so have we (§12.2.1.2).
    if (status === 408 || status === 481) session.end('timeout');
    reject(new OfferRefused(status, reason));
  };
  const transaction = session.request(
    'INVITE',
    headers,
    {
      response: (response) => {
        if (response.status < 200) return;
        if (response.status >= 300) fail(response.status, response.reason);
        else accept(session, transaction?.request.head.cseq.number ?? 0, response, resolve);
      },
      timeout: () => fail(408, 'Request Timeout'),
      transportError: (why) => fail(503, why.message),
    },
    encoder.encode(sdp),
  );
  return promise;
}

/** Every 2xx is acknowledged, a repeated one again; the first one brings the answer. */
function accept(session: Session, inviteSeq: number, response: SipResponse, resolve: (sdp: string) => void): void {
  if (!session.dialog) return;
  session.dialog = refreshTarget(session.dialog, response);
  const hop = session.hop();
  if (hop) session.ua.sendAck(ackInDialog(session.dialog, inviteSeq), hop);
  session.pendingOffer = undefined;
  resolve(bodyText(response));
}

/** A re-INVITE or UPDATE of the peer. */
export function receiveOffer(session: Session, transaction: ServerTransaction): void {
  const { request } = transaction;
  // Glare: both sides offer at once, or a second offer before the first is answered (§14.2).
  if (session.pendingOffer === 'sent') {
    session.respond(transaction, 491);
    return;
  }
  if (session.pendingOffer === 'received' || (request.method === 'INVITE' && session.state === 'early')) {
    session.respond(transaction, 500, 'Offer Pending', [['Retry-After', '1']]);
    return;
  }
  if (session.dialog) session.dialog = refreshTarget(session.dialog, request);
  const contact: [string, string] = ['Contact', session.ua.contact(transaction.arrival.transport)];
  if (request.method === 'UPDATE' && request.body.length === 0) {
    session.respond(transaction, 200, undefined, [contact]);
    return;
  }
  session.pendingOffer = 'received';
  session.user.offered(request.body.length > 0 ? bodyText(request) : undefined).then(
    (answer) => {
      session.pendingOffer = undefined;
      if (session.state === 'ended') return;
      const headers: [string, string][] = [contact, ['Allow', session.ua.allow], ['Content-Type', 'application/sdp']];
      const response = session.respond(transaction, 200, undefined, headers, encoder.encode(answer));
      if (request.method === 'INVITE') session.repeatUntilAck(transaction, response);
    },
    (refusal: OfferRefusal) => {
      session.pendingOffer = undefined;
      if (session.state !== 'ended') session.respond(transaction, refusal.status);
    },
  );
}

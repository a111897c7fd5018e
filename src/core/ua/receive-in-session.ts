/** A request of the peer inside a session: to which dialog it belongs, whether it may come now, and who deals with it. */
import type { ServerTransaction } from '../transaction/index.ts';
import { receiveBye } from './bye.ts';
import { ACCEPT, inspect } from './inspect.ts';
import { receiveInfo } from './info-uas.ts';
import { receiveOffer, retryAfter } from './offer-uas.ts';
import { receiveNotify } from './refer-uac.ts';
import { ReceivedRefer } from './refer-uas.ts';
import type { InSession } from './in-session.ts';
import { receiveSubscribe } from './subscribe-uas.ts';

/** RFC 3261 §12.2.2. */
export function receiveInSession(session: InSession, transaction: ServerTransaction): void {
  const { request } = transaction;
  const branch = session.branches.find(request.head.fromTag ?? '');
  const over = session.state === 'ended';
  if (!branch || (over && !outlivesCall.has(request.method))) {
    session.respond(transaction, 481);
    return;
  }
  if (!branch.receive(request) && !maybeOvertaken(request.method, over)) {
    session.respond(transaction, 500, 'CSeq Out Of Order', [['Retry-After', retryAfter(session)]]);
    return;
  }
  session.branches.select(branch);
  const refusal = inspect(request, session.ua.capabilities);
  const verb = verbs[request.method];
  if (refusal) session.respond(transaction, refusal.status, refusal.reason, refusal.headers);
  else if (verb) verb(session, transaction);
  // REGISTER belongs to no dialog (RFC 3261 §10.2).
  else session.respond(transaction, 405, undefined, [['Allow', Object.keys(verbs).join(', ')]]);
}

/**
 * BYE and the last NOTIFY of a REFER are sent in the same instant, and either may overtake the other. Both end something,
 * and do so in any order.
 */
function maybeOvertaken(method: string, over: boolean): boolean {
  return method === 'BYE' || (over && method === 'NOTIFY');
}

/** What may come when the call is over and the subscription of a REFER is not. RFC 5057 §4.2. */
const outlivesCall = new Set(['NOTIFY', 'SUBSCRIBE', 'OPTIONS']);

/** What may come inside a dialog. */
const verbs: Record<string, (session: InSession, transaction: ServerTransaction) => void> = {
  __proto__: null as never,
  BYE: receiveBye,
  INVITE: receiveOffer,
  UPDATE: receiveOffer,
  PRACK: (session, transaction) => {
    if (session.incoming) session.incoming.prack(transaction);
    else session.respond(transaction, 481);
  },
  NOTIFY: receiveNotify,
  REFER: ReceivedRefer.receive,
  SUBSCRIBE: receiveSubscribe,
  OPTIONS: (session, transaction) => {
    session.respond(transaction, 200, undefined, [...session.targetHeaders(transaction.arrival), ['Accept', ACCEPT]]);
  },
  INFO: receiveInfo,
};

/** INFO inside a session: a key (W13), or nothing that we take. RFC 6086. */
import type { ServerTransaction } from '../transaction/index.ts';
import { isOptional } from './body.ts';
import { DTMF_TYPES, readDtmfInfo } from './dtmf-info.ts';
import type { InSession } from './in-session.ts';

export function receiveInfo(session: InSession, transaction: ServerTransaction): void {
  const { request } = transaction;
  // We have said in no Recv-Info that we take any package. RFC 6086 §4.2.2.
  if (request.headers.has('Info-Package')) {
    session.respond(transaction, 469, 'Bad Info Package', [['Recv-Info', '']]);
    return;
  }
  const given = request.headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  // An INFO without a body only asks whether the session is there. RFC 2976 §2.2.
  if (request.body.length === 0) {
    session.respond(transaction, 200);
    return;
  }
  const type = DTMF_TYPES.find((known) => known === given);
  if (!type || !session.user.pressed) {
    refuse(session, transaction);
    return;
  }
  const press = readDtmfInfo(type, request);
  if (!press.ok) {
    session.respond(transaction, 400, `Bad DTMF (${press.error})`);
    return;
  }
  session.respond(transaction, 200);
  session.user.pressed(press.value);
}

/** A body that may be ignored is; else the peer is told what we would have read. RFC 3261 §8.2.3. */
function refuse(session: InSession, transaction: ServerTransaction): void {
  if (isOptional(transaction.request.headers)) session.respond(transaction, 200);
  else session.respond(transaction, 415, undefined, [['Accept', session.user.pressed ? DTMF_TYPES.join(', ') : '']]);
}

/** Ending a session. RFC 3261 §15. */
import type { SipResponse } from '../message/index.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { SessionEnd } from './session-user.ts';
import type { InSession } from './in-session.ts';

/**
 * Sends BYE. The session counts as over at once; its answer changes nothing.
 * A BYE may not overtake the ACK of our 2xx (RFC 3261 §15): then it waits for it.
 * @param reason value of a Reason header (RFC 3326)
 */
export function sendBye(session: InSession, reason?: string, by: SessionEnd = 'local'): void {
  if (session.unacknowledged) {
    // Why it ends is what ended it first.
    session.byeAfterAck ??= { reason, by };
    return;
  }
  session.ua.left(session);
  const headers: [string, string][] = reason === undefined ? [] : [['Reason', reason]];
  sendUntilInOrder(session, headers);
  session.end(by);
}

/** A NOTIFY that was sent after it may arrive before it: then the peer refuses it as out of order (§12.2.2), and its call would stay up. */
function sendUntilInOrder(session: InSession, headers: [string, string][], triesLeft = 2): void {
  const response = ({ status }: SipResponse): void => {
    if (status === 500 && triesLeft > 0) sendUntilInOrder(session, headers, triesLeft - 1);
  };
  session.request('BYE', headers, { response, timeout() {}, transportError() {} });
}

/** One branch of a forked INVITE may leave while others ring. The INVITE itself still gets its final response (§15.1.2). */
export function receiveBye(session: InSession, transaction: ServerTransaction): void {
  session.respond(transaction, 200);
  const branch = session.branches.current;
  if (session.state === 'early' && session.outgoing && branch && session.branches.drop(branch)) return;
  session.incoming?.abandon();
  session.outgoing?.abandon();
  session.end('remote', transaction.request);
}

/** Acknowledging the reliable provisional responses that we get. RFC 3262 §4. */
import { detach } from '../log/owner.ts';
import { parseRSeq, type SipResponse } from '../message/index.ts';
import type { Branch } from './branch.ts';
import { sdpOf } from './description.ts';
import type { InSession } from './in-session.ts';

/**
 * Sends PRACK for a provisional response that asks for it.
 * @returns false when the response is a repeated one or comes before its turn: it is as if it had not come
 */
export function acknowledgeProvisional(session: InSession, branch: Branch, response: SipResponse): boolean {
  const required = response.headers.all('Require').some((option) => option.toLowerCase() === '100rel');
  const rseq = parseRSeq(response.headers.get('RSeq') ?? '');
  if (!required || rseq === undefined) return true;
  if (branch.rseq !== undefined && rseq !== branch.rseq + 1) return false;
  branch.rseq = rseq;
  const { number, method } = response.head.cseq;
  const rack: [string, string] = ['RAck', `${rseq} ${number} ${method}`];
  const sdp = sdpOf(response);
  if (sdp === undefined || branch.exchange.offer === 'sent' || session.outgoing?.offers !== false) {
    // A description in a reliable response is the answer for good (RFC 3261 §13.2.1).
    if (sdp !== undefined) branch.exchange = { ...branch.exchange, offer: undefined };
    send(session, branch, rack);
    return true;
  }
  branch.exchange = { ...branch.exchange, offer: 'received' };
  const answered = session.user.offered(sdp).then(
    (answer) => {
      branch.exchange = { ...branch.exchange, offer: undefined };
      if (session.state === 'ended') return;
      if (session.branches.current === branch) session.localSdp = answer;
      send(session, branch, rack, answer);
    },
    () => {
      // PRACK cannot refuse an offer, so the call is given up (RFC 6337 §3.1.1), unless another fork has answered it.
      if (session.state === 'early' || session.branches.current === branch) session.hangUp(488);
    },
  );
  detach(answered, session);
  return true;
}

function send(session: InSession, branch: Branch, rack: [string, string], answer?: string): void {
  const ignore = { response() {}, timeout() {}, transportError() {} };
  if (answer === undefined) session.requestIn(branch, 'PRACK', [rack], ignore);
  else {
    const headers: [string, string][] = [rack, ['Content-Type', 'application/sdp']];
    session.requestIn(branch, 'PRACK', headers, ignore, new TextEncoder().encode(answer));
  }
}

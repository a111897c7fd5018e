/** Which requests inside a dialog need no credentials of their own. */
import type { ServerTransaction } from '../transaction/index.ts';
import type { InSession } from './in-session.ts';

/**
 * A server may challenge every request, and need not (RFC 3261 §22). Whoever is in a dialog with us was let in, or was
 * called by us and may have no credentials at all: it has to be able to hold and to hang up. So a request is taken that
 * names both tags, which nobody can guess, and comes from an address of the peer's (W18). REFER makes us call somebody: it
 * is challenged, unless the peer has registered with a password from the very place that it comes from (W20). *Chosen here.*
 */
export function isKnownPeer({ branches, peer }: InSession, { request, arrival }: ServerTransaction): boolean {
  const branch = branches.find(request.head.fromTag ?? '');
  if (branch === undefined) return false;
  return request.method === 'REFER' ? peer.hasRegisteredFrom(arrival) : peer.isAt(arrival, branch.dialog);
}

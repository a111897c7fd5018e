/** Which requests inside a dialog need no credentials of their own. */
import { sameHost } from '../message/index.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { Session } from './session.ts';

/**
 * A server may challenge every request, and need not (RFC 3261 §22). Whoever is in a dialog with us was let in, or was
 * called by us and may have no credentials at all: it has to be able to hold and to hang up. So a request is taken that
 * names both tags, which nobody can guess, and comes from the host with which the dialog was made. REFER is challenged
 * all the same, for it makes us call somebody. *Chosen here.*
 */
export function isKnownPeer(session: Session, { request, arrival }: ServerTransaction): boolean {
  return (
    request.method !== 'REFER' &&
    session.branches.find(request.head.fromTag ?? '') !== undefined &&
    session.peerHost !== undefined &&
    sameHost(session.peerHost, arrival.remote.host)
  );
}

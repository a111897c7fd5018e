import { printVia, type SipRequest, type SipResponse, type Via } from '../message/index.ts';
import { MAGIC_COOKIE } from './branch.ts';

/** Names a client transaction. RFC 3261 §17.1.3: a CANCEL shares its INVITE's branch, so the method counts. */
export function clientKey(branch: string, method: string): string {
  return `${method} ${branch}`;
}

/** The client transaction a response belongs to. */
export function responseKey({ head }: SipResponse): string {
  return clientKey(head.via.params.get('branch') ?? '', head.cseq.method);
}

/**
 * Names the server transaction a request belongs to: RFC 3261 §17.2.3, and the rules of RFC 2543 where the branch
 * lacks the magic cookie. An ACK belongs to its INVITE.
 * @param method instead of the request's own: the INVITE that a CANCEL cancels
 */
export function serverKey(
  request: SipRequest,
  method: string = request.method === 'ACK' ? 'INVITE' : request.method,
): string {
  const { via, callId, cseq, fromTag } = request.head;
  const branch = uniqueBranch(via);
  if (branch !== undefined) return `${method} ${branch} ${sentBy(via)}`;
  // The To tag is left out: that of an ACK is the one our response added.
  return `${method} ${request.uri} ${fromTag ?? ''} ${callId} ${cseq.number} ${printVia(via)}`;
}

/**
 * Whether an ACK that names the INVITE's transaction acknowledges its final response. After RFC 2543 it must carry
 * the To tag of that response; later the branch decides. RFC 3261 §17.2.3.
 */
export function acknowledges(ack: SipRequest, sentToTag: string | undefined): boolean {
  return uniqueBranch(ack.head.via) !== undefined || sentToTag === undefined || ack.head.toTag === sentToTag;
}

/** A branch that alone names its transaction: it begins with the magic cookie and says something after it. */
function uniqueBranch({ params }: Via): string | undefined {
  const branch = params.get('branch');
  return branch?.startsWith(MAGIC_COOKIE) === true && branch.length > MAGIC_COOKIE.length ? branch : undefined;
}

function sentBy({ host, port }: Via): string {
  return port === undefined ? host : `${host}:${port}`;
}

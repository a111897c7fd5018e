import { Buffer } from 'node:buffer';
import { Headers } from './headers.ts';
import { SipRequest, SipResponse } from './message.ts';
import { parseNameAddr } from './name-addr.ts';
import { reasonPhrase } from './reasons.ts';

type Fields = Iterable<readonly [name: string, value: string]>;
type Body = Uint8Array | string;

/** A request outside or inside a dialog with the given fields, in their order; Max-Forwards is 70 unless given. RFC 3261 §8.1.1. */
export function createRequest(parts: { method: string; uri: string; headers: Fields; body?: Body }): SipRequest {
  const headers = new Headers(parts.headers);
  if (!headers.has('Max-Forwards')) headers.append('Max-Forwards', '70');
  return new SipRequest(parts.method, parts.uri, headers, toBytes(parts.body));
}

/**
 * A response with the fields that RFC 3261 §8.2.6 has copied: every Via in order, From, To, Call-ID, CSeq; Timestamp into a 100.
 * The To tag is added unless To has one already or the response is a 100. Fields that the request lacks stay out.
 */
export function createResponse(
  request: SipRequest,
  wanted: number,
  phrase?: string,
  extra: { toTag?: string | undefined; headers?: Fields; body?: Body } = {},
): SipResponse {
  // Whatever went wrong before: the peer is to get an answer that it can read.
  const status = isStatus(wanted) ? wanted : 500;
  const reason = phrase ?? reasonPhrase(status);
  const headers = new Headers();
  headers.appendFrom(request.headers, 'Via');
  headers.appendFrom(request.headers, 'From');
  const to = request.headers.get('To');
  const tagged = status === 100 || extra.toTag === undefined || to === undefined || hasTag(request, to);
  if (to !== undefined) headers.append('To', tagged ? to : `${to};tag=${extra.toTag}`);
  headers.appendFrom(request.headers, 'Call-ID');
  headers.appendFrom(request.headers, 'CSeq');
  if (status === 100) headers.appendFrom(request.headers, 'Timestamp');
  for (const [name, value] of extra.headers ?? []) headers.append(name, value);
  return new SipResponse(status, reason, headers, toBytes(extra.body));
}

/** RFC 3261 §7.2. */
function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 100 && status <= 699;
}

/** Whether To has a tag. One that cannot be read gets none: it is echoed untouched. */
function hasTag(request: SipRequest, to: string): boolean {
  const head = request.readHead();
  if (head.ok) return head.value.toTag !== undefined;
  const parsed = parseNameAddr(to);
  return !parsed.ok || parsed.value.params.has('tag');
}

function toBytes(body: Body | undefined): Uint8Array | undefined {
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
}

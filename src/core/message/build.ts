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
  status: number,
  reason: string = reasonPhrase(status),
  extra: { toTag?: string | undefined; headers?: Fields; body?: Body } = {},
): SipResponse {
  const headers = new Headers();
  copy(request.headers, headers, 'Via');
  copy(request.headers, headers, 'From');
  const to = request.headers.get('To');
  if (to !== undefined)
    headers.append('To', status === 100 || extra.toTag === undefined ? to : withTag(to, extra.toTag));
  copy(request.headers, headers, 'Call-ID');
  copy(request.headers, headers, 'CSeq');
  if (status === 100) copy(request.headers, headers, 'Timestamp');
  for (const [name, value] of extra.headers ?? []) headers.append(name, value);
  return new SipResponse(status, reason, headers, toBytes(extra.body));
}

function copy(from: Headers, to: Headers, name: string): void {
  for (const value of from.fields(name)) to.append(name, value);
}

/** Appends a tag to a To value as it was written, unless it has one. One that cannot be read is echoed untouched. */
function withTag(to: string, tag: string): string {
  const parsed = parseNameAddr(to);
  return parsed.ok && !parsed.value.params.has('tag') ? `${to};tag=${tag}` : to;
}

function toBytes(body: Body = ''): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
}

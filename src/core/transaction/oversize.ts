import type { SipRequest } from '../message/index.ts';

/** Larger ones need a transport that controls congestion. RFC 3261 §18.1.1. */
const MAX_DATAGRAM_BYTES = 1300;
/** What is added to a request on its way out: Via with the longest address, Content-Length, Max-Forwards. */
const ADDED_BYTES = 160;

/** Whether a request is too large for UDP when it goes out. What it gets then is counted with the most it can be. */
export function tooLargeForUdp({ method, uri, headers, body }: SipRequest): boolean {
  const bytes = ADDED_BYTES + method.length + uri.length + body.length;
  return bytes > MAX_DATAGRAM_BYTES || bytes + headers.byteLength() > MAX_DATAGRAM_BYTES;
}

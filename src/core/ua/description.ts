/** The session description that a message carries. RFC 3261 §13.2.1. */
import type { SipMessage } from '../message/index.ts';
import { readBody } from './body.ts';

export const SDP = 'application/sdp';

/**
 * The SDP of a message, alone or as a part of a multipart; undefined when it has none, or one that is no description of this
 * session (RFC 3959). A body without a type is taken for one.
 */
export function sdpOf(message: SipMessage): string | undefined {
  if (!message.headers.has('Content-Type') && message.body.length > 0) return readUntyped(message);
  return readBody(message, SDP, 'session').text;
}

function readUntyped({ body }: SipMessage): string {
  return new TextDecoder().decode(body);
}

/** The session description that a message carries. RFC 3261 §13.2.1. */
import { bodyText, parseMediaType, type SipMessage } from '../message/index.ts';

/** The SDP of a message; undefined when it has no body, or one of another type that may be left aside. */
export function sdpOf(message: SipMessage): string | undefined {
  if (message.body.length === 0) return undefined;
  const type = parseMediaType(message.headers.get('Content-Type') ?? 'application/sdp');
  return type.ok && type.value.mediaType === 'application/sdp' ? bodyText(message) : undefined;
}

/** Multipart bodies as gateways write them. */
import { PHONE_SDP } from './raw-phone.ts';

export interface PartWords {
  readonly type: string;
  readonly body: string;
  /** Value of Content-Disposition. */
  readonly disposition?: string;
}

export const BOUNDARY = 'unique-boundary-1';
export const MIXED = `multipart/mixed;boundary=${BOUNDARY}`;

export function multipart(parts: readonly PartWords[], { boundary = BOUNDARY, lineEnd = '\r\n' } = {}): string {
  const lines = parts.flatMap(({ type, body, disposition }) => [
    `--${boundary}`,
    `Content-Type: ${type}`,
    ...(disposition === undefined ? [] : [`Content-Disposition: ${disposition}`]),
    '',
    body,
  ]);
  return [...lines, `--${boundary}--`, ''].join(lineEnd);
}

export const sdpPart = (body = PHONE_SDP): PartWords => ({ type: 'application/sdp', body });

/** ISUP is bytes (RFC 3204 §3.1): some of them look like line ends. */
export const isupPart = (disposition?: string): PartWords => ({
  type: 'application/ISUP;version=nxv3;base=etsi121',
  body: '\u0001\u0011\r\n\u0000\n--\u0003',
  ...(disposition === undefined ? {} : { disposition }),
});

export const pidfPart = (disposition?: string): PartWords => ({
  type: 'application/pidf+xml',
  body: '<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:ann@h"/>',
  ...(disposition === undefined ? {} : { disposition }),
});

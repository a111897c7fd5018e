/** message/sipfrag bodies of NOTIFYs that report on a REFER. RFC 3420, RFC 3515 §2.4.5. */
import { reasonPhrase } from '../message/index.ts';

export const SIPFRAG_TYPE = 'message/sipfrag;version=2.0';

export interface StatusLine {
  readonly status: number;
  readonly reason: string;
}

/** `SIP/2.0 180 Ringing` */
export function printStatusLine(status: number, reason = reasonPhrase(status)): string {
  return `SIP/2.0 ${status} ${reason}`;
}

/** The status line that a sipfrag begins with; headers may follow it. Undefined when there is none. */
export function parseSipfrag(body: string): StatusLine | undefined {
  const match = /^\s*SIP\/2\.0 +([1-6]\d\d)(?: ([^\r\n]*))?(?:\r?\n|$)/i.exec(body);
  return match ? { status: Number(match[1]), reason: (match[2] ?? '').trim() } : undefined;
}

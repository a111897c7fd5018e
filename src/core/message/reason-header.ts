import { isToken, parseNumber } from './chars.ts';
import { parseWithParams } from './params.ts';
import { quote } from './quoted.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';

/** One value of Reason: why a request was sent. RFC 3326 §2. */
interface Reason {
  /** As written: SIP, Q.850 or another token. */
  protocol: string;
  /** A SIP status or a Q.850 cause. */
  cause?: number;
  text?: string;
}

export function parseReason(value: string): Result<Reason, string> {
  const parsed = parseWithParams(value);
  if (!parsed.ok) return err(`Reason: ${parsed.error}`);
  const { value: protocol, params } = parsed.value;
  if (!isToken(protocol)) return err('Reason: the protocol is not a token');
  const reason: Reason = { protocol };
  const written = params.get('cause');
  const text = params.get('text');
  if (written !== undefined) {
    const cause = parseNumber(written, 65_535);
    if (cause === undefined) return err('Reason: the cause is not a number');
    reason.cause = cause;
  }
  if (text !== undefined) reason.text = text;
  return ok(reason);
}

export function printReason(reason: Reason): string {
  let out = reason.protocol;
  if (reason.cause !== undefined) out += `;cause=${reason.cause}`;
  if (reason.text !== undefined) out += `;text=${quote(reason.text)}`;
  return out;
}

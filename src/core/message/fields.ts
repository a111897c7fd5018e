import { isToken, parseNumber, trimmed } from './chars.ts';
import { parseSeconds } from './event.ts';
import type { Headers } from './headers.ts';
import { parseNameAddrList } from './name-addr.ts';
import type { NameAddr } from './parts.ts';
import { noParams, parseWithParams } from './params.ts';
import type { Params } from './params.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';

/** Every Contact of a message, or `*`, which stands alone. RFC 3261 §20.10. */
export function parseContacts(headers: Headers): Result<NameAddr[] | '*', string> {
  const fields = headers.fields('Contact');
  if (!fields.includes('*')) return parseNameAddrList(fields);
  return fields.length === 1 ? ok('*') : err('* beside other contacts');
}

/** The value of Content-Type. RFC 3261 §20.15. */
interface MediaType {
  /** `type/subtype`, lower case. */
  mediaType: string;
  params: Params;
}

/** A type without parameters in lower case, as nearly all are. */
const plainType = /^[a-z0-9+.-]+\/[a-z0-9+.-]+$/;

export function parseMediaType(text: string): Result<MediaType, string> {
  if (plainType.test(text)) return ok({ mediaType: text, params: noParams });
  const parsed = parseWithParams(text);
  if (!parsed.ok) return err(`Content-Type: ${parsed.error}`);
  const [type, subtype, ...more] = parsed.value.value.split('/', 3).map((part) => trimmed(part));
  if (type === undefined || subtype === undefined || more.length > 0 || !isToken(type) || !isToken(subtype))
    return err('Content-Type: not type/subtype');
  return ok({ mediaType: `${type}/${subtype}`.toLowerCase(), params: parsed.value.params });
}

/** The value of Content-Disposition: what a body is there for. RFC 3261 §20.11. */
interface Disposition {
  /** Lower case: session, render, early-session, … */
  type: string;
  /** What to do with one that is not understood; `required` when the sender does not say. */
  handling: 'required' | 'optional';
}

export function parseDisposition(text: string): Result<Disposition, string> {
  const parsed = parseWithParams(text);
  if (!parsed.ok) return err(`Content-Disposition: ${parsed.error}`);
  const { value, params } = parsed.value;
  if (!isToken(value)) return err('Content-Disposition: the type is not a token');
  const handling = params.get('handling')?.toLowerCase() === 'optional' ? 'optional' : 'required';
  return ok({ type: value.toLowerCase(), handling });
}

/** The value of Retry-After. RFC 3261 §20.33. */
interface RetryAfter {
  seconds: number;
  /** How long the callee will be reachable after that. */
  durationSeconds?: number;
}

/** Reads Retry-After; the comment that people may read is left aside. */
export function parseRetryAfter(text: string): Result<RetryAfter, string> {
  const comment = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (comment >= 0 && close < comment) return err('Retry-After: the comment is not closed');
  const parsed = parseWithParams(comment < 0 ? text : text.slice(0, comment) + text.slice(close + 1));
  if (!parsed.ok) return err(`Retry-After: ${parsed.error}`);
  const seconds = parseSeconds(parsed.value.value);
  if (seconds === undefined) return err('Retry-After: not a number of seconds');
  const durationSeconds = parseSeconds(parsed.value.params.get('duration') ?? '');
  return ok(durationSeconds === undefined ? { seconds } : { seconds, durationSeconds });
}

/** The value of Session-Expires. RFC 4028 §4. */
interface SessionExpires {
  seconds: number;
  refresher?: 'uac' | 'uas';
}

export function parseSessionExpires(text: string): Result<SessionExpires, string> {
  const parsed = parseWithParams(text);
  if (!parsed.ok) return err(`Session-Expires: ${parsed.error}`);
  const seconds = parseSeconds(parsed.value.value);
  if (seconds === undefined) return err('Session-Expires: not a number of seconds');
  const refresher = parsed.value.params.get('refresher')?.toLowerCase();
  if (refresher === undefined) return ok({ seconds });
  return refresher === 'uac' || refresher === 'uas'
    ? ok({ seconds, refresher })
    : err('Session-Expires: the refresher is neither uac nor uas');
}

/** The value of RAck: which reliable provisional response is acknowledged. RFC 3262 §7.2. */
interface RAck {
  rseq: number;
  cseq: number;
  method: string;
}

export function parseRAck(text: string): Result<RAck, string> {
  const [first = '', second = '', method = '', ...more] = text.split(/[ \t]+/, 4);
  const rseq = parseRSeq(first);
  const cseq = parseNumber(second, 2 ** 31 - 1);
  if (rseq === undefined || cseq === undefined || !isToken(method) || more.length > 0)
    return err('RAck: not two numbers and a method');
  return ok({ rseq, cseq, method });
}

/** The value of RSeq: 1 to 2^32-1 (RFC 3262 §7.1); undefined when it is anything else. */
export function parseRSeq(text: string): number | undefined {
  const number = parseNumber(text, 2 ** 32 - 1);
  return number === 0 ? undefined : number;
}

/** The privacy kinds that are asked for, lower case. RFC 3323 §4.2 separates them by semicolons. */
export function parsePrivacy(text: string): Result<string[], string> {
  const kinds = text.split(/[;,]/).map((kind) => trimmed(kind).toLowerCase());
  return kinds.every(isToken) ? ok(kinds) : err('Privacy: a kind is not a token');
}

/** One value of User-to-User. RFC 7433 §4.1: the data is meant in the given encoding, hex unless said. */
interface UserToUser {
  data: string;
  params: Params;
}

export function parseUserToUser(text: string): Result<UserToUser, string> {
  const parsed = parseWithParams(text);
  return parsed.ok
    ? ok({ data: parsed.value.value, params: parsed.value.params })
    : err(`User-to-User: ${parsed.error}`);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dateForm = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z][a-z]) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;

/**
 * Reads Date, which may be in GMT only (RFC 3261 §20.17).
 * @returns milliseconds since the Unix epoch
 */
export function parseDate(text: string): Result<number, string> {
  const [, day = '', monthName = '', year = '', hour = '', minute = '', second = ''] = dateForm.exec(text) ?? [];
  const month = months.indexOf(monthName);
  if (month < 0) return err('Date: not an RFC 1123 date in GMT');
  const time = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  return printDate(time).slice(5) === text.slice(5) ? ok(time) : err('Date: no such day or time');
}

/** @param time milliseconds since the Unix epoch */
export function printDate(time: number): string {
  return new Date(time).toUTCString();
}

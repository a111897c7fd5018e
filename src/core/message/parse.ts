import { Buffer } from 'node:buffer';
import { isBlank, isToken, parseNumber, trimmed } from './chars.ts';
import { bodyLength } from './framing.ts';
import { knownName } from './header-names.ts';
import { Headers } from './headers.ts';
import { SipRequest, SipResponse } from './message.ts';
import type { SipMessage } from './message.ts';
import { problem } from './problem.ts';
import type { Problem } from './problem.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';
import { decodeText } from './text.ts';

/** Why bytes are no usable message, and what is known of them. */
export interface ParseFailure {
  problem: Problem;
  /** What could be read of a request, when that is enough to answer with: Via, From, To, Call-ID and CSeq are there. */
  request?: SipRequest;
  isResponse: boolean;
}

const maxBytes = 65_535;
const maxFields = 500;
const CR = 13;
const LF = 10;

/**
 * Reads one datagram, one WebSocket frame or one framed message of a stream. RFC 3261 §7, §18.3. Empty lines before the start-line are
 * skipped (§7.5). What this accepts is well formed as a message; `checkRequest` and `checkResponse` say whether its fields make sense.
 */
export function parseMessage(bytes: Uint8Array): Result<SipMessage, ParseFailure> {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  while (buffer[start] === CR && buffer[start + 1] === LF) start += 2;
  const blank = buffer.indexOf('\r\n\r\n', start, 'latin1');
  const headEnd = blank < 0 ? buffer.length : blank;
  const bodyStart = blank < 0 ? buffer.length : blank + 4;
  const text = decodeText(buffer, start, Math.min(headEnd, start + maxBytes));

  const startEnd = lineEnd(text, 0);
  const startLine = text.slice(0, startEnd);
  const fields = readFields(text, startEnd + 2);
  let flaw = fields.flaw;
  if (blank < 0) flaw = problem(400, 'no empty line ends the header fields');
  if (buffer.length - start > maxBytes) flaw = problem(513, `longer than ${maxBytes} bytes`);
  const length = bodyLength(fields.headers, buffer.length - bodyStart);
  if (!length.ok) flaw ??= length.error;
  const body = buffer.subarray(bodyStart, bodyStart + (length.ok ? length.value : 0));

  return /^SIP\//i.test(startLine)
    ? response(startLine, fields.headers, body, flaw)
    : request(startLine, fields.headers, body, flaw);
}

/** Request-Line: Method SP Request-URI SP SIP-Version, single spaces. RFC 3261 §7.1. */
function request(
  line: string,
  headers: Headers,
  body: Uint8Array,
  flaw: Problem | undefined,
): Result<SipMessage, ParseFailure> {
  const tidy = trimmed(line);
  const first = tidy.indexOf(' ');
  const last = tidy.lastIndexOf(' ');
  const version = tidy.slice(last + 1);
  if (first <= 0 || last <= first || !/^SIP\/\d+\.\d+$/i.test(version))
    return err({ problem: problem(400, 'not a SIP message'), isResponse: false });
  const method = tidy.slice(0, first);
  const uri = tidy.slice(first + 1, last);
  const message = new SipRequest(method, trimmed(uri), headers, body);
  const found = requestLineFlaw(line, method, uri, version) ?? flaw;
  if (found === undefined) return ok(message);
  const answerable = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].every((name) => headers.has(name));
  return err(
    answerable ? { problem: found, request: message, isResponse: false } : { problem: found, isResponse: false },
  );
}

function requestLineFlaw(line: string, method: string, uri: string, version: string): Problem | undefined {
  if (!isToken(method)) return problem(400, 'the method is not a token');
  if (!/^SIP\/2\.0$/i.test(version)) return problem(505, `${version} is not SIP/2.0`);
  if (line.length !== method.length + uri.length + version.length + 2)
    return problem(400, 'blanks around the Request-Line');
  if (uri === '' || /[ \t\r\n]/.test(uri)) return problem(400, 'blanks in the Request-URI or more than one before it');
  return undefined;
}

/** Status-Line: SIP-Version SP Status-Code SP Reason-Phrase. The phrase may be empty, and then its space is often gone. RFC 3261 §7.2. */
function response(
  line: string,
  headers: Headers,
  body: Uint8Array,
  flaw: Problem | undefined,
): Result<SipMessage, ParseFailure> {
  const match = /^SIP\/2\.0 ([1-6]\d\d)(?: ([^\r\n]*))?$/i.exec(line);
  const found = match === null ? problem(400, 'the Status-Line is malformed') : flaw;
  if (match === null || found !== undefined) return err({ problem: found!, isResponse: true });
  return ok(new SipResponse(parseNumber(match[1]!, 699)!, match[2] ?? '', headers, body));
}

/** The header fields from `at` on, and the first thing that is wrong with them. What is readable is read all the same, to answer with. */
function readFields(text: string, from: number): { headers: Headers; flaw: Problem | undefined } {
  const names: string[] = [];
  const values: string[] = [];
  let flaw: Problem | undefined;
  let at = from;
  // Lines are counted and not what they yield: each costs a search, also when it is no field.
  for (let count = 0; at < text.length; count++) {
    if (count === maxFields) {
      flaw ??= problem(400, `more than ${maxFields} header fields`);
      break;
    }
    const start = at;
    const end = lineEnd(text, at);
    if (strayBreak(text, start, end)) flaw ??= problem(400, 'a carriage return or line feed on its own');
    at = end + 2;
    const colon = text.indexOf(':', start);
    const name = colon >= 0 && colon < end ? fieldName(text, start, colon) : undefined;
    let value = name === undefined ? '' : trimmed(text, colon + 1, end);
    if (isBlank(text.charCodeAt(at))) {
      const lines = [value];
      while (isBlank(text.charCodeAt(at))) {
        const foldEnd = lineEnd(text, at);
        if (strayBreak(text, at, foldEnd)) flaw ??= problem(400, 'a carriage return or line feed on its own');
        lines.push(trimmed(text, at, foldEnd));
        at = foldEnd + 2;
      }
      value = lines.filter((line) => line !== '').join(' ');
    }
    if (name === undefined) {
      flaw ??= problem(400, 'a header field has no name, or one that is not a token');
      continue;
    }
    names.push(name);
    values.push(value);
  }
  return { headers: Headers.fromParsed(names, values), flaw };
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\r\n', at);
  return end < 0 ? text.length : end;
}

/**
 * Whether text[start, end), which CRLF or the end of the text follows, holds a CR or LF. Such a lone one ends a line for some readers and
 * not for others: the message would mean different things to each, so it is refused.
 */
function strayBreak(text: string, start: number, end: number): boolean {
  const carriageReturn = text.indexOf('\r', start);
  if (carriageReturn >= 0 && carriageReturn < end) return true;
  const lineFeed = text.indexOf('\n', start);
  return lineFeed >= 0 && lineFeed < end;
}

/** The canonical name, or undefined when it is none. Blanks before the colon are allowed (RFC 3261 §7.3.1). */
function fieldName(text: string, start: number, colon: number): string | undefined {
  const written = text.slice(start, colon);
  const known = knownName(written);
  if (known !== undefined) return known;
  let end = colon;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  const name = text.slice(start, end);
  return knownName(name) ?? (isToken(name) ? name : undefined);
}

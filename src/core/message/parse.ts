import { Buffer } from 'node:buffer';
import { isToken, trimmed } from './chars.ts';
import { bodyLength } from './framing.ts';
import type { Headers } from './headers.ts';
import { Lines } from './lines.ts';
import { SipRequest, SipResponse } from './message.ts';
import type { SipMessage } from './message.ts';
import { problem } from './problem.ts';
import type { Problem } from './problem.ts';
import { readFields } from './read-fields.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';
import { asciiText, decodeText } from './text.ts';

/** Why bytes are no usable message, and what is known of them. */
export interface ParseFailure {
  problem: Problem;
  /** What could be read of a request, when that is enough to answer with: Via, From, To, Call-ID and CSeq are there. */
  request?: SipRequest;
  isResponse: boolean;
}

const maxBytes = 65_535;
const emptyLine = '\r\n\r\n';
const CR = 13;
const LF = 10;
const ours = 'SIP/2.0';
const usualRequest = /^([A-Z]+) ([^ \t]+) SIP\/2\.0$/;

/**
 * Reads one datagram, one WebSocket frame or one framed message of a stream. RFC 3261 §7, §18.3. Empty lines before the start-line are
 * skipped (§7.5). What this accepts is well formed as a message; `checkRequest` and `checkResponse` say whether its fields make sense.
 */
export function parseMessage(bytes: Uint8Array): Result<SipMessage, ParseFailure> {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  while (buffer[start] === CR && buffer[start + 1] === LF) start += 2;
  const tooLong = buffer.length - start > maxBytes;
  const ascii = tooLong ? undefined : asciiText(buffer);
  const blank = ascii === undefined ? buffer.indexOf(emptyLine, start, 'latin1') : -1;

  const lines = ascii === undefined ? new Lines(decodeHead(buffer, start, blank), 0) : new Lines(ascii, start);
  lines.next();
  const startLine = lines.text.slice(lines.start, lines.end);
  const fields = readFields(lines);
  const bodyStart = ascii === undefined ? afterBlank(blank) : endOfHead(lines);
  let { flaw } = fields;
  if (lines.stray) flaw = problem(400, 'a carriage return or line feed on its own');
  if (bodyStart === undefined) flaw = problem(400, 'no empty line ends the header fields');
  if (tooLong) flaw = problem(513, `longer than ${maxBytes} bytes`);
  const available = bodyStart === undefined ? 0 : buffer.length - bodyStart;
  const length = bodyLength(fields.headers, available);
  if (!length.ok) flaw ??= length.error;
  const body = length.ok && length.value > 0 ? buffer.subarray(bodyStart, bodyStart! + length.value) : undefined;

  const usual = usualRequest.exec(startLine);
  if (usual !== null && flaw === undefined) return ok(new SipRequest(usual[1]!, usual[2]!, fields.headers, body));
  return /^SIP\//i.test(startLine)
    ? response(startLine, fields.headers, body, flaw)
    : request(startLine, fields.headers, body, flaw);
}

function decodeHead(buffer: Buffer, start: number, blank: number): string {
  const end = blank < 0 ? buffer.length : blank;
  return decodeText(buffer, start, Math.min(end, start + maxBytes));
}

function afterBlank(blank: number): number | undefined {
  return blank < 0 ? undefined : blank + emptyLine.length;
}

/** Where the body begins, in text whose lines were read; they may have been given up before their end. */
function endOfHead(lines: Lines): number | undefined {
  return lines.complete ? lines.at : afterBlank(lines.text.indexOf(emptyLine, lines.at - 2));
}

/** Request-Line: Method SP Request-URI SP SIP-Version, single spaces. RFC 3261 §7.1. */
function request(
  line: string,
  headers: Headers,
  body: Uint8Array | undefined,
  flaw: Problem | undefined,
): Result<SipMessage, ParseFailure> {
  const tidy = trimmed(line);
  const first = tidy.indexOf(' ');
  const last = tidy.lastIndexOf(' ');
  const written = tidy.slice(last + 1);
  const version = written === ours ? ours : written.toUpperCase();
  if (first <= 0 || last <= first || (version !== ours && !/^SIP\/\d+\.\d+$/.test(version)))
    return err({ problem: problem(400, 'not a SIP message'), isResponse: false });
  const method = tidy.slice(0, first);
  const uri = tidy.slice(first + 1, last);
  const message = new SipRequest(method, trimmed(uri), headers, body);
  const found = requestLineFlaw(method, uri, version, tidy !== line) ?? flaw;
  if (found === undefined) return ok(message);
  const answerable = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].every((name) => headers.has(name));
  return err(
    answerable ? { problem: found, request: message, isResponse: false } : { problem: found, isResponse: false },
  );
}

function requestLineFlaw(method: string, uri: string, version: string, padded: boolean): Problem | undefined {
  if (version !== ours) return problem(505, `${version} is not SIP/2.0`);
  if (!isToken(method)) return problem(400, 'the method is not a token');
  if (padded) return problem(400, 'blanks around the Request-Line');
  if (uri === '' || uri.includes(' ') || uri.includes('\t'))
    return problem(400, 'blanks in the Request-URI, or more than one beside it');
  return undefined;
}

/** Status-Line: SIP-Version SP Status-Code SP Reason-Phrase. The phrase may be empty, and then its space is often gone. RFC 3261 §7.2. */
function response(
  line: string,
  headers: Headers,
  body: Uint8Array | undefined,
  flaw: Problem | undefined,
): Result<SipMessage, ParseFailure> {
  const match = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/is.exec(line);
  if (match === null) return err({ problem: problem(400, 'the Status-Line is malformed'), isResponse: true });
  if (flaw !== undefined) return err({ problem: flaw, isResponse: true });
  return ok(new SipResponse(Number(match[1]), match[2] ?? '', headers, body));
}

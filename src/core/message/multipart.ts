import { Buffer } from 'node:buffer';
import { isToken, trimmed } from './chars.ts';
import { Headers } from './headers.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';

/** One part of a multipart body. RFC 2046 §5.1. */
export interface BodyPart {
  readonly headers: Headers;
  readonly body: Uint8Array;
}

const MOST_PARTS = 32;
const MOST_FIELDS = 32;
/** RFC 2046 §5.1.1: 1 to 70 characters, the last of them no blank. */
const BOUNDARY = /^[\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?]$/;
const LF = 10;
const CR = 13;

/**
 * Takes a multipart body apart; text before the first boundary and after the last one is ignored. Lines may end with LF alone,
 * as gateways write descriptions so. The last boundary has to be there: without it the body may have been cut off.
 */
export function parseMultipart(body: Uint8Array, boundary: string | undefined): Result<BodyPart[], string> {
  if (boundary === undefined) return err('a multipart body without a boundary parameter');
  if (!BOUNDARY.test(boundary))
    return err('the boundary of a multipart body is not 1 to 70 characters that may stand there');
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = `--${boundary}`;
  const parts: BodyPart[] = [];
  let start: number | undefined;
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + 1)) {
    if (at > 0 && bytes[at - 1] !== LF) continue;
    const after = at + delimiter.length;
    const closes = bytes[after] === 45 && bytes[after + 1] === 45;
    const next = closes ? after : lineEnd(bytes, after);
    // The boundary goes on: it is another one that begins alike.
    if (next === undefined) continue;
    if (start !== undefined) {
      if (parts.length === MOST_PARTS) return err(`a multipart body has more than ${MOST_PARTS} parts`);
      const part = parsePart(bytes.subarray(start, beforeBreak(bytes, at, start)));
      if (!part.ok) return part;
      parts.push(part.value);
    }
    if (closes) return parts.length > 0 ? ok(parts) : err('a multipart body has no part');
    start = next;
    at = next - 2;
  }
  return err(
    start === undefined ? 'a multipart body lacks its boundary' : 'a multipart body does not end with its boundary',
  );
}

/** Where the next line begins, when nothing but blanks is left of this one. */
function lineEnd(bytes: Buffer, at: number): number | undefined {
  while (bytes[at] === 32 || bytes[at] === 9) at++;
  if (bytes[at] === CR) at++;
  return bytes[at] === LF ? at + 1 : undefined;
}

/** The line break before a boundary belongs to the boundary. */
function beforeBreak(bytes: Buffer, at: number, start: number): number {
  const end = bytes[at - 2] === CR ? at - 2 : at - 1;
  return Math.max(start, end);
}

function parsePart(bytes: Buffer): Result<BodyPart, string> {
  const headers = new Headers();
  let at = 0;
  let field: string | undefined;
  for (let count = 0; ; count++) {
    const lineFeed = bytes.indexOf(LF, at);
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    const line = bytes.toString('utf8', at, end > at && bytes[end - 1] === CR ? end - 1 : end);
    at = lineFeed < 0 ? bytes.length : lineFeed + 1;
    if (field !== undefined && /^[ \t]/.test(line)) {
      field += ` ${trimmed(line)}`;
    } else {
      if (field !== undefined && !append(headers, field)) return err('a header field of a body part is malformed');
      if (line === '') return ok({ headers, body: bytes.subarray(at) });
      field = line;
    }
    if (count > MOST_FIELDS) return err(`a body part has more than ${MOST_FIELDS} lines of header fields`);
    if (lineFeed < 0) return err('no empty line ends the header fields of a body part');
  }
}

function append(headers: Headers, field: string): boolean {
  const colon = field.indexOf(':');
  const name = trimmed(field, 0, Math.max(0, colon));
  if (!isToken(name)) return false;
  headers.append(name, field.slice(colon + 1));
  return true;
}

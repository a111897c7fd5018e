import { parseNumber } from './chars.ts';
import type { Headers } from './headers.ts';
import { problem } from './problem.ts';
import type { Problem } from './problem.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';

/**
 * How many of the bytes after the empty line are the body. RFC 3261 §18.3: without Content-Length all of them; with it that many,
 * the rest is dropped; fewer than announced is an error.
 */
export function bodyLength(headers: Headers, available: number): Result<number, Problem> {
  const value = headers.get('Content-Length');
  if (value === undefined) return ok(available);
  if (headers.count('Content-Length') > 1) return err(problem(400, 'more than one Content-Length header field'));
  const length = parseNumber(value, Number.MAX_SAFE_INTEGER);
  if (length === undefined) return err(problem(400, 'Content-Length is not a number of bytes'));
  if (length > available) return err(problem(400, `Content-Length says ${length} bytes, the message has ${available}`));
  return ok(length);
}

/**
 * Reads JSON and says where it is wrong. `JSON.parse` would quote the text around the place, which may be a password,
 * and would let a key that stands twice pass in silence.
 */
import { err, ok } from '../message/index.ts';
import type { Result } from '../message/index.ts';

/** `at` is an offset into the text. */
interface Flaw {
  readonly at: number;
  readonly what: string;
}

/** Either where the next piece begins, or what is wrong. */
type Step = number | Flaw;

const MAX_DEPTH = 64;
const MAX_LENGTH = 1024 * 1024;
const MAX_SHOWN = 60;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Without its closing quote; every escape is a legal one. */
// oxlint-disable-next-line no-control-regex -- RFC 8259 §7 forbids exactly these
const STRING = /"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y;
const WORD = /true|false|null/y;

/** The error is one line: line, column and problem. */
export function parseJson(text: string): Result<unknown, string> {
  if (text.length > MAX_LENGTH) return err('line 1, column 1: longer than a configuration can be (1 MiB)');
  const end = value(text, blanks(text, 0), 0);
  const flaw = typeof end === 'number' ? trailing(text, end) : end;
  if (flaw === undefined) return ok(JSON.parse(text));
  const before = text.slice(0, flaw.at).split('\n');
  return err(`line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${flaw.what}`);
}

function value(text: string, at: number, depth: number): Step {
  if (depth > MAX_DEPTH) return { at, what: 'nested too deeply' };
  switch (text[at]) {
    case '{':
      return members(text, at, depth);
    case '[':
      return elements(text, at, depth);
    case '"':
      return string(text, at);
    default: {
      const end = match(NUMBER, text, at) ?? match(WORD, text, at);
      return end ?? { at, what: unexpected(text, at, 'a value') };
    }
  }
}

function members(text: string, open: number, depth: number): Step {
  const keys = new Set<string>();
  return list(text, open, '}', (at) => {
    if (text[at] !== '"') return { at, what: unexpected(text, at, 'a key in double quotes') };
    const keyEnd = string(text, at);
    if (typeof keyEnd !== 'number') return keyEnd;
    const key = text.slice(at, keyEnd);
    if (keys.has(key)) return { at, what: `the key ${key.slice(0, MAX_SHOWN)} stands here for the second time` };
    keys.add(key);
    const colon = blanks(text, keyEnd);
    if (text[colon] !== ':') return { at: colon, what: unexpected(text, colon, 'a colon') };
    return value(text, blanks(text, colon + 1), depth + 1);
  });
}

function elements(text: string, open: number, depth: number): Step {
  return list(text, open, ']', (at) => value(text, at, depth + 1));
}

/** What stands between brackets or braces, divided by commas. */
function list(text: string, open: number, close: '}' | ']', item: (at: number) => Step): Step {
  let at = blanks(text, open + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    const end = item(at);
    if (typeof end !== 'number') return end;
    const next = blanks(text, end);
    if (text[next] === close) return next + 1;
    if (text[next] !== ',') return { at: next, what: unexpected(text, next, `a comma or ${close}`) };
    at = blanks(text, next + 1);
    if (text[at] === close) return { at: next, what: `this comma must go: ${close} follows` };
  }
}

function string(text: string, at: number): Step {
  const end = match(STRING, text, at) ?? at;
  if (text[end] === '"') return end + 1;
  if (text[end] === '\\') return { at: end, what: 'no escape of JSON; a backslash itself is written as \\\\' };
  if (end >= text.length || text[end] === '\n' || text[end] === '\r') {
    return { at, what: 'this text lacks its closing quote' };
  }
  return { at: end, what: 'a control character must be written as an escape, such as \\t' };
}

function trailing(text: string, end: number): Flaw | undefined {
  const at = blanks(text, end);
  return at === text.length ? undefined : { at, what: unexpected(text, at, 'the end of the file') };
}

function unexpected(text: string, at: number, expected: string): string {
  if (at >= text.length) return `the file ends where ${expected} should follow`;
  if (text[at] === '#' || text.startsWith('//', at) || text.startsWith('/*', at)) return 'JSON has no comments';
  return `expected ${expected}`;
}

function match(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? undefined : at + found[0].length;
}

function blanks(text: string, at: number): number {
  return match(/[ \t\r\n]*/y, text, at) ?? at;
}

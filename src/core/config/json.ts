/**
 * Reads JSON and says where it is wrong. `JSON.parse` would quote the text around the place, which may be a password,
 * and would let a key that stands twice pass in silence.
 */
import { err, ok } from '../message/index.ts';
import type { Result } from '../message/index.ts';

/** A value in the text: `end` is the offset behind it. */
export interface JsonNode {
  readonly start: number;
  readonly end: number;
  /** Members of an object or elements of an array. */
  readonly entries?: readonly JsonEntry[];
}

export interface JsonEntry {
  /** The key, or the index. */
  readonly key: string | number;
  /** Where the entry begins: for a member that is its key. */
  readonly start: number;
  readonly value: JsonNode;
}

/** `at` is an offset into the text. */
interface Flaw {
  readonly at: number;
  readonly what: string;
}

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
  const tree = parseTree(text);
  return tree.ok ? ok(JSON.parse(text)) : tree;
}

/** Where everything stands in the text. A byte order mark may come first, which `JSON.parse` would not take. */
export function parseTree(text: string): Result<JsonNode, string> {
  if (text.length > MAX_LENGTH) return err('line 1, column 1: longer than a configuration can be (1 MiB)');
  const node = value(text, blanks(text, text.startsWith('\uFEFF') ? 1 : 0), 0);
  const flaw = isFlaw(node) ? node : trailing(text, node.end);
  if (flaw === undefined) return ok(node as JsonNode);
  const before = text.slice(0, flaw.at).split('\n');
  return err(`line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${flaw.what}`);
}

function value(text: string, at: number, depth: number): JsonNode | Flaw {
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
      return end === undefined ? { at, what: unexpected(text, at, 'a value') } : { start: at, end };
    }
  }
}

function members(text: string, open: number, depth: number): JsonNode | Flaw {
  const keys = new Set<string>();
  return list(text, open, '}', (at) => {
    if (text[at] !== '"') return { at, what: unexpected(text, at, 'a key in double quotes') };
    const name = string(text, at);
    if (isFlaw(name)) return name;
    const key = text.slice(at, name.end);
    if (keys.has(key)) return { at, what: `the key ${key.slice(0, MAX_SHOWN)} stands here for the second time` };
    keys.add(key);
    const colon = blanks(text, name.end);
    if (text[colon] !== ':') return { at: colon, what: unexpected(text, colon, 'a colon') };
    const member = value(text, blanks(text, colon + 1), depth + 1);
    return isFlaw(member) ? member : { key: String(JSON.parse(key)), start: at, value: member };
  });
}

function elements(text: string, open: number, depth: number): JsonNode | Flaw {
  return list(text, open, ']', (at, index) => {
    const element = value(text, at, depth + 1);
    return isFlaw(element) ? element : { key: index, start: at, value: element };
  });
}

/** What stands between brackets or braces, divided by commas. */
function list(
  text: string,
  open: number,
  close: '}' | ']',
  item: (at: number, index: number) => JsonEntry | Flaw,
): JsonNode | Flaw {
  const entries: JsonEntry[] = [];
  let at = blanks(text, open + 1);
  if (text[at] === close) return { start: open, end: at + 1, entries };
  for (;;) {
    const entry = item(at, entries.length);
    if (isFlaw(entry)) return entry;
    entries.push(entry);
    const next = blanks(text, entry.value.end);
    if (text[next] === close) return { start: open, end: next + 1, entries };
    if (text[next] !== ',') return { at: next, what: unexpected(text, next, `a comma or ${close}`) };
    at = blanks(text, next + 1);
    if (text[at] === close) return { at: next, what: `this comma must go: ${close} follows` };
  }
}

function string(text: string, at: number): JsonNode | Flaw {
  const end = match(STRING, text, at) ?? at;
  if (text[end] === '"') return { start: at, end: end + 1 };
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

function isFlaw(found: JsonNode | JsonEntry | Flaw): found is Flaw {
  return 'what' in found;
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

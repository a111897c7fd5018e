import { RAW_VALUE, TOKEN, every, is, skipBlanks, trimmed } from './chars.ts';
import { quote, readQuoted } from './quoted.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';

/**
 * Parameters in the order written. Names are lower case; undefined is a flag without a value. Values are what they mean:
 * unquoted in header fields, unescaped in URIs. A Map, so that no name a peer invents can reach an object's prototype.
 */
export type Params = ReadonlyMap<string, string | undefined>;

export const noParams: Params = new Map();
/** Of a URI that has none. */
export const noHeaders: ReadonlyArray<[name: string, value: string]> = [];

/**
 * Reads `;name[=value]…` from `at` to the end of the text: the parameters of a header field. RFC 3261 §7.3.1.
 * A name that comes twice is an error (same section): which tag or branch would count?
 */
export function parseParams(text: string, at: number): Result<Params, string> {
  let i = skipBlanks(text, at);
  if (i === text.length) return ok(noParams);
  const params = new Map<string, string | undefined>();
  while (i < text.length) {
    if (text.charCodeAt(i) !== 59) return err('unexpected text where a parameter should begin');
    i = skipBlanks(text, i + 1);
    const start = i;
    while (i < text.length && is(text.charCodeAt(i), TOKEN)) i++;
    if (i === start) return err('a parameter has no name');
    const name = text.slice(start, i).toLowerCase();
    if (params.has(name)) return err(`the parameter ${name} comes twice`);
    i = skipBlanks(text, i);
    if (text.charCodeAt(i) !== 61) {
      params.set(name, undefined);
      continue;
    }
    i = skipBlanks(text, i + 1);
    if (text.charCodeAt(i) === 34) {
      const quoted = readQuoted(text, i);
      if (quoted === undefined) return err(`the quoted value of parameter ${name} is not closed`);
      params.set(name, quoted.value);
      i = quoted.end;
    } else {
      const from = i;
      while (i < text.length && is(text.charCodeAt(i), RAW_VALUE)) i++;
      if (i === from) return err(`the parameter ${name} has no value after its equals sign`);
      params.set(name, text.slice(from, i));
    }
    i = skipBlanks(text, i);
  }
  return ok(params);
}

/** `;name=value` for each; a value is quoted only where it has to be. */
export function printParams(params: Params): string {
  let out = '';
  for (const [name, value] of params) out += value === undefined ? `;${name}` : `;${name}=${printValue(value)}`;
  return out;
}

function printValue(value: string): string {
  return value !== '' && every(value, RAW_VALUE) ? value : quote(value);
}

/** `value;name=value…`, the shape of many header fields. */
interface WithParams {
  value: string;
  params: Params;
}

/** Reads a value that is not empty, with its parameters. */
export function parseWithParams(text: string): Result<WithParams, string> {
  const semicolon = text.indexOf(';');
  const end = semicolon < 0 ? text.length : semicolon;
  const value = trimmed(text, 0, end);
  if (value === '') return err('the value is empty');
  const params = parseParams(text, end);
  return params.ok ? ok({ value, params: params.value }) : params;
}

import { TOKEN, is, isBlank, skipBlanks, trimmed } from './chars.ts';
import { splitList } from './list.ts';
import { parseParams, printParams } from './params.ts';
import { quote, readQuoted } from './quoted.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';
import { parseUri, printUri } from './uri.ts';
import type { NameAddr } from './parts.ts';
import { commonNameAddr } from './common-forms.ts';

/** Reads one name-addr or addr-spec with its parameters. */
export function parseNameAddr(text: string): Result<NameAddr, string> {
  const usual = commonNameAddr(text);
  return usual === undefined ? readNameAddr(text) : ok(usual);
}

/** Any that the grammar allows. */
function readNameAddr(text: string): Result<NameAddr, string> {
  const start = skipBlanks(text, 0);
  if (text.charCodeAt(start) === 34) {
    const quoted = readQuoted(text, start);
    if (quoted === undefined) return err('the quoted display name is not closed');
    const open = skipBlanks(text, quoted.end);
    if (text.charCodeAt(open) !== 60) return err('no left angle bracket after the display name');
    return bracketed(text, open, quoted.value);
  }
  let open = start;
  while (open < text.length && isDisplayNameCharacter(text.charCodeAt(open))) open++;
  if (text.charCodeAt(open) !== 60) return bare(text, start);
  return bracketed(text, open, open === start ? undefined : trimmed(text, start, open));
}

/** Tokens and blanks; also what is beyond ASCII, which should have been quoted but often is not. */
function isDisplayNameCharacter(code: number): boolean {
  return is(code, TOKEN) || isBlank(code) || code > 127;
}

function bracketed(text: string, open: number, displayName: string | undefined): Result<NameAddr, string> {
  const close = text.indexOf('>', open);
  if (close < 0) return err('no right angle bracket after the URI');
  const uri = parseUri(text.slice(open + 1, close));
  if (!uri.ok) return uri;
  const params = parseParams(text, close + 1);
  if (!params.ok) return params;
  if (displayName === undefined) return ok({ uri: uri.value, params: params.value });
  return ok({ displayName, uri: uri.value, params: params.value });
}

/** An addr-spec: parameters belong to the header field, and a URI with , or ? would need brackets (RFC 3261 §20.10). */
function bare(text: string, start: number): Result<NameAddr, string> {
  const semicolon = text.indexOf(';', start);
  const end = semicolon < 0 ? text.length : semicolon;
  const spec = trimmed(text, start, end);
  if (/[?,]/.test(spec)) return err('a URI with a comma or question mark needs angle brackets around it');
  const uri = parseUri(spec);
  if (!uri.ok) return uri;
  const params = parseParams(text, end);
  return params.ok ? ok({ uri: uri.value, params: params.value }) : params;
}

/** Reads header field values, each of which may be a comma-separated list; the first error ends it. */
export function parseNameAddrList(values: readonly string[]): Result<NameAddr[], string> {
  const list: NameAddr[] = [];
  for (const value of values) {
    for (const element of splitList(value)) {
      const parsed = parseNameAddr(element);
      if (!parsed.ok) return parsed;
      list.push(parsed.value);
    }
  }
  return ok(list);
}

/** Always with brackets, and with the display name quoted. */
export function printNameAddr(address: NameAddr): string {
  const name = address.displayName === undefined ? '' : `${quote(address.displayName)} `;
  return `${name}<${printUri(address.uri)}>${printParams(address.params)}`;
}

import { TOKEN, isToken, is, skipBlanks } from './chars.ts';
import type { Params } from './params.ts';
import { quote, readQuoted } from './quoted.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';

/**
 * The value of Authorization, Proxy-Authorization, WWW-Authenticate or Proxy-Authenticate: a scheme and its parameters, unquoted.
 * RFC 3261 §25.1, RFC 7616 §3. Holds secrets (response): never log it.
 */
interface Authentication {
  /** As written; schemes compare whatever their letter case. */
  scheme: string;
  params: Params;
}

/** Reads any scheme whose parameters are `name=value` separated by commas, known to us or not (RFC 4475 §3.3.7). */
export function parseAuthentication(text: string): Result<Authentication, string> {
  let at = skipBlanks(text, 0);
  const schemeStart = at;
  while (at < text.length && is(text.charCodeAt(at), TOKEN)) at++;
  const scheme = text.slice(schemeStart, at);
  if (scheme === '') return err('no authentication scheme');
  const params = new Map<string, string>();
  at = skipBlanks(text, at);
  while (at < text.length) {
    const nameStart = at;
    while (at < text.length && is(text.charCodeAt(at), TOKEN)) at++;
    const name = text.slice(nameStart, at).toLowerCase();
    at = skipBlanks(text, at);
    if (name === '' || text.charCodeAt(at) !== 61)
      return err('an authentication parameter is not of the form name=value');
    if (params.has(name)) return err(`the authentication parameter ${name} comes twice`);
    at = skipBlanks(text, at + 1);
    const value = readValue(text, at);
    if (value === undefined) return err(`the value of authentication parameter ${name} is malformed`);
    params.set(name, value.value);
    at = skipBlanks(text, value.end);
    if (at === text.length) break;
    if (text.charCodeAt(at) !== 44) return err('no comma between authentication parameters');
    at = skipBlanks(text, at + 1);
  }
  return ok({ scheme, params });
}

function readValue(text: string, at: number): { value: string; end: number } | undefined {
  if (text.charCodeAt(at) === 34) return readQuoted(text, at);
  let end = at;
  while (end < text.length && text.charCodeAt(end) !== 44 && text.charCodeAt(end) !== 34 && text.charCodeAt(end) > 32)
    end++;
  return end === at ? undefined : { value: text.slice(at, end), end };
}

/** What digest writes as tokens: in credentials also qop, which a challenge quotes. RFC 7616 §3.3, §3.4. */
const unquotedInChallenge: ReadonlySet<string> = new Set(['algorithm', 'stale']);
const unquotedInCredentials: ReadonlySet<string> = new Set(['algorithm', 'qop', 'nc']);

/** A value for WWW-Authenticate or Proxy-Authenticate. */
export function printChallenge(challenge: Authentication): string {
  return print(challenge, unquotedInChallenge);
}

/** A value for Authorization or Proxy-Authorization. */
export function printCredentials(credentials: Authentication): string {
  return print(credentials, unquotedInCredentials);
}

function print({ scheme, params }: Authentication, unquoted: ReadonlySet<string>): string {
  const parts: string[] = [];
  for (const [name, value = ''] of params)
    parts.push(`${name}=${unquoted.has(name) && isToken(value) ? value : quote(value)}`);
  return `${scheme} ${parts.join(', ')}`;
}

import { URI_HEADER, URI_HEADER_LOOSE, URI_PARAM, URI_PASSWORD, URI_USER, isToken } from './chars.ts';
import { percentDecode, percentEncode, unescaped } from './escapes.ts';
import { parseHostPort, printHost, sameHost } from './host.ts';
import { noHeaders, noParams } from './params.ts';
import type { Params } from './params.ts';
import type { SipUri, Uri, Written, WrittenPart } from './parts.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';
import { commonUri } from './common-forms.ts';

export function isSipUri(uri: Uri): uri is SipUri {
  return 'host' in uri;
}

/** A SIP URI with the parts left out set to nothing. */
export function sipUri(parts: {
  scheme?: SipUri['scheme'];
  user?: string | undefined;
  host: string;
  port?: number | undefined;
  params?: Params;
}): SipUri {
  const uri: SipUri = {
    scheme: parts.scheme ?? 'sip',
    host: parts.host.toLowerCase(),
    params: parts.params ?? noParams,
    headers: noHeaders,
  };
  if (parts.user !== undefined) uri.user = parts.user;
  if (parts.port !== undefined) uri.port = parts.port;
  return uri;
}

/** Reads one URI. The error says in words what is wrong, for a 400's detail. */
export function parseUri(text: string): Result<Uri, string> {
  const usual = commonUri(text);
  return usual === undefined ? readUri(text) : ok(usual);
}

/** Any that the grammar allows. */
function readUri(text: string): Result<Uri, string> {
  const colon = text.indexOf(':');
  if (colon < 0) return err('a URI without a scheme');
  const scheme = text.slice(0, colon).toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return parseSipUri(scheme, text, colon + 1);
  if (!/^[a-z][a-z0-9+.-]*$/.test(scheme)) return err('the scheme of a URI is malformed');
  const opaque = text.slice(colon + 1);
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  if (opaque === '' || /[\u0000-\u0020"<>\u007f]/.test(opaque))
    return err(`a ${scheme} URI is empty or holds a character that must be escaped`);
  return ok({ scheme, opaque });
}

function parseSipUri(scheme: SipUri['scheme'], text: string, start: number): Result<SipUri, string> {
  // An @ can only end the user part: everywhere else it is escaped. The user part itself may hold ; and ? (RFC 4475 §3.1.1.9).
  const at = text.indexOf('@', start);
  const hostStart = at < 0 ? start : at + 1;
  const question = text.indexOf('?', hostStart);
  const bodyEnd = question < 0 ? text.length : question;
  let hostEnd = text.indexOf(';', hostStart);
  if (hostEnd < 0 || hostEnd > bodyEnd) hostEnd = bodyEnd;

  const hostPort = parseHostPort(text.slice(hostStart, hostEnd));
  if (!hostPort.ok) return hostPort;
  const uri: SipUri = { scheme, host: hostPort.value.host, params: noParams, headers: noHeaders };
  if (hostPort.value.port !== undefined) uri.port = hostPort.value.port;
  const bodyStart = hostEnd < bodyEnd ? hostEnd + 1 : undefined;

  if (at >= 0) {
    const problem = readUserInfo(uri, text.slice(start, at));
    if (problem !== undefined) return err(problem);
  }
  if (bodyStart !== undefined) {
    const params = parseUriParams(text.slice(bodyStart, bodyEnd));
    if (!params.ok) return params;
    uri.params = params.value;
  }
  if (question >= 0) {
    const headers = parseUriHeaders(text.slice(question + 1));
    if (!headers.ok) return headers;
    uri.headers = headers.value;
  }
  const written = writtenParts(uri, {
    userInfo: at < 0 ? '' : text.slice(start, at),
    params: bodyStart === undefined ? '' : text.slice(bodyStart, bodyEnd),
    headers: question < 0 ? '' : text.slice(question + 1),
  });
  if (written) uri.written = written;
  return ok(uri);
}

/** What of a URI just read would be lost if we wrote it our own way; undefined when nothing would. */
function writtenParts(
  uri: SipUri,
  { userInfo, params, headers }: { userInfo: string; params: string; headers: string },
): Written | undefined {
  const kept = new Map<string, WrittenPart<string | undefined>>();
  const texts = params === '' ? [] : params.split(';');
  for (const [i, [name, value]] of [...uri.params].entries()) {
    const text = texts[i]!;
    if (text !== printUriParam(name, value)) kept.set(name, { text, value });
  }
  const keepsUser = uri.user !== undefined && userInfo !== printUserInfo(uri);
  const keepsHeaders = headers !== printUriHeaders(uri.headers) && headersAreEscaped(headers);
  if (!keepsUser && !keepsHeaders && kept.size === 0) return undefined;
  return {
    params: kept,
    ...(keepsUser ? { userInfo: { text: userInfo, value: userKey(uri) } } : {}),
    ...(keepsHeaders ? { headers: { text: headers, value: uri.headers } } : {}),
  };
}

/** What phones leave unescaped in a Replaces is read, and never written. */
function headersAreEscaped(text: string): boolean {
  return text.split('&').every((part) => percentDecode(part.slice(part.indexOf('=') + 1), URI_HEADER) !== undefined);
}

function userKey({ user, password }: Pick<SipUri, 'user' | 'password'>): string {
  return JSON.stringify([user, password]);
}

function asWritten<Value>(part: WrittenPart<Value> | undefined, value: Value): string | undefined {
  return part && part.value === value ? part.text : undefined;
}

function readUserInfo(uri: SipUri, info: string): string | undefined {
  const colon = info.indexOf(':');
  const name = colon < 0 ? info : info.slice(0, colon);
  const user = percentDecode(name, URI_USER);
  if (user === undefined) return `the user part of a URI ${unescaped(name, URI_USER)}`;
  if (user === '') return 'the user part of a URI is empty';
  uri.user = user;
  if (colon < 0) return undefined;
  const password = percentDecode(info.slice(colon + 1), URI_PASSWORD);
  if (password === undefined) return `the password of a URI ${unescaped(info.slice(colon + 1), URI_PASSWORD)}`;
  uri.password = password;
  return undefined;
}

function parseUriParams(text: string): Result<Params, string> {
  const params = new Map<string, string | undefined>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    const name = percentDecode(equals < 0 ? part : part.slice(0, equals), URI_PARAM)?.toLowerCase();
    const value = equals < 0 ? undefined : percentDecode(part.slice(equals + 1), URI_PARAM);
    if (name === undefined || (equals >= 0 && value === undefined))
      return err(`a URI parameter ${unescaped(part.replace('=', ''), URI_PARAM)}`);
    if (name === '') return err('a URI parameter has no name');
    if (params.has(name)) return err('a URI parameter comes twice');
    params.set(name, value);
  }
  return ok(params);
}

function parseUriHeaders(text: string): Result<SipUri['headers'], string> {
  const headers: [string, string][] = [];
  for (const part of text.split('&')) {
    const equals = part.indexOf('=');
    if (equals <= 0) return err('a header in a URI is not of the form name=value');
    const name = percentDecode(part.slice(0, equals), URI_HEADER);
    const value = percentDecode(part.slice(equals + 1), URI_HEADER_LOOSE);
    if (name === undefined || value === undefined)
      return err('a header in a URI holds a character that must be escaped');
    // These end up as header fields of a request: what cannot be a field's name is refused here, where it came in.
    if (!isToken(name)) return err('the name of a header in a URI is not a token');
    headers.push([name, value]);
  }
  return ok(headers);
}

/**
 * Writes a URI. Parts that were read are written as they came, byte for byte, for whoever made up a Contact alone knows
 * what its escapes are for; all others are escaped where they must be.
 */
export function printUri(uri: Uri): string {
  if (!isSipUri(uri)) return `${uri.scheme}:${uri.opaque}`;
  const { written } = uri;
  let out = `${uri.scheme}:`;
  if (uri.user !== undefined) out += `${asWritten(written?.userInfo, userKey(uri)) ?? printUserInfo(uri)}@`;
  out += printHost(uri.host);
  if (uri.port !== undefined) out += `:${uri.port}`;
  for (const [name, value] of uri.params) {
    out += `;${asWritten(written?.params.get(name), value) ?? printUriParam(name, value)}`;
  }
  if (uri.headers.length === 0) return out;
  return `${out}?${asWritten(written?.headers, uri.headers) ?? printUriHeaders(uri.headers)}`;
}

/** As `printUri`, the same for every way to write the same: to look a URI up by. */
export function uriKey(uri: SipUri): string {
  const { written: _, ...plain } = uri;
  return printUri(plain);
}

function printUserInfo({ user = '', password }: Pick<SipUri, 'user' | 'password'>): string {
  const name = percentEncode(user, URI_USER);
  return password === undefined ? name : `${name}:${percentEncode(password, URI_PASSWORD)}`;
}

function printUriParam(name: string, value: string | undefined): string {
  const key = percentEncode(name, URI_PARAM);
  return value === undefined ? key : `${key}=${percentEncode(value, URI_PARAM)}`;
}

function printUriHeaders(headers: SipUri['headers']): string {
  return headers
    .map(([name, value]) => `${percentEncode(name, URI_HEADER)}=${percentEncode(value, URI_HEADER)}`)
    .join('&');
}

/** Parameters that make two URIs differ when only one has them; any other is then ignored. RFC 3261 §19.1.4. */
const decisive = ['transport', 'user', 'ttl', 'method', 'maddr'];

/** Whether two URIs are equivalent. RFC 3261 §19.1.4; hosts as RFC 5954 §4.2. */
export function sameUri(a: Uri, b: Uri): boolean {
  if (a.scheme !== b.scheme) return false;
  if (!isSipUri(a) || !isSipUri(b)) return !isSipUri(a) && !isSipUri(b) && a.opaque === b.opaque;
  return (
    a.user === b.user &&
    a.password === b.password &&
    a.port === b.port &&
    sameHost(a.host, b.host) &&
    decisive.every((name) => a.params.has(name) === b.params.has(name)) &&
    sharedParamsAgree(a.params, b.params) &&
    sameHeaders(a.headers, b.headers)
  );
}

function sharedParamsAgree(a: Params, b: Params): boolean {
  for (const [name, value] of a) {
    if (b.has(name) && value?.toLowerCase() !== b.get(name)?.toLowerCase()) return false;
  }
  return true;
}

function sameHeaders(a: SipUri['headers'], b: SipUri['headers']): boolean {
  const sorted = (headers: SipUri['headers']) =>
    headers.map(([name, value]) => `${name.toLowerCase()}=${value}`).sort();
  const left = sorted(a);
  const right = sorted(b);
  return left.length === right.length && left.every((header, i) => header === right[i]);
}

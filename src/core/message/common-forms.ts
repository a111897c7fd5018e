import { parseNumber } from './chars.ts';
import { noHeaders, noParams } from './params.ts';
import type { NameAddr } from './parts.ts';
import type { Params } from './params.ts';
import type { SipUri } from './parts.ts';
import type { Via } from './parts.ts';

/*
 * The shapes that nearly all equipment writes, as one expression each: the engine runs these several times faster than any loop over
 * characters. Whatever does not match goes to the readers of the whole grammar, which also say what is wrong with it; property tests hold
 * both to the same result. No two parts of an expression that follow each other share a character, so that a mismatch costs no more than
 * a match.
 */
const hostPort = String.raw`([a-z0-9_]+(?:(?:\.|-+)[a-z0-9_]+)*)(?::(\d{1,5}))?`;
const uriParam = String.raw`(?:;([a-z-]+)(?:=([-_.!~*'()[\]/:&+$a-zA-Z0-9]+))?)?`;
const sip = String.raw`sip:(?:([-_.!~*'()&=+$,;?/a-zA-Z0-9]+)@)?${hostPort}${uriParam}${uriParam}`;
const param = String.raw`(?:;([a-z-]+)(?:=([-.!%*_+\x60'~[\]:/?@&=$#|^{}()a-zA-Z0-9]+))?)?`;

const uriShape = new RegExp(`^${sip}$`);
const addressShape = new RegExp(String.raw`^(?:"([^"\\]*)"[ \t]*)?<${sip}>${param}${param}$`);
const viaShape = new RegExp(String.raw`^SIP/2\.0/(UDP|TCP|TLS|WSS?) ${hostPort}${param}${param}${param}${param}$`);

const longestHost = 255;

/** A SIP URI of the common form, else undefined. */
export function commonUri(text: string): SipUri | undefined {
  const found = uriShape.exec(text);
  return found === null ? undefined : uriOf(found, 1);
}

/** A name-addr of the common form with such a URI, else undefined. */
export function commonNameAddr(text: string): NameAddr | undefined {
  const found = addressShape.exec(text);
  if (found === null) return undefined;
  const uri = uriOf(found, 2);
  const params = paramsOf(found, 9, 2);
  if (uri === undefined || params === undefined) return undefined;
  const displayName = found[1];
  return displayName === undefined ? { uri, params } : { displayName, uri, params };
}

/** A Via of the common form, else undefined. */
export function commonVia(text: string): Via | undefined {
  const found = viaShape.exec(text);
  if (found === null) return undefined;
  const host = found[2]!;
  const port = portOf(found[3]);
  const params = paramsOf(found, 4, 4);
  if (host.length > longestHost || params === undefined || port === 0) return undefined;
  const via: Via = { transport: found[1]!, host, params };
  if (port !== undefined) via.port = port;
  return via;
}

/** The URI whose user, host, port and parameters are found[first] and those that follow. */
function uriOf(found: RegExpExecArray, first: number): SipUri | undefined {
  const host = found[first + 1]!;
  const port = portOf(found[first + 2]);
  const params = paramsOf(found, first + 3, 2);
  if (host.length > longestHost || params === undefined || port === 0) return undefined;
  const uri: SipUri = { scheme: 'sip', host, params, headers: noHeaders };
  if (port !== undefined) uri.port = port;
  const user = found[first];
  if (user !== undefined) uri.user = user;
  return uri;
}

/** 0 for what is no port. */
function portOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : (parseNumber(digits, 65_535) ?? 0);
}

/** At most `count` parameters from found[first] on, name and value in turns; undefined when a name comes twice. */
function paramsOf(found: RegExpExecArray, first: number, count: number): Params | undefined {
  if (found[first] === undefined) return noParams;
  const params = new Map<string, string | undefined>();
  for (let i = 0; i < count; i++) {
    const name = found[first + 2 * i];
    if (name === undefined) break;
    params.set(name, found[first + 2 * i + 1]);
    if (params.size === i) return undefined;
  }
  return params;
}

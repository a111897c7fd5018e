/** Where a REFER wants us to go: its Refer-To taken apart. RFC 3515 §2.1, RFC 3261 §19.1.1. Pure; never throws. */

export type Header = readonly [name: string, value: string];

export interface ReferTarget {
  /** What to call: the address without its header parameters. A tel: URI is given as it is. */
  uri: string;
  /** Number or user name, else the host. */
  who: string;
  /** For the new INVITE: names as written, values unescaped once. */
  headers: readonly Header[];
  /** Names of header parameters that we do not take from a stranger. */
  leftOut: readonly string[];
}

export interface Refusal {
  status: number;
  reason: string;
}

export type ReadReferTo = { ok: true; target: ReferTarget } | ({ ok: false } & Refusal);

const NAME_ADDR = /^\s*(?:"(?:[^"\\]|\\.)*"|[^"<>,]*)\s*<([^<>\s]+)>\s*(?:;[^,]*)?$/;
/** Without brackets, parameters after a semicolon are the header's own. RFC 3261 §20. */
const ADDR_SPEC = /^\s*([^\s<>",;?]+(?:\?[^\s<>",;]*)?)\s*(?:;[^,]*)?$/;
const TOKEN = /^[\w.!%*+`'~-]+$/;
// oxlint-disable-next-line no-control-regex -- a line break in a value would be a header of its own
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** @param values every Refer-To of the request: there has to be one */
export function readReferTo(values: readonly string[]): ReadReferTo {
  const [value, ...others] = values;
  if (value === undefined || others.length > 0) return refuse(400, 'One Refer-To Needed');
  const address = NAME_ADDR.exec(value)?.[1] ?? ADDR_SPEC.exec(value)?.[1];
  if (address === undefined) return refuse(400, 'Malformed Refer-To');
  const [, scheme = '', rest = '', query = ''] = /^([a-z][a-z0-9+.-]*):([^?]*)(?:\?(.*))?$/i.exec(address) ?? [];
  switch (scheme.toLowerCase()) {
    case 'sip':
    case 'sips':
      return readSip(scheme, rest, query);
    case 'tel':
      return { ok: true, target: { uri: `tel:${rest}`, who: telNumber(rest), headers: [], leftOut: [] } };
    case '':
      return refuse(400, 'Malformed Refer-To');
    default:
      return refuse(416, 'Unsupported URI Scheme');
  }
}

/** The digits of a tel: URI without the marks that only help the eye. RFC 3966 §5.1.1. */
export function telNumber(opaque: string): string {
  return (opaque.split(';')[0] ?? '').replaceAll(/[-.()]/g, '');
}

function readSip(scheme: string, rest: string, query: string): ReadReferTo {
  const [address = '', ...params] = rest.split(';');
  const method = params.find((param) => /^method=/i.test(param))?.slice('method='.length);
  if (method !== undefined && method.toUpperCase() !== 'INVITE') return refuse(403, 'Only INVITE Is Sent');
  const [user, host] = address.includes('@') ? address.split('@') : [undefined, address];
  const who = unescape(user ?? hostName(host ?? ''));
  if (!host || who === undefined || who === '') return refuse(400, 'Malformed Refer-To');
  const read = readHeaders(query);
  if (!read) return refuse(400, 'Malformed Header In Refer-To');
  // RFC 3891: taking the place of another call is another thing than a new call.
  if (read.some(([name]) => name.toLowerCase() === 'replaces')) return refuse(501, 'Replaces Not Supported');
  const kept = params.filter((param) => !/^method=/i.test(param)).map((param) => `;${param}`);
  return {
    ok: true,
    target: {
      uri: `${scheme}:${address}${kept.join('')}`,
      who,
      headers: read.filter(([name]) => mayStamp(name)),
      leftOut: read.filter(([name]) => !mayStamp(name)).map(([name]) => name),
    },
  };
}

/**
 * Others could make us say what is not so, or go another way (RFC 3261 §19.1.5): T3 knows headers of an application and
 * User-to-User (RFC 7433).
 */
function mayStamp(name: string): boolean {
  return /^x-./i.test(name) || name.toLowerCase() === 'user-to-user';
}

function readHeaders(query: string): Header[] | undefined {
  if (query === '') return [];
  const headers: Header[] = [];
  for (const part of query.split('&')) {
    const [, rawName = '', rawValue = ''] = /^([^=]*)=?(.*)$/.exec(part) ?? [];
    const [name, value] = [unescape(rawName), unescape(rawValue)];
    if (name === undefined || value === undefined || !TOKEN.test(name) || CONTROL.test(value)) return undefined;
    headers.push([name, value]);
  }
  return headers;
}

function hostName(hostPort: string): string {
  return hostPort.replace(/:\d+$/, '');
}

/** Once, and only once: what is escaped twice stays escaped. */
function unescape(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function refuse(status: number, reason: string): ReadReferTo {
  return { ok: false, status, reason };
}

/** Who asks: Referred-By (RFC 3892), with the name that it gives. */
export function readReferredBy(value: string | undefined): { number: string; name: string } | undefined {
  const match = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^"<>,;]*?))\s*<?\s*sips?:([^@;?>\s]+)@[^>\s]+>?/i.exec(value ?? '');
  if (!match) return undefined;
  const name = (match[1] ?? match[2] ?? '').replaceAll(/\\(.)/g, '$1').trim();
  return { number: unescape(match[3] ?? '') ?? '', name };
}

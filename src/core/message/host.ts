import { ALPHANUMERIC, is, parseNumber } from './chars.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';

interface HostPort {
  /** Lower case; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

/** `host[:port]` of URIs and of Via. RFC 3261 §25.1, with IPv6 as RFC 5118 and RFC 5954 clarify it. */
export function parseHostPort(text: string): Result<HostPort, string> {
  if (text.charCodeAt(0) === 91) {
    const close = text.indexOf(']');
    if (close < 0) return err('an IPv6 address lacks its closing bracket');
    const address = withoutExtraColon(text.slice(1, close));
    if (!isIPv6(address)) return err('what stands in brackets is not an IPv6 address');
    if (close + 1 === text.length) return ok({ host: address.toLowerCase(), port: undefined });
    if (text.charCodeAt(close + 1) !== 58) return err('unexpected text after an IPv6 address');
    return withPort(address, text.slice(close + 2));
  }
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  if (!isHostName(name)) return err(name === '' ? 'the host is missing' : 'the host is neither a name nor an address');
  return colon < 0 ? ok({ host: name.toLowerCase(), port: undefined }) : withPort(name, text.slice(colon + 1));
}

/**
 * RFC 3261's grammar lets an address have a third colon before its dotted part; RFC 5118 §4.10 has such addresses read without it.
 */
function withoutExtraColon(address: string): string {
  const extra = address.indexOf(':::');
  return extra >= 0 && address.includes('.', extra) ? address.slice(0, extra) + address.slice(extra + 1) : address;
}

function withPort(host: string, digits: string): Result<HostPort, string> {
  const port = parseNumber(digits, 65_535);
  if (port === undefined || port === 0) return err('the port is not a number from 1 to 65535');
  return ok({ host: host.toLowerCase(), port });
}

export function printHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Labels of letters, digits and inner hyphens. Underscores are no host name characters, but names of containers have them. */
function isHostName(text: string): boolean {
  if (text.length === 0 || text.length > 255) return false;
  let labelStart = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 46;
    if (code === 46) {
      const rootDot = i === text.length && labelStart === i && i > 0;
      if (!rootDot && (labelStart === i || text.charCodeAt(labelStart) === 45 || text.charCodeAt(i - 1) === 45))
        return false;
      labelStart = i + 1;
    } else if (!is(code, ALPHANUMERIC) && code !== 45 && code !== 95) {
      return false;
    }
  }
  return true;
}

function isIPv4(text: string): boolean {
  const parts = text.split('.', 5);
  return parts.length === 4 && parts.every((part) => part.length <= 3 && parseNumber(part, 255) !== undefined);
}

/** The eight groups of an IPv6 address, or undefined. RFC 4291 §2.2. */
function ipv6Groups(text: string): number[] | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0]!, halves.length === 1);
  if (halves.length === 1) return head?.length === 8 ? head : undefined;
  const tail = groups(halves[1]!, true);
  if (head === undefined || tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** Colon-separated groups; the last one may be a dotted IPv4 address where it ends the whole. */
function groups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const values: number[] = [];
  for (const [i, part] of parts.entries()) {
    if (last && i === parts.length - 1 && part.includes('.')) {
      if (!isIPv4(part)) return undefined;
      const [a, b, c, d] = part.split('.').map(Number) as [number, number, number, number];
      values.push(a * 256 + b, c * 256 + d);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(part)) return undefined;
      values.push(Number.parseInt(part, 16));
    }
  }
  return values;
}

function isIPv6(text: string): boolean {
  return text.includes(':') && ipv6Groups(text) !== undefined;
}

/** Same host, whatever the letter case or the way an IPv6 address is written (RFC 5954 §4.2). */
export function sameHost(a: string, b: string): boolean {
  if (a === b || a.toLowerCase() === b.toLowerCase()) return true;
  if (!a.includes(':') || !b.includes(':')) return false;
  const left = ipv6Groups(a);
  return left !== undefined && left.join() === ipv6Groups(b)?.join();
}

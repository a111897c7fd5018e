/** What kind of address a host is: the IANA special-purpose registries (RFC 6890), as `ipaddr.js` has them. Pure. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** Addresses of one machine or one network. Traffic between machines elsewhere never comes from them. */
const PRIVATE: ReadonlySet<string> = new Set([
  'loopback',
  'unspecified',
  'private',
  'carrierGradeNat',
  'linkLocal',
  'uniqueLocal',
]);

/** IPv4 addresses inside IPv6 (RFC 4291 §2.5.5.1). Deprecated, and no kind of its own in the library. */
const IPV4_COMPATIBLE = ipaddr.parseCIDR('::/96');

/** An address that was written as IPv6 although it is IPv4 (`::ffff:7f00:1`) is judged as IPv4; undefined for names. */
function parse(host: string): Ip | undefined {
  return isIP(host) === 0 ? undefined : ipaddr.process(host);
}

/** Is it an address that any machine of the internet may have? Names are not. */
export function isPublic(host: string): boolean {
  const address = parse(host);
  return address?.range() === 'unicast' && !(address.kind() === 'ipv6' && address.match(IPV4_COMPATIBLE));
}

/** Is it an address, or `localhost`, that only this machine can reach? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || parse(host)?.range() === 'loopback';
}

/** Is it an address of this machine or of a private network? `localhost` counts, other names do not. */
export function isPrivate(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const address = parse(host);
  return address !== undefined && PRIVATE.has(address.range());
}

/** Whether an address is in one of these networks. Names are in none. */
export type Networks = (host: string) => boolean;

/** @param list each an address, or a network as address/prefix (RFC 4632 §3.1) */
export function networks(list: readonly string[]): Networks {
  const parsed = list.map((entry): [Ip, number] => {
    const [text = '', prefix] = entry.split('/');
    const network = ipaddr.parse(text);
    return [network, prefix === undefined ? (network.kind() === 'ipv4' ? 32 : 128) : Number(prefix)];
  });
  return (host) => {
    const address = parse(host);
    return address !== undefined && parsed.some(([network, bits]) => isIn(address, network, bits));
  };
}

function isIn(address: Ip, network: Ip, bits: number): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

/**
 * Whether a machine at one address could send to another by itself: to public addresses always, to private ones from a private
 * network, to loopback from the same machine.
 */
export function canReach(from: string, to: string): boolean {
  if (isPublic(to)) return true;
  // What is sent to the unspecified address stays on the machine.
  if (isLoopback(to) || parse(to)?.range() === 'unspecified') return isLoopback(from);
  return isPrivate(to) && isPrivate(from);
}

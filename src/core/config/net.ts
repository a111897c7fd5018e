/** Addresses and networks as a configuration writes them. */
import { isIP, isIPv6, SocketAddress } from 'node:net';

/** An IP address to bind to, or `localhost`. */
export function isHost(host: string): boolean {
  return host === 'localhost' || isIP(host) !== 0;
}

/** The address to bind to, in one spelling: `localhost` and `0:0::0` are others. A zone stays as it is. */
export function bindAddress(host: string): string {
  if (host === 'localhost') return '127.0.0.1';
  return isIPv6(host) && !host.includes('%') ? new SocketAddress({ address: host, family: 'ipv6' }).address : host;
}

/** An IP address, or a network as address/prefix (RFC 4632 §3.1). */
export function isSubnet(text: string): boolean {
  const [, address = '', prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return false;
  return prefix === undefined || Number(prefix) <= (version === 4 ? 32 : 128);
}

import { isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * The address to name in Via and Contact: the one listened on, or, when that is the wildcard, one that the peer
 * can reach: loopback for a loopback peer, else the first address of this machine in the peer's family.
 */
export function addressFor(listening: string, peer: string): string {
  if (listening !== '0.0.0.0' && listening !== '::') return listening;
  // A socket on '::' may take IPv4 peers as well.
  const family = listening === '::' && !isIPv4(peer) ? 'IPv6' : 'IPv4';
  const loopback = family === 'IPv6' ? '::1' : '127.0.0.1';
  if (isLoopback(peer)) return loopback;
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, family: its, internal } of addresses ?? []) {
      // A link-local address means nothing without its interface.
      if (its === family && !internal && !address.startsWith('fe80:')) return address;
    }
  }
  return loopback;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Colons stand in no name and in no IPv4 address: most hosts are told apart by them alone. */
export function isV6(host: string): boolean {
  return host.includes(':') && isIPv6(host);
}

/** An IPv4 peer of a socket of both families, in plain IPv4. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  return address.includes(':') ? address.replace(/^::ffff:(?=[\d.]+$)/i, '') : address;
}

import { createSocket, type Socket } from 'node:dgram';
import { lookup as resolve } from 'node:dns';
import { isIP, isIPv4, isIPv6 } from 'node:net';

/**
 * A UDP socket to be bound to that address: IPv4, IPv6, or both for `::`. One of both families knows IPv4 peers as
 * `::ffff:…` (see `plainAddress`), and takes their plain addresses to send to.
 */
export function udpSocket(host: string): Socket {
  return createSocket({
    type: isIPv6(host) ? 'udp6' : 'udp4',
    ipv6Only: isIPv6(host) && host !== '::',
    lookup: host === '::' ? lookupBoth : lookup,
  });
}

type Found = (error: NodeJS.ErrnoException | null, address: string, family: number) => void;

/** For a socket of both families: IPv4 addresses in the form in which IPv6 sockets know them (RFC 4291 §2.5.5.2). */
function lookupBoth(host: string, options: object | number, found: Found): void {
  lookup(host, options, (error, address, family) => {
    if (error === null && isIPv4(address)) found(null, `::ffff:${address}`, 6);
    else found(error, address, family);
  });
}

/** An IP address needs no resolver: dgram would pass each through a deferred callback. */
function lookup(host: string, options: object | number, found: Found): void {
  const family = isIP(host);
  if (family !== 0) found(null, host, family);
  else resolve(host, options as { family?: number; all?: false }, found);
}

import { Resolver as Dns } from 'node:dns/promises';
import type { Resolver } from './locate.ts';

/**
 * Looks names up with the name servers of the system, or with others.
 * @param servers `address:port` each
 */
export function dnsResolver(servers?: readonly string[]): Resolver {
  const dns = new Dns({ timeout: 1000, tries: 2 });
  if (servers !== undefined) dns.setServers(servers);
  return {
    naptr: (name) => dns.resolveNaptr(name),
    srv: (name) => dns.resolveSrv(name),
    a: (name) => dns.resolve4(name),
    aaaa: (name) => dns.resolve6(name),
  };
}

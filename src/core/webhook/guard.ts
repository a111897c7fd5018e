import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Addresses that are not the public internet's: a document from outside must not make the trunk ask them. The IANA
 * special-purpose registries (RFC 6890) and multicast; networks that embed IPv4 addresses (NAT64, 6to4) as a whole.
 */
const special = new BlockList();
for (const network of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/9',
  'ff00::/8',
]) {
  const [address, prefix] = network.split('/');
  special.addSubnet(address!, Number(prefix), address!.includes(':') ? 'ipv6' : 'ipv4');
}

interface GuardOptions {
  /** URLs that the configuration itself names: their host and port may be anywhere. */
  readonly urls: () => Iterable<string>;
  /** `webhooks.allow`: networks (`address` or `address/prefix`) that documents may lead to. */
  readonly allow: () => readonly string[];
}

/**
 * Where requests may go. A document decides where the next request goes, so what is not public is refused unless the
 * configuration names it. Asked for every connection, with the addresses that are then used.
 */
export function destinationGuard(options: GuardOptions) {
  return (host: string, port: number, addresses: readonly string[]): boolean => {
    if (namesOrigin(options.urls(), host, port)) return true;
    const allowed = networks(options.allow());
    return addresses.length > 0 && addresses.every((each) => isPublic(each) || isIn(allowed, each));
  };
}

function namesOrigin(urls: Iterable<string>, host: string, port: number): boolean {
  for (const each of urls) {
    const url = URL.parse(each);
    if (url !== null && hostOf(url) === host && portOf(url) === port) return true;
  }
  return false;
}

/** The host of a URL: a name, or an address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function isPublic(address: string): boolean {
  return familyOf(address) !== undefined && !isIn(special, address);
}

function networks(list: readonly string[]): BlockList {
  const allowed = new BlockList();
  for (const entry of list) {
    const [address = '', prefix] = entry.split('/');
    const family = familyOf(address);
    if (family !== undefined) allowed.addSubnet(address, Number(prefix ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return allowed;
}

/** A BlockList judges an IPv4 address written as IPv6 (`::ffff:7f00:1`) as the IPv4 address. */
function isIn(list: BlockList, address: string): boolean {
  const [plain] = address.split('%') as [string];
  const family = familyOf(plain);
  return family !== undefined && list.check(plain, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  if (isIPv4(address)) return 'ipv4';
  return isIPv6(address) ? 'ipv6' : undefined;
}

import { BlockList, isIP, isIPv6, SocketAddress } from 'node:net';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Hosts that are often not where packets come from, since a NAT stands between. RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291. */
const inside = new BlockList();
inside.addSubnet('10.0.0.0', 8, 'ipv4');
inside.addSubnet('172.16.0.0', 12, 'ipv4');
inside.addSubnet('192.168.0.0', 16, 'ipv4');
inside.addSubnet('100.64.0.0', 10, 'ipv4');
inside.addSubnet('169.254.0.0', 16, 'ipv4');
inside.addSubnet('fc00::', 7, 'ipv6');
inside.addSubnet('fe80::', 10, 'ipv6');

const isIn = (list: BlockList, host: string): boolean => list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');

/** One spelling per address. */
function canonical(host: string): string {
  // Of an IPv4 address only one is allowed.
  return isIP(host) === 6 ? new SocketAddress({ address: host, family: 'ipv6' }).address : host;
}

/**
 * Where the peer is: where its SDP says, until its packets show where it sends from (symmetric RTP, RFC 4961).
 * The first source that may be the peer is kept and no other is heard, so a stranger can neither speak nor take the call over.
 */
export class Remote {
  readonly #announced: Address;
  #latched: Address | undefined;

  constructor(announced: Address) {
    this.#announced = { host: canonical(announced.host), port: announced.port };
  }

  isAnnouncedAs(address: Address): boolean {
    return canonical(address.host) === this.#announced.host && address.port === this.#announced.port;
  }

  get target(): Address {
    return this.#latched ?? this.#announced;
  }

  /** @param source where a sound RTP packet came from */
  accepts(source: Address): boolean {
    if (this.#latched) return same(source, this.#latched) || same(source, this.#announced);
    if (!this.#plausible(source.host)) return false;
    this.#latched = { host: source.host, port: source.port };
    return true;
  }

  #plausible(host: string): boolean {
    const announced = this.#announced.host;
    // A program on this machine may name any of its addresses; nothing from a network comes from loopback.
    return host === announced || isIn(loopback, host) || isIn(inside, announced);
  }
}

const same = (a: Address, b: Address): boolean => a.port === b.port && a.host === b.host;

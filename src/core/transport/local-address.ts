import { isIP, isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLoopback } from '../address/ranges.ts';
import { sameHost } from '../message/index.ts';
import type { Clock } from '../time/clock.ts';
import { sourceTowards } from './route.ts';

/** One address of one of this machine's interfaces. */
export interface OwnAddress {
  readonly address: string;
  readonly family: string;
  readonly internal: boolean;
}

export interface LocalAddressOptions {
  readonly clock: Clock;
  /** The address to name to peers on other machines, where a NAT or a container hides ours. */
  readonly advertise?: string | undefined;
  /** Where the system sends from to reach an IP address; undefined when it knows no way. */
  readonly sourceTowards?: (peer: string) => string | undefined;
  readonly ownAddresses?: () => readonly OwnAddress[];
}

/** How long what the system said of a peer is taken for true: an interface may come, go, or change its address. */
const KEPT_MS = 2000;

/**
 * The address by which a peer reaches us, for Via, Contact and SDP: the one listened on, or, when that is a wildcard,
 * that of the interface which packets to this peer take; for peers on other machines the one set in its place. Never
 * a wildcard (W29).
 */
export class LocalAddresses {
  readonly #clock: Clock;
  readonly #advertise: string | undefined;
  readonly #sourceTowards: (peer: string) => string | undefined;
  readonly #ownAddresses: () => readonly OwnAddress[];
  /** By listener and peer: each message asks. Emptied as a whole. */
  #known = new Map<string, string>();
  /** Asked of the system with the first of them: that costs a quarter of a millisecond. */
  #interfaces: readonly OwnAddress[] | undefined;
  #since = 0;

  constructor(options: LocalAddressOptions) {
    this.#clock = options.clock;
    this.#advertise = options.advertise;
    this.#sourceTowards = options.sourceTowards ?? sourceTowards;
    this.#ownAddresses = options.ownAddresses ?? interfaceAddresses;
  }

  /** @param peer IP address, or a name that nobody has looked up */
  towards(listening: string, peer: string): string {
    if (!isWildcard(listening) && this.#advertise === undefined) return listening;
    this.#refresh();
    const key = `${listening} ${peer}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const address = this.#find(listening, peer);
    this.#known.set(key, address);
    return address;
  }

  /** Whether what is sent to this host arrives at the listener: then the host stands for the trunk itself (W24). */
  reach(listening: string, host: string): boolean {
    const named = plainAddress(host);
    if (named === this.#advertise) return true;
    if (isWildcard(listening)) return isWildcard(named) || this.#isOurs(named);
    // A system takes the wildcard for its loopback.
    const meant = isWildcard(named) || named === 'localhost' ? loopbackOf(listening) : named;
    return sameHost(meant, listening);
  }

  /** The address to name where the peer is not known, as in the ready line. */
  usual(listening: string): string {
    if (this.#advertise !== undefined) return this.#advertise;
    if (!isWildcard(listening)) return listening;
    return this.#first('IPv4') ?? (listening === '::' ? this.#first('IPv6') : undefined) ?? loopbackFor(listening);
  }

  #refresh(): void {
    const now = this.#clock.now();
    if (now - this.#since < KEPT_MS) return;
    this.#known = new Map();
    this.#interfaces = undefined;
    this.#since = now;
  }

  #own(): readonly OwnAddress[] {
    this.#refresh();
    this.#interfaces ??= this.#ownAddresses();
    return this.#interfaces;
  }

  #find(listening: string, peer: string): string {
    const family = familyTowards(listening, peer);
    if (this.#advertise !== undefined && isFamily(this.#advertise, family) && !this.#isOurs(peer)) {
      return this.#advertise;
    }
    if (!isWildcard(listening)) return listening;
    const loopback = family === 'IPv6' ? '::1' : '127.0.0.1';
    if (isLoopback(peer)) return loopback;
    const source = isFamily(peer, family) ? withoutZone(this.#sourceTowards(peer)) : undefined;
    if (source !== undefined && isFamily(source, family) && !isWildcard(source)) return source;
    return this.#first(family) ?? loopback;
  }

  #isOurs(peer: string): boolean {
    return isLoopback(peer) || this.#own().some(({ address }) => sameHost(address, peer));
  }

  /** Of an interface that leads elsewhere. A link-local address means nothing without its interface. */
  #first(family: 'IPv4' | 'IPv6'): string | undefined {
    return this.#own().find(
      ({ address, family: its, internal }) => its === family && !internal && !/^(?:fe[89ab]|169\.254\.)/i.test(address),
    )?.address;
  }
}

/** Every address of this machine, whatever it is: to listen on it is to listen on all interfaces. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Where programs on this machine reach a listener; one on `::` takes IPv4 as well. */
export function loopbackFor(listening: string): string {
  return isWildcard(listening) ? '127.0.0.1' : listening;
}

/** In the family of a listener. */
function loopbackOf(listening: string): string {
  return isIPv6(listening) ? '::1' : '127.0.0.1';
}

/** A socket on `::` takes IPv4 peers as well. */
function familyTowards(listening: string, peer: string): 'IPv4' | 'IPv6' {
  if (listening === '::') return isIPv4(peer) || peer === 'localhost' ? 'IPv4' : 'IPv6';
  return isIPv6(listening) ? 'IPv6' : 'IPv4';
}

function isFamily(address: string, family: 'IPv4' | 'IPv6'): boolean {
  return isIP(address) === (family === 'IPv6' ? 6 : 4);
}

/** RFC 4007 §11: the zone is for this machine alone. */
function withoutZone(address: string | undefined): string | undefined {
  return address?.replace(/%.*/, '');
}

function interfaceAddresses(): readonly OwnAddress[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
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

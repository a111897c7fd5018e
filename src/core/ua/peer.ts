/**
 * Whom a session talks to: where they are reached, and which requests are theirs. A value that the session keeps. Nothing of it is
 * looked up by a Contact alone, which anybody could have written (W17).
 */
import { canReach } from '../address/ranges.ts';
import { nextHopUri, type Dialog } from '../dialog/dialog.ts';
import { isSipUri, parseNameAddrList, parseUri, sameHost, type SipUri, type Uri } from '../message/index.ts';
import { plainAddress, type Arrival, type Hop } from '../transport/index.ts';
import { isFrom, targetKeyOf, type Binding } from './registrar-bindings.ts';

/** How URIs and registered users are found. */
export interface Whereabouts {
  /** Where a URI is reached, as far as that is known without waiting. */
  locate(uri: Uri): Hop | undefined;
  /** Every address of a URI. */
  locateAll(uri: Uri): Promise<readonly Hop[]>;
  /** Live bindings of an address-of-record (`Binding.aor`). */
  bindingsOf(aor: string): readonly Binding[];
  /** Whether the configuration lets the words of somebody else lead to these addresses of a URI (W16). */
  mayLead(uri: SipUri, addresses: readonly string[]): boolean;
}

export class Peer {
  readonly #where: Whereabouts;
  /** The address-of-record that the peer is registered as. */
  readonly #aor: string | undefined;
  /** Where we sent the INVITE; the `others` of it are the peer's too. Undefined for a caller. */
  readonly #called: Hop | undefined;
  /** Where its INVITE came from, or who answered ours. */
  #source: Hop;
  /** Requests go over this connection, whatever the Contact says. */
  #flow: Hop | undefined;

  private constructor(where: Whereabouts, source: Hop, called: Hop | undefined, aor: string | undefined) {
    this.#where = where;
    this.#source = source;
    this.#called = called;
    this.#aor = aor;
  }

  /**
   * @param aor what the caller is registered as, when its INVITE came from where its REGISTER did
   * @param staysOnFlow false for a proxy that wants no part in what follows (RFC 3261 §16.6)
   */
  static caller(
    where: Whereabouts,
    { transport, remote, flow }: Arrival,
    { aor, staysOnFlow }: { aor: string | undefined; staysOnFlow: boolean },
  ): Peer {
    const source: Hop = { transport, ...remote, ...(flow === undefined ? {} : { flow }) };
    const peer = new Peer(where, source, undefined, aor);
    if (flow !== undefined && staysOnFlow) peer.#flow = source;
    return peer;
  }

  /** @param aor what the callee is registered as, when its binding led to `hop` */
  static callee(where: Whereabouts, hop: Hop, aor?: string): Peer {
    const peer = new Peer(where, hop, hop, aor);
    if (hop.flow !== undefined) peer.#flow = hop;
    return peer;
  }

  /** IP address that its INVITE came from, or of the one who answered ours. */
  get host(): string {
    return plainAddress(this.#source.host);
  }

  get flow(): string | undefined {
    return this.#flow?.flow;
  }

  /** Another address of the peer's name may have taken the call (RFC 3263 §4.3). */
  answeredAt(hop: Hop): void {
    this.#source = hop;
  }

  flowLost(): void {
    this.#flow = undefined;
  }

  /** It can be reached again, over `hop`. */
  flowBack(hop: Hop): void {
    // The new connection may be lost as well.
    if (hop.flow !== undefined) this.#flow = hop;
  }

  /**
   * Where requests in a dialog go: over its connection, to where it has registered, else to its first Route or its Contact. A peer
   * leads no further than it could send itself; where it names another place, it is behind a NAT or worse, and its
   * requests' source is the address that works. Undefined while a name has not been looked up.
   */
  hop(dialog: Dialog | undefined): Hop | undefined {
    if (this.#flow) return this.#flow;
    const uri = dialog && nextHopUri(dialog);
    if (!uri || !isSipUri(uri)) return undefined;
    const bound = this.#bound(uri);
    const found = bound ?? this.#where.locate(uri);
    return found === undefined || found === bound ? bound : this.#checked(uri, found);
  }

  /** As `hop`, with names looked up. */
  async located(dialog: Dialog): Promise<Hop | undefined> {
    const known = this.hop(dialog);
    const uri = nextHopUri(dialog);
    if (known || !uri || !isSipUri(uri)) return known;
    const [found] = await this.#where.locateAll(uri);
    return this.hop(dialog) ?? (found ? this.#checked(uri, found) : this.#back());
  }

  /**
   * Is a request that came from there the peer's (W18)? Its addresses are those it called from or was called at, those of its name, those
   * that its Contact and Record-Route name, and those that it has registered from.
   */
  isAt({ remote: { host } }: Arrival, dialog: Dialog | undefined): boolean {
    if (sameHost(this.host, host)) return true;
    return this.#hosts(dialog).some((each) => sameHost(plainAddress(each), host));
  }

  /** Has it registered from there, with the password of its user (W20)? */
  hasRegisteredFrom(arrival: Arrival): boolean {
    return this.#bindings().some((binding) => binding.verified && isFrom(binding, arrival));
  }

  #bindings(): readonly Binding[] {
    return this.#aor === undefined ? [] : this.#where.bindingsOf(this.#aor);
  }

  #bound(uri: SipUri): Hop | undefined {
    if (this.#aor === undefined) return undefined;
    const target = targetKeyOf(uri);
    return this.#bindings().find((binding) => targetKeyOf(binding.uri) === target)?.hop;
  }

  #checked(uri: SipUri, found: Hop): Hop | undefined {
    const own = hostsOf(this.#called ?? this.#source);
    const addresses = hostsOf(found);
    const within = addresses.every((each) => own.some((host) => sameHost(host, each)) || canReach(this.host, each));
    return within || this.#where.mayLead(uri, addresses) ? found : this.#back();
  }

  /** A connection that is gone leads nowhere. */
  #back(): Hop | undefined {
    return this.#source.flow === undefined ? this.#source : this.#flow;
  }

  #hosts(dialog: Dialog | undefined): string[] {
    const named = dialog ? urisOf(dialog) : [];
    return [
      ...(this.#called ? hostsOf(this.#called) : []),
      ...this.#bindings().flatMap(({ hop, source }) => [hop.host, source.host]),
      ...named.flatMap((uri) => {
        const hop = this.#where.locate(uri);
        return hop ? hostsOf(hop) : [];
      }),
    ];
  }
}

function hostsOf({ host, others = [] }: Hop): string[] {
  return [host, ...others.map((other) => other.host)];
}

function urisOf({ remoteTarget, routeSet }: Dialog): SipUri[] {
  const target = parseUri(remoteTarget);
  const routes = parseNameAddrList(routeSet);
  const uris = [...(target.ok ? [target.value] : []), ...(routes.ok ? routes.value.map(({ uri }) => uri) : [])];
  return uris.filter(isSipUri);
}

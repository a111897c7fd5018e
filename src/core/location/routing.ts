/** Where a number leads: a number of the trunk, a party, or nowhere. */
import type { Place } from '../address/egress.ts';
import type { ApplicationEntry, Destination, Route } from '../b2bua/board.ts';
import { isSipUri, numberOf, parseUri, sameUri, withoutPassword, type SipUri, type Uri } from '../message/index.ts';
import type { PartyHost } from '../parties/host.ts';
import { formatAddress, literalHop, type Hop } from '../transport/index.ts';
import type { Registrar } from '../ua/registrar.ts';
import type { Domains } from './domains.ts';
import type { Directory } from './directory.ts';
import type { LiveConfig } from '../config/live-config.ts';
import type { Devices } from '../config/schema.ts';

/** Host and port of a URI; a port that it leaves out is that of its transport (RFC 3261 §19.1.2). */
export function placeOf(uri: SipUri): Place {
  const secure = uri.scheme === 'sips' || uri.params.get('transport')?.toLowerCase() === 'tls';
  return { host: literalHop(uri)?.host ?? uri.host.toLowerCase(), port: uri.port ?? (secure ? 5061 : 5060) };
}

/** User name under which the console registers. */
export const CONSOLE_USER = 'console';

export interface RoutingOptions {
  readonly config: LiveConfig;
  readonly domains: Domains;
  readonly directory: Directory;
  readonly registrar: Registrar;
  readonly parties: PartyHost;
  readonly locate: (uri: SipUri) => Hop | undefined;
  /** Where the application of numbers with `twiml: "demo"` is. */
  readonly demoUrl?: string | undefined;
}

export class Routing {
  readonly #options: RoutingOptions;
  /** User parts that stand for one call to a URI which has no number. */
  readonly #once = new Map<string, string>();

  constructor(options: RoutingOptions) {
    this.#options = options;
  }

  /** Makes a user part that leads to `uri` once. @returns takes it back, where no call came for it */
  once(user: string, uri: string): () => void {
    this.#once.set(user, uri);
    return () => void this.#once.delete(user);
  }

  /** URIs of the configuration that have to be looked up before they can be rung. */
  namedTargets(): SipUri[] {
    const { domains } = this.#options;
    return this.#targets().filter((uri) => literalHop(uri) === undefined && !domains.has(uri.host));
  }

  /** Where the numbers of the configuration lead: the words of anybody may lead there too (W16). */
  namedPlaces(): Place[] {
    return this.#targets().map(placeOf);
  }

  #targets(): SipUri[] {
    const { numbers } = this.#options.config.get();
    return numbers.flatMap(({ to = [] }) =>
      to.flatMap((text) => {
        const uri = parseUri(text);
        return uri.ok && isSipUri(uri.value) ? [uri.value] : [];
      }),
    );
  }

  route(dialled: string): Route | undefined {
    const uri = this.#once.get(dialled);
    if (uri !== undefined) {
      this.#once.delete(dialled);
      return {
        identity: { number: withoutPassword(uri), name: '' },
        direction: 'inbound',
        destinations: this.#destinations([uri]),
      };
    }
    const { directory, domains, parties } = this.#options;
    const number = directory.meant(dialled);
    const identity = { number, name: directory.nameOf(number) };
    if (directory.isLinked(number)) {
      const { devices } = this.#options.config.get().numbers.find((each) => each.number === number) ?? {};
      const destinations = this.#destinations(directory.leadsTo(number), devices);
      const application = this.#application(number);
      return { identity, direction: 'inbound', domain: domains.ofNumber(number), destinations, application };
    }
    if (!directory.party(number)) return undefined;
    const { hop } = parties;
    const destination: Destination = {
      role: 'target',
      uri: `sip:${number}@${formatAddress(hop)}`,
      hop,
      media: 'rtp',
    };
    return { identity, direction: 'outbound', destinations: [destination] };
  }

  /** S3 between domains of this trunk: a number, or whoever has registered. Undefined for a URI elsewhere. */
  routeUri(uri: SipUri, hop?: Hop): readonly Destination[] | undefined {
    const { domains } = this.#options;
    const domain = domains.of(uri, hop);
    if (domain === undefined) return undefined;
    const { user = '' } = uri;
    const role = user === CONSOLE_USER && domains.isMain(domain) ? 'console' : 'endpoint';
    return this.route(numberOf(uri))?.destinations ?? this.#registered(user, role, domain);
  }

  /**
   * Where whom we called may lead us with the Contact of a 3xx: a number or user of the trunk's domains, or a URI that a number of
   * the configuration rings.
   */
  redirect(uri: Uri): readonly Destination[] {
    if (!isSipUri(uri)) return uri.scheme === 'tel' ? (this.route(numberOf(uri))?.destinations ?? []) : [];
    const targets = this.#options.config.get().numbers.flatMap(({ to = [] }) => to);
    const configured = targets.find((text) => {
      const target = parseUri(text);
      return target.ok && sameUri(target.value, uri);
    });
    return this.routeUri(uri) ?? this.#destinations(configured === undefined ? [] : [configured]);
  }

  #application(number: string): ApplicationEntry | undefined {
    const { config, demoUrl } = this.#options;
    const { twiml, twimlMethod = 'POST' } = config.get().numbers.find((each) => each.number === number) ?? {};
    const url = twiml === 'demo' ? demoUrl : twiml;
    return url === undefined ? undefined : { url, method: twimlMethod };
  }

  #destinations(uris: readonly string[], devices?: Devices): Destination[] {
    return uris.flatMap((uri) => this.#places(uri, devices));
  }

  #places(text: string, devices?: Devices): Destination[] {
    if (text === 'console') return this.#registered(CONSOLE_USER, 'console', undefined, devices);
    const parsed = parseUri(text);
    if (!parsed.ok || !isSipUri(parsed.value)) return [];
    const uri = parsed.value;
    const { domains, locate } = this.#options;
    const named = domains.of(uri);
    const hop = named === undefined ? locate(uri) : undefined;
    const domain = named ?? (hop && domains.of(uri, hop));
    if (domain !== undefined) return this.#registered(uri.user ?? '', 'endpoint', domain, devices);
    return hop ? [{ role: 'endpoint', uri: text, hop, media: 'rtp' }] : [];
  }

  /** W25: the newest of somebody's devices, all of them at once, or one after the other. */
  #registered(
    user: string,
    role: 'console' | 'endpoint',
    domain?: string,
    devices: Devices = this.#options.config.get().devices,
  ): Destination[] {
    const bindings = this.#options.registrar.bindings(user, domain);
    return (devices === 'newest' ? bindings.slice(0, 1) : bindings).map(({ target, hop, aor }, index) => ({
      role,
      uri: target,
      hop,
      media: hop.transport === 'WS' ? 'webrtc' : 'rtp',
      registered: aor,
      together: devices === 'all' && index > 0,
    }));
  }
}

/** From a SIP URI to the addresses where it is reached, best first. RFC 3263 §4. */
import { isIP } from 'node:net';
import { detach } from '../log/owner.ts';
import type { SipUri } from '../message/index.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Hop, TransportName } from './transport.ts';

export interface NaptrRecord {
  readonly flags: string;
  readonly service: string;
  readonly replacement: string;
  readonly order: number;
  readonly preference: number;
}

export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** What DNS says. A name without such records is an empty list or a rejection: both mean that there are none. */
export interface Resolver {
  naptr(name: string): Promise<readonly NaptrRecord[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  a(name: string): Promise<readonly string[]>;
  aaaa(name: string): Promise<readonly string[]>;
}

export interface LocatorOptions {
  readonly resolver: Resolver;
  readonly clock: Clock;
  /** Transports that we have; others are passed over. */
  readonly transports: readonly TransportName[];
  /** IP versions that our sockets can reach. */
  readonly families: readonly (4 | 6)[];
  /** Numbers in [0, 1), for the weights of SRV records. */
  readonly random: () => number;
}

type Located = 'UDP' | 'TCP' | 'TLS';
type Service = readonly [name: string, transport: Located];

/** Milliseconds that a whole look-up may take. */
const LIMIT_MS = 4000;
/** Milliseconds after which a name is looked up anew; what was known serves until the new answer is there. */
const FRESH_MS = 30_000;
/** The same for a name that was not found. */
const MISSING_MS = 5000;
const MAX_NAMES = 1000;
/**
 * Addresses of one URI that are tried, and also the services and the targets that are looked up for them: whoever owns
 * a name must not make us ask, or sort, as much as he likes.
 */
const MAX_HOPS = 8;

const SERVICES: Readonly<Record<string, Located>> = {
  'SIP+D2U': 'UDP',
  'SIP+D2T': 'TCP',
  'SIPS+D2T': 'TLS',
};
const SRV_NAMES: Readonly<Record<Located, string>> = { UDP: '_sip._udp.', TCP: '_sip._tcp.', TLS: '_sips._tcp.' };
const PREFERENCE: readonly Located[] = ['UDP', 'TCP', 'TLS'];

interface Known {
  readonly hops: readonly Hop[];
  /** Clock time in milliseconds. */
  readonly at: number;
}

/**
 * Where the URI says itself that it is: an address, or `localhost`. Undefined for names.
 * A SIPS URI is reached over TLS alone (RFC 3261 §19.1).
 */
export function literalHop(uri: SipUri): Hop | undefined {
  const host = literalAddress(uri);
  if (host === undefined) return undefined;
  const transport = wantedTransport(uri) ?? (uri.scheme === 'sips' ? 'TLS' : 'UDP');
  return transport === 'other' ? undefined : { transport, host, port: uri.port ?? defaultPort(transport) };
}

/** Looking a name up never rejects: it is found or not. */
const unheard = { failed() {} };

/** Looks names up and remembers them for a while. */
export class Locator {
  readonly #options: LocatorOptions;
  readonly #known = new Map<string, Known>();
  readonly #underWay = new Map<string, Promise<readonly Hop[]>>();
  #refresh: Timer | undefined;

  constructor(options: LocatorOptions) {
    this.#options = options;
  }

  /** The best address, if it is known without waiting; else, or when it was looked up long ago, a look-up begins. */
  known(uri: SipUri): Hop | undefined {
    const literal = literalHop(uri);
    if (literal !== undefined) return literal;
    const known = this.#known.get(keyOf(uri));
    if (known === undefined || !this.#fresh(known)) detach(this.locate(uri), unheard);
    return known && withOthers(known.hops)[0];
  }

  /** Every address in the order of preference; none when there is no such name, or nobody says in time. Never rejects. */
  async locate(uri: SipUri): Promise<readonly Hop[]> {
    const literal = literalHop(uri);
    if (literal !== undefined) return [literal];
    if (literalAddress(uri) !== undefined) return [];
    const key = keyOf(uri);
    const known = this.#known.get(key);
    if (known !== undefined && this.#fresh(known)) return withOthers(known.hops);
    let found = this.#underWay.get(key);
    if (found === undefined) {
      found = this.#lookUp(uri, key);
      this.#underWay.set(key, found);
    }
    return withOthers(await found);
  }

  /** Looks these names up now and then again and again, so that `known` knows them. Instead of those before. */
  keep(uris: readonly SipUri[]): void {
    this.#refresh?.cancel();
    if (uris.every((uri) => literalAddress(uri) !== undefined)) return;
    const again = (): void => {
      for (const uri of uris) detach(this.locate(uri), unheard);
      this.#refresh = this.#options.clock.after(FRESH_MS, again);
    };
    again();
  }

  close(): void {
    this.#refresh?.cancel();
  }

  #fresh({ hops, at }: Known): boolean {
    return this.#options.clock.now() - at < (hops.length > 0 ? FRESH_MS : MISSING_MS);
  }

  async #lookUp(uri: SipUri, key: string): Promise<readonly Hop[]> {
    const { clock } = this.#options;
    const { promise: tooLate, resolve } = Promise.withResolvers<readonly Hop[]>();
    const limit = clock.after(LIMIT_MS, () => resolve([]));
    // Whatever the resolver makes of an odd name: a failure must not stay for the next one who asks.
    const resolved = this.#resolve(uri).catch(() => []);
    const hops = await Promise.race([resolved, tooLate]);
    limit.cancel();
    this.#underWay.delete(key);
    // A name server that is away for a moment makes nobody forget where he was.
    const before = this.#known.get(key)?.hops ?? [];
    const kept = hops.length > 0 ? hops : before;
    this.#known.delete(key);
    this.#known.set(key, { hops: kept, at: clock.now() });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_NAMES) break;
      this.#known.delete(oldest);
    }
    return kept;
  }

  /** RFC 3263 §4.1 chooses transports, §4.2 ports and addresses. */
  async #resolve(uri: SipUri): Promise<readonly Hop[]> {
    const name = uri.host.replace(/\.$/, '');
    const wanted = wantedTransport(uri);
    if (wanted === 'other') return [];
    const secure = uri.scheme === 'sips';
    const usual: Located = wanted ?? (secure ? 'TLS' : 'UDP');
    if (uri.port !== undefined) return this.#addresses(name, usual, uri.port, name);
    if (wanted !== undefined) return this.#services([[SRV_NAMES[wanted] + name, wanted]], wanted, name);
    const services = await this.#naptr(name, secure);
    const choices =
      services.length > 0
        ? services
        : PREFERENCE.filter((each) => this.#mayUse(each, secure)).map(
            (each) => [SRV_NAMES[each] + name, each] as const,
          );
    return this.#services(choices, usual, name);
  }

  #mayUse(transport: Located, secure: boolean): boolean {
    return this.#options.transports.includes(transport) && (!secure || transport === 'TLS');
  }

  async #naptr(name: string, secure: boolean): Promise<Service[]> {
    const records = await orNone(this.#options.resolver.naptr(name));
    return records
      .toSorted((a, b) => a.order - b.order || a.preference - b.preference)
      .flatMap(({ flags, service, replacement }) => {
        const transport = SERVICES[service.toUpperCase()];
        const usable = flags.toLowerCase() === 's' && transport !== undefined && this.#mayUse(transport, secure);
        return usable ? [[replacement, transport] as const] : [];
      })
      .slice(0, MAX_HOPS);
  }

  /** By SRV, or where there is none by address, transport `usual` and its default port. */
  async #services(services: readonly Service[], usual: Located, name: string): Promise<readonly Hop[]> {
    const targets = (await Promise.all(services.map((service) => this.#srv(service)))).flat().slice(0, MAX_HOPS);
    const found = await Promise.all(
      targets.map((target) => this.#addresses(target.name, target.transport, target.port, name)),
    );
    const hops = found.flat().slice(0, MAX_HOPS);
    return hops.length > 0 ? hops : this.#addresses(name, usual, defaultPort(usual), name);
  }

  async #srv([service, transport]: Service): Promise<(SrvRecord & { transport: Located })[]> {
    const records = await orNone(this.#options.resolver.srv(service));
    // One record with the target "." says that there is decidedly no such service (RFC 2782).
    const real = records.filter(({ name: target }) => target !== '' && target !== '.');
    return inTurn(real, this.#options.random).map((target) => ({ ...target, transport }));
  }

  /** @param domain what a TLS peer has to prove: the name in the URI, not where SRV led (RFC 5922 §4) */
  async #addresses(name: string, transport: Located, port: number, domain: string): Promise<readonly Hop[]> {
    const { families, resolver } = this.#options;
    const found = await Promise.all([
      families.includes(4) ? orNone(resolver.a(name)) : [],
      families.includes(6) ? orNone(resolver.aaaa(name)) : [],
    ]);
    return found
      .flat()
      .slice(0, MAX_HOPS)
      .map((host) => ({ transport, host, port, ...(transport === 'TLS' ? { serverName: domain } : {}) }));
  }
}

/** Each with those that come after it: to be tried when it fails (RFC 3263 §4.3). */
function withOthers(hops: readonly Hop[]): readonly Hop[] {
  return hops.map((hop, i) => (i + 1 < hops.length ? { ...hop, others: hops.slice(i + 1) } : hop));
}

/** Lowest priority first; among equals drawn by weight. RFC 2782. No more than are tried. */
function inTurn(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const left = records.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight);
  const drawn: SrvRecord[] = [];
  while (left[0] !== undefined && drawn.length < MAX_HOPS) {
    const { priority } = left[0];
    const equals = left.filter((record) => record.priority === priority);
    let at = random() * equals.reduce((sum, { weight }) => sum + weight, 0);
    const chosen = equals.find(({ weight }) => (at -= weight) < 0) ?? equals[0]!;
    drawn.push(chosen);
    left.splice(left.indexOf(chosen), 1);
  }
  return drawn;
}

async function orNone<T>(records: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await records;
  } catch {
    return [];
  }
}

function keyOf({ scheme, host, port, params }: SipUri): string {
  return `${scheme} ${host} ${port ?? ''} ${params.get('transport')?.toLowerCase() ?? ''}`;
}

function literalAddress({ host }: SipUri): string | undefined {
  if (host === 'localhost') return '127.0.0.1';
  return isIP(host) === 0 ? undefined : host;
}

/** What the URI asks for; `other` for what has no listener to be found. */
function wantedTransport({ scheme, params }: SipUri): Located | 'other' | undefined {
  const named = params.get('transport')?.toUpperCase();
  if (named === undefined) return undefined;
  if (named === 'TLS' || (named === 'TCP' && scheme === 'sips')) return 'TLS';
  return scheme === 'sip' && (named === 'UDP' || named === 'TCP') ? named : 'other';
}

function defaultPort(transport: Located): number {
  return transport === 'TLS' ? 5061 : 5060;
}

/** Who can be reached where. RFC 3261 §10.3; connections as in RFC 5626 §5.3, sources as in RFC 3581 §4. */
import { isIP } from 'node:net';
import { createResponse, isSipUri, parseContacts, parseUri, printDate } from '../message/index.ts';
import type { SipRequest, SipUri, Uri } from '../message/index.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { Arrival, Hop } from '../transport/index.ts';
import type { Ids } from './ids.ts';
import type { Refusal } from './refusal.ts';
import {
  byPreference,
  removeAll,
  routeOf,
  sourceKeyOf,
  sourceOf,
  targetKeyOf,
  update,
  type Binding,
  type Update,
} from './registrar-bindings.ts';

export interface RegistrarOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Host part of an address-of-record. Its users stay registered when it gets another name. */
  readonly domain: string;
  /** Further domains, in small letters. */
  readonly others?: readonly string[];
  /** Whether a host is an address of the registrar itself, which stands for `domain` (W24). */
  readonly isOwnHost?: (host: string) => boolean;
  /** May this request register this user of this domain? Gives the refusal when not. */
  readonly admit: (transaction: ServerTransaction, user: string, domain: string) => Refusal | undefined;
  /** Did this REGISTER come with the credentials of that user? Then its place is trusted as its user is (W20). */
  readonly verified?: (transaction: ServerTransaction, user: string) => boolean;
  /** Where a user can be reached has changed. Refreshes are no change. */
  readonly changed?: (user: string, bindings: readonly Binding[]) => void;
  /** Any binding has changed, by a refresh too. */
  readonly updated?: () => void;
}

/** Users with bindings; one more gets 503. Who may register is `admit`'s to say: this only bounds the memory. */
const MAX_USERS = 10_000;

export class Registrar {
  readonly #options: RegistrarOptions;
  /** By domain and user (`#keyOf`), preferred binding first. */
  readonly #bindings = new Map<string, readonly Binding[]>();
  /** The same bindings by where their REGISTER came from: a phone may be registered for several users. */
  readonly #bySource = new Map<string, Set<Binding>>();
  /** Each fires when the first binding of its user expires. */
  readonly #timers = new Map<string, Timer>();

  constructor(options: RegistrarOptions) {
    this.#options = options;
  }

  /** Live bindings of a user: by q, the newest first among equals. */
  bindings(user: string, domain = this.#options.domain): readonly Binding[] {
    return this.#live(this.#keyOf(user, domain));
  }

  #live(key: string): readonly Binding[] {
    const now = this.#options.clock.now();
    return (this.#bindings.get(key) ?? []).filter((binding) => binding.expiresAt > now);
  }

  /** A host has no space in it, a user may have anything. */
  #keyOf(user: string, domain: string): string {
    const host = domain.toLowerCase();
    return `${host === this.#options.domain.toLowerCase() ? '' : host} ${user}`;
  }

  /** Takes over bindings of an earlier trunk, of users that have none here. */
  restore(bindings: readonly Binding[]): void {
    for (const [aor, own] of Map.groupBy(bindings, (binding) => binding.aor)) {
      if (!this.#bindings.has(aor) && this.#bindings.size < MAX_USERS) this.#store(aor, own);
    }
  }

  /** All live bindings. */
  get all(): readonly Binding[] {
    return [...this.#bindings.keys()].flatMap((aor) => this.#live(aor));
  }

  /** Live bindings of an address-of-record, as `Binding.aor` names it. */
  bindingsOf(aor: string): readonly Binding[] {
    return this.#live(aor);
  }

  /**
   * Whose request this is: the address-of-record that has registered this Contact from this very place. Without the place
   * anybody could register the Contact of somebody else, and get what is meant for them (W17).
   */
  ownerOf(arrival: Arrival, contact: string): string | undefined {
    const there = this.#bySource.size === 0 ? undefined : this.#bySource.get(sourceKeyOf(sourceOf(arrival)));
    if (!there) return undefined;
    const uri = parseUri(contact);
    if (!uri.ok || !isSipUri(uri.value)) return undefined;
    const target = targetKeyOf(uri.value);
    for (const binding of there) if (targetKeyOf(binding.uri) === target) return binding.aor;
    return undefined;
  }

  /** A connection is gone. Bindings made on it go too, unless their Contact can be reached on a new one. */
  flowClosed(flow: string): void {
    for (const [key, bindings] of this.#bindings) {
      if (bindings.every(({ hop }) => hop.flow !== flow)) continue;
      const after = bindings.flatMap((binding) => {
        if (binding.hop.flow !== flow) return [binding];
        return binding.direct ? [{ ...binding, hop: binding.direct }] : [];
      });
      this.#store(key, after);
    }
  }

  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const address = this.#addressOf(request);
    if (!address) {
      this.#respond(transaction, 404);
      return;
    }
    const { user, host } = address;
    const refusal = this.#options.admit(transaction, user, host);
    if (refusal) this.#respond(transaction, refusal.status, refusal.reason, refusal.headers);
    else this.#register(transaction, this.#keyOf(user, host), user);
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#bindings.clear();
    this.#bySource.clear();
  }

  #addressOf(request: SipRequest): { user: string; host: string } | undefined {
    const { to } = request.head;
    const asked = request.readUri();
    if (!asked.ok || !this.#isOurs(asked.value, true) || !this.#isOurs(to.uri, false)) return undefined;
    const { user, host } = to.uri;
    return user === undefined ? undefined : { user, host: this.#isNamed(host) ? host : this.#options.domain };
  }

  /** Phones that were given our address in place of our name ask it (§10.2 wants the domain), and may name their user by it. */
  #isOurs(uri: Uri, orAddress: boolean): uri is SipUri {
    if (!isSipUri(uri)) return false;
    if (this.#isNamed(uri.host) || this.#options.isOwnHost?.(uri.host)) return true;
    return orAddress && (isIP(uri.host) !== 0 || uri.host === 'localhost');
  }

  #isNamed(host: string): boolean {
    const { domain, others = [] } = this.#options;
    return host === domain.toLowerCase() || others.includes(host);
  }

  /** All contacts of the request, or none of them (§10.3 step 7). */
  #register(transaction: ServerTransaction, key: string, user: string): void {
    const { request, arrival } = transaction;
    const contacts = parseContacts(request.headers);
    if (!contacts.ok) {
      this.#respond(transaction, 400, 'Malformed Contact');
      return;
    }
    const now = this.#options.clock.now();
    const input: Update = {
      request,
      aor: key,
      verified: this.#options.verified?.(transaction, user) ?? false,
      source: sourceOf(arrival),
      now,
      route: (uri) => routeOf(uri, arrival),
    };
    const before = this.#live(key);
    const after = contacts.value === '*' ? removeAll(before, input) : update(before, contacts.value, input);
    if (!after.ok) {
      this.#respond(transaction, after.error.status, after.error.reason, after.error.headers);
      return;
    }
    if (before.length === 0 && after.value.length > 0 && this.#bindings.size >= MAX_USERS) {
      this.#respond(transaction, 503, undefined, [['Retry-After', '60']]);
      return;
    }
    this.#store(key, after.value);
    this.#respond(transaction, 200, undefined, this.#listed(key));
  }

  /** Every binding, and the date by which a phone without a clock can set one (§10.3 step 8). */
  #listed(key: string): [string, string][] {
    const { clock } = this.#options;
    const now = clock.now();
    const contacts = this.#live(key).map(({ contact, expiresAt, q }): [string, string] => {
      const seconds = Math.ceil((expiresAt - now) / 1000);
      return ['Contact', `<${contact}>;expires=${seconds}${q === undefined ? '' : `;q=${q}`}`];
    });
    return [...contacts, ['Date', printDate(clock.wall())]];
  }

  #store(key: string, after: readonly Binding[]): void {
    const before = this.#bindings.get(key) ?? [];
    const sorted = byPreference(after);
    for (const binding of before) this.#unlist(binding);
    for (const binding of sorted) {
      const source = sourceKeyOf(binding.source);
      const there = this.#bySource.get(source);
      if (there) there.add(binding);
      else this.#bySource.set(source, new Set([binding]));
    }
    if (sorted.length > 0) this.#bindings.set(key, sorted);
    else this.#bindings.delete(key);
    this.#arm(key, sorted);
    this.#options.updated?.();
    if (!sameReach(before, sorted)) this.#options.changed?.(key.slice(key.indexOf(' ') + 1), sorted);
  }

  #unlist(binding: Binding): void {
    const source = sourceKeyOf(binding.source);
    const there = this.#bySource.get(source);
    there?.delete(binding);
    if (there?.size === 0) this.#bySource.delete(source);
  }

  #arm(key: string, bindings: readonly Binding[]): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
    if (bindings.length === 0) return;
    const { clock } = this.#options;
    const first = Math.min(...bindings.map(({ expiresAt }) => expiresAt));
    this.#timers.set(
      key,
      clock.after(first - clock.now(), () => this.#store(key, this.#live(key))),
    );
  }

  #respond(transaction: ServerTransaction, status: number, reason?: string, headers: [string, string][] = []): void {
    const toTag = this.#options.ids.tag();
    transaction.respond(createResponse(transaction.request, status, reason, { toTag, headers }));
  }
}

function sameReach(a: readonly Binding[], b: readonly Binding[]): boolean {
  return a.length === b.length && a.every(({ target, hop }, i) => target === b[i]?.target && sameHop(hop, b[i].hop));
}

function sameHop(a: Hop, b: Hop): boolean {
  return a.transport === b.transport && a.host === b.host && a.port === b.port && a.flow === b.flow;
}

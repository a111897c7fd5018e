/**
 * Who may use the trunk, and as what: by network address or by credentials (P29), or by the token of the console's
 * connection.
 */
import type { LegRole } from '../../nouns/call.ts';
import { networks, type Networks } from '../address/ranges.ts';
import { dialledNumber } from '../b2bua/identity.ts';
import type { Logger } from '../log/logger.ts';
import { isSipUri, parseUri } from '../message/index.ts';
import type { Clock } from '../time/clock.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { Hop } from '../transport/index.ts';
import { DigestServer } from '../ua/digest-server.ts';
import type { Refusal } from '../ua/refusal.ts';
import type { Config } from '../config/config.ts';
import type { Directory } from './directory.ts';
import type { Domains } from './domains.ts';
import type { LiveConfig } from '../config/live-config.ts';
import { CONSOLE_USER } from './routing.ts';

export interface AdmissionOptions {
  readonly config: LiveConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly directory: Directory;
  readonly domains: Domains;
  /** Where the simulated phones call from. */
  readonly parties: () => Hop;
  /** Bytes from a cryptographic generator. */
  readonly random: (bytes: number) => Uint8Array;
}

/** Addresses of which it is remembered whether they are allowed. */
const MOST_ASKED = 1000;

export class Admission {
  readonly #options: AdmissionOptions;
  #allowed: Networks = () => false;
  /** What the list said of addresses that were asked for lately: every message asks. */
  readonly #asked = new Map<string, boolean>();
  /** By domain, which is the realm; none when nobody has credentials. */
  #digests: ReadonlyMap<string, DigestServer> = new Map();
  /** Users with credentials of their own. */
  #accounts: ReadonlySet<string> = new Set();
  /** `user@domain` of whomever a number rings under a domain of the trunk: they may register as well. */
  #targets: ReadonlySet<string> = new Set();
  /** Whose credentials a request brought; those that needed none are not in here. */
  readonly #authenticated = new WeakMap<ServerTransaction, string>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#challenge(true);
    this.#list();
    options.config.onChange((changed) => {
      // A new digest server forgets its nonces, and who has guessed wrong: not for a change of anything else.
      const anew = changed.includes('auth.credentials') || changed.includes('auth.algorithms');
      if (anew || changed.includes('domain') || changed.includes('domains')) this.#challenge(anew);
      this.#list();
    });
  }

  #challenge(anew: boolean): void {
    const { clock, log, random, config, domains } = this.#options;
    const { credentials, algorithms } = config.get().auth;
    const before = this.#digests;
    const digestOf = (realm: string) =>
      (anew ? undefined : before.get(realm)) ??
      new DigestServer({ clock, log, random, realm, credentials, algorithms });
    this.#digests = new Map(credentials.length > 0 ? domains.names.map((realm) => [realm, digestOf(realm)]) : []);
  }

  #list(): void {
    const config = this.#options.config.get();
    this.#allowed = networks(config.auth.allow);
    this.#asked.clear();
    this.#accounts = new Set(config.auth.credentials.map(({ username }) => username));
    this.#targets = new Set(registeredTargets(config, this.#options.domains));
  }

  /**
   * For every request but ACK and CANCEL: the refusal, unless it comes from a known place or with credentials.
   * @param knownPeer it belongs to a dialog and comes from the peer: that may be somebody whom the trunk called, and who
   * has no credentials
   */
  authenticate(transaction: ServerTransaction, knownPeer = false): Refusal | undefined {
    if (knownPeer || this.#isKnown(transaction)) return undefined;
    const digest = this.#digests.get(this.#options.domains.ofRequest(transaction.request));
    if (!digest) return { status: 403, reason: 'Address Not Allowed' };
    const verdict = digest.verify(transaction.request, transaction.arrival.remote.host);
    if (!verdict.ok) return verdict.error;
    this.#authenticated.set(transaction, verdict.value.username);
    return undefined;
  }

  /** For a new call, authenticated already: the caller's role. */
  admit(transaction: ServerTransaction): { role: LegRole } {
    const { arrival, request } = transaction;
    if (arrival.transport === 'WS') return { role: 'console' };
    if (this.#isParty(transaction)) return { role: 'caller' };
    const { directory } = this.#options;
    const dialled = dialledNumber(request);
    const number = dialled === undefined ? undefined : directory.meant(dialled);
    // A number that rings endpoints is dialled from outside; one with an application is what endpoints dial (T1).
    const fromOutside = number !== undefined && directory.isLinked(number) && directory.leadsTo(number).length > 0;
    return { role: fromOutside ? 'caller' : 'endpoint' };
  }

  /**
   * For REGISTER, authenticated already. The console's name in the main domain is for the console alone; a user who has
   * credentials is registered with those and no others, unless the address is allowed; one without is registered with
   * any.
   */
  refuseRegistration(transaction: ServerTransaction, user: string, domain: string): Refusal | undefined {
    const isConsole = transaction.arrival.transport === 'WS';
    const asConsole = user === CONSOLE_USER && this.#options.domains.isMain(domain);
    if (isConsole || asConsole) return isConsole && asConsole ? undefined : { status: 403 };
    if (!this.#accounts.has(user) && !this.#targets.has(`${user}@${domain}`)) return { status: 404 };
    const as = this.#authenticated.get(transaction);
    if (as === undefined || as === user || !this.#accounts.has(user)) return undefined;
    return { status: 403, reason: 'Credentials Of Another User' };
  }

  /** Did this request bring the credentials of that user? */
  isVerified(transaction: ServerTransaction, user: string): boolean {
    return this.#authenticated.get(transaction) === user;
  }

  /** Comes over the console's connection, from a simulated phone or from an allowed network. */
  #isKnown(transaction: ServerTransaction): boolean {
    const { transport, remote } = transaction.arrival;
    // Only a holder of the token has such a connection.
    if (transport === 'WS' || this.#isParty(transaction)) return true;
    return this.#allows(remote.host);
  }

  #allows(host: string): boolean {
    const known = this.#asked.get(host);
    if (known !== undefined) return known;
    const allowed = this.#allowed(host);
    if (this.#asked.size >= MOST_ASKED) this.#asked.clear();
    this.#asked.set(host, allowed);
    return allowed;
  }

  #isParty({ arrival: { transport, remote } }: ServerTransaction): boolean {
    const parties = this.#options.parties();
    return transport === parties.transport && remote.host === parties.host && remote.port === parties.port;
  }
}

/** Those of the URIs in the numbers' `to` that are in a domain of the trunk. */
function registeredTargets({ numbers }: Config, domains: Domains): string[] {
  return numbers.flatMap(({ to = [] }) =>
    to.flatMap((text) => {
      const uri = parseUri(text);
      if (!uri.ok || !isSipUri(uri.value) || uri.value.user === undefined) return [];
      const domain = domains.of(uri.value);
      return domain === undefined ? [] : [`${uri.value.user}@${domain}`];
    }),
  );
}

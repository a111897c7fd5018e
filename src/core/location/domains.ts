/** The domains of the trunk: the main one, and others with a profile and numbers of their own. */
import { policyOf } from '../b2bua/providers/index.ts';
import type { TrunkDomain } from '../b2bua/policy.ts';
import { isSipUri, type SipRequest, type SipUri, type Uri } from '../message/index.ts';
import { literalHop, type Hop } from '../transport/index.ts';
import type { Config } from '../config/config.ts';
import type { LiveConfig } from '../config/live-config.ts';

export class Domains {
  readonly #config: LiveConfig;
  #listed: Config | undefined;
  #main: TrunkDomain | undefined;
  /** Main domain first. */
  readonly #byName = new Map<string, TrunkDomain>();
  readonly #byNumber = new Map<string, string>();

  readonly #isOwnHop: (hop: Hop) => boolean;

  /** @param isOwnHop whether the trunk itself listens there */
  constructor(config: LiveConfig, isOwnHop: (hop: Hop) => boolean = () => false) {
    this.#config = config;
    this.#isOwnHop = isOwnHop;
  }

  /** Main domain first. */
  get names(): readonly string[] {
    this.#list();
    return [...this.#byName.keys()];
  }

  /** The main domain for a name that is there no longer: calls outlive changes. */
  named(name: string): TrunkDomain {
    const main = this.#list();
    return this.#byName.get(name) ?? main;
  }

  isMain(host: string): boolean {
    return host.toLowerCase() === this.#config.get().domain;
  }

  /** Is it the name of a domain of the trunk? */
  has(host: string): boolean {
    this.#list();
    return this.#byName.has(host.toLowerCase());
  }

  /**
   * The domain of the trunk that a URI is in: the one it names, or the main one when it names an address on which the trunk itself
   * listens; undefined for all others (W24).
   * @param hop where the URI leads, if it has been looked up: a name may lead back here
   */
  of(uri: SipUri, hop: Hop | undefined = literalHop(uri)): string | undefined {
    if (this.has(uri.host)) return uri.host.toLowerCase();
    return hop && this.#isOwnHop(hop) ? this.#config.get().domain : undefined;
  }

  /** Name of the domain that has the number; undefined when none has. */
  ofNumber(number: string): string | undefined {
    this.#list();
    return this.#byNumber.get(number);
  }

  /** The first of these numbers that belongs to the main domain, else the first. */
  preferred(numbers: readonly string[]): string | undefined {
    return numbers.find((number) => this.isMain(this.ofNumber(number) ?? '')) ?? numbers[0];
  }

  /**
   * Through which domain a request calls out: the host of its Request-URI, else of From, else of To. Equipment that
   * addresses the trunk by its IP address names the domain in From at best. Whoever names none is in the main one.
   */
  ofRequest(request: SipRequest): string {
    const { head } = request;
    const asked = request.readUri();
    const hosts = [...(asked.ok ? [asked.value] : []), head.from.uri, head.to.uri].map(hostOf);
    return hosts.find((host) => this.has(host)) ?? this.#config.get().domain;
  }

  /** Once for each configuration. @returns the main domain */
  #list(): TrunkDomain {
    const config = this.#config.get();
    if (this.#listed === config && this.#main) return this.#main;
    this.#listed = config;
    this.#byName.clear();
    this.#byNumber.clear();
    for (const { domain, numbers } of config.domains) for (const number of numbers) this.#byNumber.set(number, domain);
    for (const { number } of config.numbers) {
      if (!this.#byNumber.has(number)) this.#byNumber.set(number, config.domain);
    }
    for (const { domain, provider } of [config, ...config.domains]) {
      const numbers = [...this.#byNumber].flatMap(([number, of]) => (of === domain ? [number] : []));
      const transfers = { mode: config.twilio.transferMode, callerId: config.twilio.transferCallerId };
      const account = {
        domain,
        numbers,
        countries: config.countries,
        barredCountryCode: config.plivo.barredCountryCode,
        transfers,
        isOwnAddress: (uri: SipUri) => this.of(uri) !== undefined && !this.has(uri.host),
      };
      this.#byName.set(domain, { policy: policyOf(provider), account });
    }
    this.#main = this.#byName.get(config.domain)!;
    return this.#main;
  }
}

function hostOf(uri: Uri): string {
  return isSipUri(uri) ? uri.host.toLowerCase() : '';
}

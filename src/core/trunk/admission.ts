/** Who may use the trunk, and as what: by network address (P29), or by the token of the console's connection. */
import { BlockList, isIP } from 'node:net';
import { dialledNumber } from '../b2bua/identity.ts';
import type { LegRole } from '../b2bua/snapshot.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { Hop } from '../transport/index.ts';
import type { Config } from './config.ts';
import type { Directory } from './directory.ts';
import { CONSOLE_USER } from './routing.ts';

export interface AdmissionOptions {
  readonly config: Config;
  readonly directory: Directory;
  /** Where the simulated phones call from. */
  readonly parties: () => Hop;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #allowed = new BlockList();

  constructor(options: AdmissionOptions) {
    this.#options = options;
    for (const network of options.config.auth.allow) {
      const [address = '', prefix] = network.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.#allowed.addAddress(address, family);
      else this.#allowed.addSubnet(address, Number(prefix), family);
    }
  }

  /** For a new call: the caller's role, or the status to refuse it with. */
  admit(transaction: ServerTransaction): { role: LegRole } | { refuse: number; reason?: string } {
    const { arrival, request } = transaction;
    // Only a holder of the token has such a connection.
    if (arrival.transport === 'WS') return { role: 'console' };
    const parties = this.#options.parties();
    if (arrival.remote.host === parties.host && arrival.remote.port === parties.port) return { role: 'caller' };
    if (!this.#allows(arrival.remote.host)) return { refuse: 403, reason: 'Address Not Allowed' };
    const number = dialledNumber(request);
    return { role: number !== undefined && this.#options.directory.isLinked(number) ? 'caller' : 'endpoint' };
  }

  /** For REGISTER: the status to refuse with. The console's name is for the console alone. */
  refuseRegistration(transaction: ServerTransaction, user: string): number | undefined {
    const { arrival } = transaction;
    const console = arrival.transport === 'WS';
    if (console !== (user === CONSOLE_USER)) return 403;
    return console || this.#allows(arrival.remote.host) ? undefined : 403;
  }

  #allows(host: string): boolean {
    return this.#allowed.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
  }
}

/** Who has which number: parties, and the trunk's own numbers. Parties may change what they do while the trunk runs. */
import { hidePassword } from '../message/index.ts';
import { willDo, type Behaviour, type Party } from '../parties/party.ts';
import type { DirectoryEntry } from './api.ts';
import type { LiveConfig } from './live-config.ts';

export class Directory {
  readonly #config: LiveConfig;
  #parties: ReadonlyMap<string, Party & { caller: boolean }> = new Map();

  constructor(config: LiveConfig) {
    this.#config = config;
    this.#list();
    config.onChange(() => this.#list());
  }

  #list(): void {
    this.#parties = new Map(this.#config.get().parties.map((party) => [party.number, party]));
  }

  party(number: string): Party | undefined {
    return this.#parties.get(number);
  }

  /** Name that belongs to a number, or an empty text. */
  nameOf(number: string): string {
    return this.#parties.get(number)?.name ?? (this.isLinked(number) ? ownName(this.leadsTo(number)) : '');
  }

  /** Is it a number of the trunk (P29)? */
  isLinked(number: string): boolean {
    return this.#config.get().numbers.some((each) => each.number === number);
  }

  /** URIs that a number of the trunk rings, `console` among them. */
  leadsTo(number: string): readonly string[] {
    const found = this.#config.get().numbers.find((each) => each.number === number);
    return found?.to ?? [];
  }

  /** Numbers that ring the console. */
  get consoleNumbers(): string[] {
    return this.#config
      .get()
      .numbers.filter(({ to }) => to?.includes('console'))
      .map(({ number }) => number);
  }

  /** @returns false when there is no such party */
  setParty(number: string, behaviour: Behaviour, afterMs?: number): boolean {
    if (!this.#parties.has(number)) return false;
    const config = this.#config.get();
    const parties = config.parties.map((party) =>
      party.number === number ? { ...party, behaviour, afterMs: afterMs ?? party.afterMs } : party,
    );
    this.#config.set({ ...config, parties });
    return true;
  }

  /** The first party that simply answers: whom `transfer-on` transfers to. */
  answering(except: string): string | undefined {
    for (const { number, behaviour } of this.#parties.values()) {
      if (behaviour === 'answer' && number !== except) return number;
    }
    return undefined;
  }

  entries(): DirectoryEntry[] {
    const parties = [...this.#parties.values()].map((party): DirectoryEntry => ({
      number: party.number,
      name: party.name,
      kind: 'party',
      behaviour: party.behaviour,
      afterMs: party.afterMs,
      willDo: willDo(party),
      canCall: party.caller,
    }));
    const numbers = this.#config.get().numbers.map(({ number, to }): DirectoryEntry => {
      const leadsTo = to ?? [];
      return {
        number,
        name: ownName(leadsTo),
        kind: leadsTo.includes('console') ? 'console' : 'endpoint',
        willDo:
          leadsTo.length > 0 ? `Rings ${leadsTo.map(hidePassword).join(', then ')}.` : 'Runs its TwiML application.',
        canCall: false,
      };
    });
    return [...parties, ...numbers];
  }
}

function ownName(leadsTo: readonly string[]): string {
  return leadsTo.includes('console') ? 'Console' : 'Endpoint';
}

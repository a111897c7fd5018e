/** Who has which number: parties, and the trunk's own numbers. Parties may change what they do while the trunk runs. */
import type { DirectoryEntry, Behaviour } from '../../nouns/directory.ts';
import { e164Of, hidePassword } from '../message/index.ts';
import { willDo, type Party } from '../parties/party.ts';
import type { Config } from '../config/config.ts';
import type { LiveConfig } from '../config/live-config.ts';

type Own = Config['numbers'][number];

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
    const own = this.#config.get().numbers.find((each) => each.number === number);
    return this.#parties.get(number)?.name ?? (own ? ownName(own) : '');
  }

  /**
   * The number here that somebody means who dials this: people and equipment leave out the plus sign, or the country within
   * North America. What nobody has here comes back as E.164 where it can be, else with a plus sign.
   */
  meant(dialled: string): string {
    const global = e164Of(dialled);
    const ways = [dialled, `+${dialled}`, ...(global === undefined ? [] : [global]), `+1${dialled}`];
    return ways.find((number) => this.isLinked(number) || this.#parties.has(number)) ?? global ?? `+${dialled}`;
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
    const numbers = this.#config.get().numbers.map((own): DirectoryEntry => ({
      number: own.number,
      name: ownName(own),
      kind: own.to === undefined ? 'application' : own.to.includes('console') ? 'console' : 'endpoint',
      willDo: willRun(own),
      canCall: false,
    }));
    return [...parties, ...numbers];
  }
}

function ownName({ to, twiml }: Own): string {
  if (to === undefined) return twiml === 'demo' ? 'Demo application' : 'Application';
  return to.includes('console') ? 'Console' : 'Endpoint';
}

function willRun({ to, twiml }: Own): string {
  if (to !== undefined) return `Rings ${to.map(hidePassword).join(', then ')}.`;
  if (twiml === 'demo') return 'Greets, and shows a transfer by <Refer>: press 1, 2 or 3.';
  return 'Runs its TwiML application.';
}

/** The trunk's settings as they stand in the fields of the screen: numbers are still text, lists have rows. Pure. */
import type { Behaviour } from '../../../contract/model.ts';
import type { Settings } from '../../../contract/settings.ts';

export const LIMITS = ['concurrentCalls', 'callsPerSecond', 'ringSeconds', 'fallbackSeconds'] as const;
export type Limit = (typeof LIMITS)[number];

/** `id` tells rows apart while they are edited. */
export interface NumberRow {
  id: number;
  number: string;
  primary: string;
  fallback: string;
  /** Kept as it is: the screen does not edit it. */
  twiml?: string | undefined;
}
export interface CredentialRow {
  id: number;
  username: string;
  /** Empty keeps the password that the user name has. */
  password: string;
}
export interface NetworkRow {
  id: number;
  network: string;
}
export interface PartyRow {
  id: number;
  number: string;
  name: string;
  behaviour: Behaviour;
  afterMs: string;
  caller: boolean;
}

export interface Draft {
  provider: string;
  domain: string;
  numbers: readonly NumberRow[];
  allow: readonly NetworkRow[];
  credentials: readonly CredentialRow[];
  countries: readonly string[];
  limits: Readonly<Record<Limit, string>>;
  parties: readonly PartyRow[];
}

export function draftOf(settings: Settings): Draft {
  const { provider, domain, numbers, auth, countries, limits, parties } = settings;
  return {
    provider,
    domain,
    numbers: numbers.map(({ number, to = [], twiml }, id) => ({
      id,
      number,
      primary: to[0] ?? '',
      fallback: to[1] ?? '',
      twiml,
    })),
    allow: auth.allow.map((network, id) => ({ id, network })),
    credentials: auth.credentials.map(({ username }, id) => ({ id, username, password: '' })),
    countries,
    limits: {
      concurrentCalls: String(limits.concurrentCalls),
      callsPerSecond: String(limits.callsPerSecond),
      ringSeconds: String(limits.ringSeconds),
      fallbackSeconds: String(limits.fallbackSeconds),
    },
    parties: parties.map((party, id) => ({ ...party, id, afterMs: String(party.afterMs) })),
  };
}

/** A list with one more row. */
export function withRow<R extends { id: number }>(rows: readonly R[], row: Omit<R, 'id'>): R[] {
  return [...rows, { ...row, id: Math.max(-1, ...rows.map(({ id }) => id)) + 1 } as R];
}

/** What the trunk is sent: the parts of the draft that differ from the settings. */
export function patchOf(settings: Settings, draft: Draft): Record<string, unknown> {
  const [before, after] = [partsOf(draftOf(settings)), partsOf(draft)];
  const { allow, credentials, ...rest } = Object.fromEntries(
    Object.entries(after).filter(([key, part]) => JSON.stringify(part) !== JSON.stringify(before[key])),
  );
  const auth = { ...(allow === undefined ? {} : { allow }), ...(credentials === undefined ? {} : { credentials }) };
  return Object.keys(auth).length > 0 ? { ...rest, auth } : rest;
}

/**
 * The draft over settings that somebody else has changed meanwhile: what was edited stays as it was typed, the rest
 * follows.
 */
export function rebased(draft: Draft, before: Settings, now: Settings): Draft {
  const [old, mine, fresh] = [partsOf(draftOf(before)), partsOf(draft), draftOf(now)];
  const edited = Object.entries(draft).filter(([key]) => JSON.stringify(old[key]) !== JSON.stringify(mine[key]));
  return { ...fresh, ...Object.fromEntries(edited) };
}

/** In the shape of the configuration, by the draft's own keys. */
function partsOf(draft: Draft): Record<string, unknown> {
  const { provider, domain, countries, limits } = draft;
  return {
    provider,
    domain: domain.trim(),
    numbers: draft.numbers.map(({ number, primary, fallback, twiml }) => {
      if (twiml !== undefined) return { number: number.trim(), twiml };
      const to = fallback.trim() === '' ? [primary.trim()] : [primary.trim(), fallback.trim()];
      return { number: number.trim(), to };
    }),
    allow: draft.allow.map(({ network }) => network.trim()),
    credentials: draft.credentials.map(({ username, password }) =>
      password === '' ? { username: username.trim() } : { username: username.trim(), password },
    ),
    countries: countries.toSorted(),
    limits: Object.fromEntries(LIMITS.map((limit) => [limit, wholeNumber(limits[limit])])),
    parties: draft.parties.map(({ number, name, behaviour, afterMs, caller }) => ({
      number: number.trim(),
      name: name.trim(),
      behaviour,
      afterMs: wholeNumber(afterMs),
      caller,
    })),
  };
}

/** What is no number goes to the trunk as it is: its refusal says what would be right. */
function wholeNumber(text: string): number | string {
  return /^\d+$/.test(text.trim()) ? Number(text) : text;
}

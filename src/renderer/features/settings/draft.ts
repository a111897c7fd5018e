/** The trunk's settings as they stand in the fields of the screen: numbers are still text, lists have rows. Pure. */
import type { Behaviour } from '../../../contract/model.ts';
import type { Settings } from '../../../contract/settings.ts';
import type { ToneCountry } from '../../../contract/tones.ts';

export const LIMITS = [
  'concurrentCalls',
  'callsPerSecond',
  'ringSeconds',
  'fallbackSeconds',
  'queueLength',
  'queueSeconds',
  'requestsPerSecond',
  'requestsPerSecondPerSource',
] as const;
export type Limit = (typeof LIMITS)[number];

/** `id` tells rows apart while they are edited. */
export interface NumberRow {
  id: number;
  number: string;
  primary: string;
  fallback: string;
  /** URL of an application, or `demo`; then it rings nobody by itself. */
  twiml: string;
  twimlMethod: 'POST' | 'GET';
  /** Kept as the configuration has it. */
  devices?: Settings['devices'];
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
export interface DomainRow {
  id: number;
  domain: string;
  provider: string;
  /** With blanks or commas between them. */
  numbers: string;
}
/** The account at Twilio. */
export interface Account {
  accountSid: string;
  /** Empty keeps the one that there is. */
  authToken: string;
  /** Takes the one that there is away. */
  forgetToken: boolean;
  transferMode: Settings['twilio']['transferMode'];
  transferCallerId: Settings['twilio']['transferCallerId'];
  referUrl: string;
}
/** Sound. */
export interface MediaDraft {
  timeoutSeconds: string;
  heldTimeoutSeconds: string;
  /** Empty: that of the first number. */
  country: ToneCountry | '';
  /** Empty: the music that comes with the trunk. */
  holdMusic: string;
  /** With blanks or commas between them. */
  codecs: string;
  srtp: Settings['media']['srtp'];
  inbandDtmf: boolean;
}
export interface PartyRow {
  id: number;
  number: string;
  name: string;
  behaviour: Behaviour;
  afterMs: string;
  caller: boolean;
}

const CODECS = ['opus', 'G722', 'PCMU', 'PCMA'];

export interface Draft {
  provider: string;
  domain: string;
  domains: readonly DomainRow[];
  barredCountryCode: string;
  numbers: readonly NumberRow[];
  allow: readonly NetworkRow[];
  credentials: readonly CredentialRow[];
  /** In the order in which they are offered. */
  algorithms: readonly string[];
  countries: readonly string[];
  limits: Readonly<Record<Limit, string>>;
  overRate: Settings['limits']['overRate'];
  devices: Settings['devices'];
  media: MediaDraft;
  recordTrunk: boolean;
  /** With blanks or commas between them. */
  recordNumbers: string;
  keepDays: string;
  recordByHand: boolean;
  parties: readonly PartyRow[];
  account: Account;
  /** Private addresses that documents may name. */
  webhookAllow: readonly NetworkRow[];
  webhookSeconds: string;
}

export function draftOf(settings: Settings): Draft {
  const { provider, domain, domains, numbers, auth, countries, limits, media, parties, twilio, webhooks, recording } =
    settings;
  return {
    provider,
    domain,
    domains: domains.map((each, id) => ({ ...each, id, numbers: each.numbers.join(' ') })),
    barredCountryCode: String(settings.plivo.barredCountryCode),
    numbers: numbers.map(({ number, to = [], twiml = '', twimlMethod = 'POST', devices: own }, id) => ({
      id,
      number,
      primary: to[0] ?? '',
      fallback: to[1] ?? '',
      twiml,
      twimlMethod,
      ...(own === undefined ? {} : { devices: own }),
    })),
    allow: auth.allow.map((network, id) => ({ id, network })),
    credentials: auth.credentials.map(({ username }, id) => ({ id, username, password: '' })),
    algorithms: auth.algorithms,
    countries,
    limits: {
      concurrentCalls: String(limits.concurrentCalls),
      callsPerSecond: String(limits.callsPerSecond),
      ringSeconds: String(limits.ringSeconds),
      fallbackSeconds: String(limits.fallbackSeconds),
      queueLength: String(limits.queueLength),
      queueSeconds: String(limits.queueSeconds),
      requestsPerSecond: String(limits.requestsPerSecond),
      requestsPerSecondPerSource: String(limits.requestsPerSecondPerSource),
    },
    overRate: limits.overRate,
    devices: settings.devices,
    media: {
      timeoutSeconds: String(media.timeoutSeconds),
      heldTimeoutSeconds: String(media.heldTimeoutSeconds),
      country: media.country ?? '',
      holdMusic: media.holdMusic ?? '',
      codecs: media.codecs.join(', '),
      srtp: media.srtp,
      inbandDtmf: media.inbandDtmf,
    },
    recordTrunk: recording.trunk,
    recordNumbers: recording.numbers.join(' '),
    keepDays: String(recording.keepDays),
    recordByHand: recording.manual,
    parties: parties.map((party, id) => ({ ...party, id, afterMs: String(party.afterMs) })),
    account: {
      accountSid: twilio.accountSid,
      authToken: '',
      forgetToken: false,
      transferMode: twilio.transferMode,
      transferCallerId: twilio.transferCallerId,
      referUrl: twilio.referUrl ?? '',
    },
    webhookAllow: webhooks.allow.map((network, id) => ({ id, network })),
    webhookSeconds: String(webhooks.timeoutSeconds),
  };
}

/** A list with one more row. */
export function withRow<R extends { id: number }>(rows: readonly R[], row: Omit<R, 'id'>): R[] {
  return [...rows, { ...row, id: Math.max(-1, ...rows.map(({ id }) => id)) + 1 } as R];
}

/** What the trunk is sent: the parts of the draft that differ from the settings. */
export function patchOf(settings: Settings, draft: Draft): Record<string, unknown> {
  const [before, after] = [partsOf(draftOf(settings)), partsOf(draft)];
  const patch: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(after)) {
    if (JSON.stringify(part) === JSON.stringify(before[key])) continue;
    const [parent, child] = CONFIG_KEYS[key as keyof Draft] ?? [key];
    patch[parent] = child === undefined ? part : { ...(patch[parent] as object | undefined), [child]: part };
  }
  return patch;
}

/** Where parts of the draft stand in the configuration, if not under their own names. */
const CONFIG_KEYS: Readonly<Partial<Record<keyof Draft, readonly [parent: string, child?: string]>>> = {
  allow: ['auth', 'allow'],
  credentials: ['auth', 'credentials'],
  algorithms: ['auth', 'algorithms'],
  barredCountryCode: ['plivo', 'barredCountryCode'],
  overRate: ['limits', 'overRate'],
  recordTrunk: ['recording', 'trunk'],
  recordNumbers: ['recording', 'numbers'],
  keepDays: ['recording', 'keepDays'],
  recordByHand: ['recording', 'manual'],
  account: ['twilio'],
  webhookAllow: ['webhooks', 'allow'],
  webhookSeconds: ['webhooks', 'timeoutSeconds'],
};

/** The keys of the configuration that a change of the draft concerns. */
export function configKeysOf(change: Partial<Draft>): string[] {
  return Object.keys(change).map((key) => CONFIG_KEYS[key as keyof Draft]?.[0] ?? key);
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
    domains: draft.domains.map((row) => ({
      domain: row.domain.trim(),
      provider: row.provider,
      numbers: numbersIn(row.numbers),
    })),
    barredCountryCode: wholeNumber(draft.barredCountryCode),
    numbers: draft.numbers.map(({ number, primary, fallback, twiml, twimlMethod, devices }) => {
      const own = devices === undefined ? {} : { devices };
      if (twiml.trim() !== '') {
        const method = twimlMethod === 'GET' ? { twimlMethod } : {};
        return { number: number.trim(), twiml: twiml.trim(), ...method, ...own };
      }
      const to = fallback.trim() === '' ? [primary.trim()] : [primary.trim(), fallback.trim()];
      return { number: number.trim(), to, ...own };
    }),
    allow: draft.allow.map(({ network }) => network.trim()),
    credentials: draft.credentials.map(({ username, password }) =>
      password === '' ? { username: username.trim() } : { username: username.trim(), password },
    ),
    algorithms: draft.algorithms,
    countries: countries.toSorted(),
    limits: Object.fromEntries(LIMITS.map((limit) => [limit, wholeNumber(limits[limit])])),
    overRate: draft.overRate,
    devices: draft.devices,
    media: mediaOf(draft.media),
    recordTrunk: draft.recordTrunk,
    recordNumbers: numbersIn(draft.recordNumbers),
    keepDays: wholeNumber(draft.keepDays),
    recordByHand: draft.recordByHand,
    parties: draft.parties.map(({ number, name, behaviour, afterMs, caller }) => ({
      number: number.trim(),
      name: name.trim(),
      behaviour,
      afterMs: wholeNumber(afterMs),
      caller,
    })),
    account: accountOf(draft.account),
    webhookAllow: draft.webhookAllow.map(({ network }) => network.trim()),
    webhookSeconds: wholeNumber(draft.webhookSeconds),
  };
}

/** Null takes a key away. */
function mediaOf({ timeoutSeconds, heldTimeoutSeconds, country, holdMusic, codecs, ...choices }: MediaDraft): object {
  return {
    timeoutSeconds: wholeNumber(timeoutSeconds),
    heldTimeoutSeconds: wholeNumber(heldTimeoutSeconds),
    country: country === '' ? null : country,
    holdMusic: holdMusic.trim() === '' ? null : holdMusic.trim(),
    codecs: numbersIn(codecs).map(codecNamed),
    ...choices,
  };
}

/** As the trunk writes it, in whatever case it was typed; what is no codec stays as it is, for the trunk to say so. */
function codecNamed(typed: string): string {
  return CODECS.find((name) => name.toLowerCase() === typed.toLowerCase().replace('.', '')) ?? typed;
}

/** Null takes a key away. */
function accountOf({ accountSid, authToken, forgetToken, referUrl, ...choices }: Account): Record<string, unknown> {
  const token = authToken === '' ? (forgetToken ? { authToken: null } : {}) : { authToken };
  return {
    accountSid: accountSid.trim(),
    ...choices,
    referUrl: referUrl.trim() === '' ? null : referUrl.trim(),
    ...token,
  };
}

/** The entries of a text field that holds a list. */
export function numbersIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter((each) => each !== '');
}

/** What is no number goes to the trunk as it is: its refusal says what would be right. */
function wholeNumber(text: string): number | string {
  return /^\d+$/.test(text.trim()) ? Number(text) : text;
}

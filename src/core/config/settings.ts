/** What of a running trunk's configuration can be seen and changed. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../../nouns/settings.ts';
import { hidePassword, isPasswordHidden } from '../message/index.ts';
import { numbersByDefault } from './schema.ts';
import type { Config } from './config.ts';

/**
 * Keys of a configuration with new values. An object replaces the keys that it names, a list the whole list; in an
 * object, null stands for a key left out. A credential without a password keeps the one that its user name has, and a
 * URI whose password is hidden its own. The default numbers of a provider make room for those of the next.
 */
export type SettingsPatch = Readonly<Record<string, unknown>>;

/** Sockets, certificates and files are opened once. */
const FIXED = ['listen', 'tls', 'rtp', 'records', 'recording.folder'];

export function settingsOf(config: Config): Settings {
  const { $schema: _schema, version: _version, auth, twilio, numbers, ...rest } = config;
  const { authToken, referUrl, ...account } = twilio;
  return {
    ...rest,
    numbers: numbers.map(({ to, twiml, ...number }) => ({
      ...number,
      ...(to === undefined ? {} : { to: to.map(hidePassword) }),
      ...(twiml === undefined ? {} : { twiml: hidePassword(twiml) }),
    })),
    auth: { ...auth, credentials: auth.credentials.map(({ username }) => ({ username })) },
    twilio: {
      ...account,
      ...(referUrl === undefined ? {} : { referUrl: hidePassword(referUrl) }),
      hasAuthToken: authToken !== undefined,
    },
  };
}

/** The configuration with a patch over it, as JSON: it has still to be checked. */
export function patched(config: Config, patch: SettingsPatch): unknown {
  const known = new Map<string, unknown>(Object.entries(config));
  for (const [key, value] of Object.entries(patch)) {
    const before = known.get(key);
    known.set(key, isObject(before) && isObject(value) ? merged(before, value) : value);
  }
  const auth = known.get('auth');
  if (isObject(auth) && Array.isArray(auth['credentials'])) {
    const credentials = auth['credentials'].map((credential) => withPassword(credential, config));
    known.set('auth', { ...auth, credentials });
  }
  const twilio = known.get('twilio');
  if (isObject(twilio)) {
    const { hasAuthToken: _shownOnly, ...account } = twilio;
    known.set('twilio', inFull(account, urisOf(config)));
  }
  known.set('numbers', inFull(known.get('numbers'), urisOf(config)));
  const asBefore = isDeepStrictEqual(known.get('numbers'), numbersByDefault(config.provider));
  if (known.get('provider') !== config.provider && asBefore) known.delete('numbers');
  return Object.fromEntries(known);
}

function merged(before: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null));
}

/** Paths of the keys in which two configurations differ, one level deep: `domain`, `limits.ringSeconds`. */
export function changedKeys(before: Config, after: Config): string[] {
  return differing(before, after, '');
}

/** Those of these keys that count only once the trunk is started anew. */
export function fixedKeys(keys: readonly string[]): string[] {
  return keys.filter((key) => FIXED.some((fixed) => key === fixed || key.startsWith(`${fixed}.`)));
}

function differing(before: object, after: object, prefix: string): string[] {
  const [old, young] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...young.keys()])].flatMap((key) => {
    const [a, b] = [old.get(key), young.get(key)];
    if (isDeepStrictEqual(a, b)) return [];
    return prefix === '' && isObject(a) && isObject(b) ? differing(a, b, `${key}.`) : [`${prefix}${key}`];
  });
}

/** By the form in which they are seen. */
function urisOf({ numbers, twilio }: Config): ReadonlyMap<string, string> {
  const uris = [...numbers.flatMap(({ to = [], twiml }) => [...to, twiml]), twilio.referUrl];
  return new Map(uris.flatMap((uri) => (uri === undefined ? [] : [[hidePassword(uri), uri] as const])));
}

/** The same with every URI in it whose password is hidden as it was. */
function inFull(value: unknown, uris: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return isPasswordHidden(value) ? (uris.get(value) ?? value) : value;
  if (Array.isArray(value)) return value.map((each) => inFull(each, uris));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inFull(each, uris)]));
}

function withPassword(credential: unknown, config: Config): unknown {
  if (!isObject(credential) || credential['password'] !== undefined) return credential;
  const known = config.auth.credentials.find(({ username }) => username === credential['username']);
  return known ? { ...credential, password: known.password } : credential;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

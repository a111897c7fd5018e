/** What a leg hands on to the legs that are dialled because of it. Pure. */
import {
  isSipUri,
  numberOf,
  parseNameAddr,
  parsePrivacy,
  type Headers,
  type SipRequest,
  type SipUri,
} from '../message/index.ts';

type Fields = [name: string, value: string][];

export interface PassedHeaders {
  /** For the next leg: one less than what came, so that trunks which call each other stop (RFC 7332 §3). */
  readonly maxForwards: number;
  /** Value of Privacy when the caller's number is not to be shown. RFC 3323 §4.2, RFC 3325 §9.3. */
  readonly privacy: string | undefined;
  /**
   * User-to-User (RFC 7433), Diversion (RFC 5806), History-Info (RFC 7044) and `X-…` fields, for the leg that is dialled first
   * (T3, W26).
   */
  readonly fields: Fields;
}

/**
 * Names and values of `X-…` fields together, in characters: what Twilio allows in a `<Sip>`. What comes after that is
 * left behind, since a peer may send as many as it likes.
 */
const MAX_CUSTOM_CHARACTERS = 1024;

/** For a call that no INVITE began. */
export const noPassedHeaders: PassedHeaders = { maxForwards: 70, privacy: undefined, fields: [] };

/** Kinds of privacy that hide who calls; `none` asks for the opposite. */
const HIDING = new Set(['id', 'user', 'header']);

export function headersPassedBy({ headers }: SipRequest): PassedHeaders {
  const hops = Number(headers.get('Max-Forwards') ?? noPassedHeaders.maxForwards);
  const value = headers.get('Privacy');
  const privacy = value === undefined ? undefined : parsePrivacy(value);
  const kinds = privacy?.ok ? privacy.value : [];
  const hides = kinds.some((kind) => HIDING.has(kind));
  return {
    maxForwards: hops - 1,
    privacy: hides ? value : undefined,
    fields: [
      ...headers.fields('User-to-User').map((each): [string, string] => ['User-to-User', each]),
      ...(kinds.some((kind) => HIDING_HISTORY.has(kind)) ? [] : historyOf(headers)),
      ...customFields(headers.entries()),
    ],
  };
}

/** Kinds that hide where a call has been: RFC 3323 §4.2, RFC 7044 §10.1. */
const HIDING_HISTORY = new Set(['header', 'history']);
const HISTORY = ['Diversion', 'History-Info'] as const;
/** All of it together, in characters: a call that was forwarded ten times has a history of about that length. */
const MAX_HISTORY_CHARACTERS = 2048;

/** Where a call has been before it came here, as it was written; the newest Diversion stands first. What is too long is left behind. */
function historyOf(headers: Headers): Fields {
  const fields = HISTORY.flatMap((name) => headers.fields(name).map((value): [string, string] => [name, value]));
  let left = MAX_HISTORY_CHARACTERS;
  return fields.filter(([name, value]) => {
    left -= name.length + value.length;
    return left >= 0;
  });
}

/** Numbers that have forwarded the call, as far as they can be read. W26. */
export function forwardersOf({ headers }: SipRequest): string[] {
  const entries = HISTORY.flatMap((name) => headers.all(name)).slice(0, MOST_FORWARDERS);
  return entries.flatMap((value) => {
    const parsed = parseNameAddr(value);
    const number = parsed.ok ? numberOf(parsed.value.uri) : '';
    return number === '' ? [] : [number];
  });
}

const MOST_FORWARDERS = 20;

/** What a URI's headers put on the INVITE that is made of it: as those of an INVITE go on. RFC 3261 §19.1.5, T3. */
export function fieldsOfUri({ headers }: SipUri): Fields {
  const data = headers.filter(([name]) => name.toLowerCase() === 'user-to-user');
  return [...data.map(([, value]): [string, string] => ['User-to-User', value]), ...customFields(headers)];
}

/** Those that any application may send along: their names begin with `X-`. */
function customFields(headers: Iterable<readonly [name: string, value: string]>): Fields {
  const fields: Fields = [];
  let left = MAX_CUSTOM_CHARACTERS;
  for (const [name, value] of headers) {
    if (!/^X-/i.test(name)) continue;
    left -= name.length + value.length;
    if (left < 0) break;
    fields.push([name, value]);
  }
  return fields;
}

/**
 * What a REFER hands on to the INVITE that it asks for: Referred-By (RFC 3892 §2.2), and User-to-User from the
 * headers of its Refer-To (RFC 7433 §4.2), unchanged.
 */
export function headersPassedByRefer({ headers }: SipRequest): Fields {
  const fields: Fields = headers.fields('Referred-By').map((each) => ['Referred-By', each]);
  const target = parseNameAddr(headers.get('Refer-To') ?? '');
  if (!target.ok || !isSipUri(target.value.uri)) return fields;
  for (const [name, value] of target.value.uri.headers) {
    if (name.toLowerCase() === 'user-to-user') fields.push(['User-to-User', value]);
  }
  return fields;
}

/** Why a BYE or CANCEL came, in the peer's words, for the one that goes out in turn. RFC 3326. */
export function reasonOf(request: SipRequest | undefined): string | undefined {
  const values = request?.headers.fields('Reason') ?? [];
  return values.length === 0 ? undefined : values.join(', ');
}

/** How long a session lives without a refresh, and who refreshes it: what the two sides agree on. RFC 4028. Pure. */
import { parseSeconds, parseSessionExpires, type SipRequest, type SipResponse } from '../message/index.ts';

export interface SessionInterval {
  readonly seconds: number;
  readonly refresher: 'us' | 'peer';
}

/** Seconds that we ask for. *Chosen here*: the value RFC 4028 §4 recommends. */
const WANTED_SECONDS = 1800;

/** Seconds below which no session may expire (RFC 4028 §4). */
const LEAST_SECONDS = 90;

/** What a request of ours asks for. `least` came in a 422 (§7.3). */
export interface SessionWish {
  readonly seconds: number;
  readonly least: number | undefined;
  /** In a refresh: who does it from now on. */
  readonly refresher?: 'uac' | 'uas';
}

export const firstWish: SessionWish = { seconds: WANTED_SECONDS, least: undefined };

export function printWish({ seconds, least, refresher }: SessionWish): [string, string][] {
  const role = refresher === undefined ? '' : `;refresher=${refresher}`;
  const wish: [string, string] = ['Session-Expires', `${seconds}${role}`];
  return least === undefined ? [wish] : [wish, ['Min-SE', String(least)]];
}

/** The wish after a 422, or undefined when the response does not say what would do, or asks for what we asked. */
export function raiseWish(wish: SessionWish, response: SipResponse): SessionWish | undefined {
  const least = parseSeconds(response.headers.get('Min-SE') ?? '');
  if (least === undefined || least <= wish.seconds || least <= (wish.least ?? 0)) return undefined;
  return { ...wish, seconds: least, least };
}

/** The interval that a 2xx to a request of ours sets; undefined: the session does not expire (§7.2). */
export function intervalOf(response: SipResponse): SessionInterval | undefined {
  const expires = parseSessionExpires(response.headers.get('Session-Expires') ?? '');
  if (!expires.ok) return undefined;
  return { seconds: expires.value.seconds, refresher: expires.value.refresher === 'uas' ? 'peer' : 'us' };
}

/** Min-SE for the 422 that a request with too short an interval gets; undefined when it is long enough (§9). */
export function tooShort(request: SipRequest): string | undefined {
  const expires = parseSessionExpires(request.headers.get('Session-Expires') ?? '');
  if (!expires.ok || expires.value.seconds >= LEAST_SECONDS || !supportsTimer(request)) return undefined;
  return String(LEAST_SECONDS);
}

/**
 * What we grant a request: any interval of 90 s or more. A peer that does not know timers cannot refresh, so
 * there is none, unless a proxy asked on its behalf: then we refresh (§9, Table 2).
 * @param agreed what holds in the session so far: a request that does not speak of it, such as one that puts us on hold,
 * does not end it (§9 lets the UAS ask)
 */
export function grant(
  request: SipRequest,
  agreed?: SessionInterval,
): { interval: SessionInterval | undefined; headers: [string, string][] } {
  const expires = parseSessionExpires(request.headers.get('Session-Expires') ?? '');
  if (!expires.ok) {
    if (!agreed || !supportsTimer(request)) return { interval: undefined, headers: [] };
    return printGrant(agreed);
  }
  const { seconds, refresher } = expires.value;
  const known = supportsTimer(request);
  const role = known ? (refresher ?? 'uac') : 'uas';
  return printGrant({ seconds, refresher: role === 'uac' ? 'peer' : 'us' });
}

function printGrant(interval: SessionInterval): { interval: SessionInterval; headers: [string, string][] } {
  const role = interval.refresher === 'peer' ? 'uac' : 'uas';
  const headers: [string, string][] = [['Session-Expires', `${interval.seconds};refresher=${role}`]];
  // The UAC must run a timer when it is to refresh.
  if (role === 'uac') headers.push(['Require', 'timer']);
  return { interval, headers };
}

/** When to refresh: half the time (§7.2). */
export function refreshAfterMs({ seconds }: SessionInterval): number {
  return seconds * 500;
}

/** When the session is given up with BYE: a third of the interval or 32 s before it expires, whichever is later (§10). */
export function expireAfterMs({ seconds }: SessionInterval): number {
  return (seconds - Math.min(32, seconds / 3)) * 1000;
}

function supportsTimer({ headers }: SipRequest): boolean {
  return headers.all('Supported').some((option) => option.toLowerCase() === 'timer');
}

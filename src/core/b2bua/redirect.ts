/**
 * Follows the 3xx of a callee. RFC 3261 §8.1.3.4, W22. Only to numbers and users of the trunk's own domains, and to URIs that the
 * configuration itself rings (*chosen here*): strangers must not be able to send our calls anywhere.
 */
import {
  E164,
  isSipUri,
  numberOf,
  parseContacts,
  parseUri,
  uriKey,
  type NameAddr,
  type SipResponse,
} from '../message/index.ts';
import { refuseCountry } from './authorise.ts';
import type { Board, Destination } from './board.ts';
import type { Call } from './call.ts';

/** Places that one leg is led to, all told. */
const MOST_FOLLOWED = 5;

export class Redirects {
  readonly #tried = new Set<string>();
  #waiting: Destination[] = [];
  #followed = 0;

  constructor(first: Destination) {
    this.#tried.add(keyOf(first));
  }

  /** Where to call next after a final failure, if there is a place left; nowhere twice. */
  next(board: Board, call: Call, status: number, response: SipResponse | undefined): Destination | undefined {
    if (status >= 300 && status < 400 && response) this.#waiting.unshift(...placesIn(board, call, response));
    // Nobody else will do either (§21.6).
    if (status >= 600) return undefined;
    for (let place = this.#waiting.shift(); place; place = this.#waiting.shift()) {
      const key = keyOf(place);
      if (this.#tried.has(key)) continue;
      if (this.#followed === MOST_FOLLOWED) return undefined;
      this.#tried.add(key);
      this.#followed += 1;
      return place;
    }
    return undefined;
  }
}

/** Best first, as q says (§20.10). */
function placesIn(board: Board, call: Call, { headers }: SipResponse): Destination[] {
  const contacts = parseContacts(headers);
  if (!contacts.ok || contacts.value === '*') return [];
  const preferred = contacts.value.toSorted((a, b) => preferenceOf(b) - preferenceOf(a));
  return preferred.flatMap(({ uri }) => {
    const number = numberOf(uri);
    const barred = E164.test(number) && refuseCountry(number, board.account(call.facts), board.policy(call.facts));
    return barred ? [] : (board.options.redirect?.(uri) ?? []);
  });
}

function preferenceOf({ params }: NameAddr): number {
  const q = params.get('q');
  return q !== undefined && /^[01](?:\.\d{0,3})?$/.test(q) ? Number(q) : 1;
}

function keyOf({ uri }: Destination): string {
  const parsed = parseUri(uri);
  return parsed.ok && isSipUri(parsed.value) ? uriKey(parsed.value) : uri;
}

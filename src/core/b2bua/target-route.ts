/** Where a transfer target is reached. */
import type { Identity, LegRole } from '../../nouns/call.ts';
import { E164, isSipUri, numberOf, parseUri, withoutPassword, type SipUri } from '../message/index.ts';
import type { Hop } from '../transport/index.ts';
import { refuseCountry } from './authorise.ts';
import type { Board, Destination } from './board.ts';
import { refuseLead, type Words } from './lead.ts';
import type { Refusal, ReferTarget } from './policy.ts';

export interface TargetRoute {
  readonly identity: Identity;
  readonly role: Exclude<LegRole, 'caller'>;
  /** Tried in this order (P29). */
  readonly destinations: readonly Destination[];
  /** A host name that is still to be looked up (RFC 3263); what it gives joins the destinations. */
  readonly lookUp?: () => Promise<TargetRoute>;
  /** What the target amounts to when there is none. */
  readonly failure: { readonly status: number; readonly reason: string };
  /** Why there is none, where that is a rule of ours. */
  readonly refusal?: Refusal | undefined;
}

export function routeToTarget(board: Board, target: ReferTarget, words: Words): TargetRoute {
  return target.kind === 'sip' ? routeToUri(board, target.uri, words) : routeToNumber(board, target.number);
}

function routeToNumber({ options }: Board, number: string): TargetRoute {
  const known = options.route(number);
  const destinations = known?.destinations ?? [];
  const role = destinations[0]?.role ?? 'target';
  return {
    identity: known?.identity ?? { number, name: options.nameOf(number) },
    role: role === 'caller' ? 'target' : role,
    destinations,
    failure: known ? { status: 480, reason: 'Temporarily Unavailable' } : { status: 404, reason: 'Not Found' },
  };
}

/** S3: wherever the URI leads, as far as those who name it may lead us; one in another domain of the trunk is as good as any. */
export function routeToUri(board: Board, text: string, words: Words): TargetRoute {
  const parsed = parseUri(text);
  const uri = parsed.ok && isSipUri(parsed.value) ? parsed.value : undefined;
  if (!uri) return routeOverHop(text, undefined);
  const own = board.options.routeUri(uri);
  if (own) return routeInside(text, own);
  const hop = board.ua.locate(uri);
  const over = (found: Hop | undefined) => routeOver(board, { text, uri, words }, found);
  const route = over(hop);
  // The first hop carries the others, to which the transaction turns when it fails.
  const lookUp = async () => over((await board.ua.locateAll(uri))[0]);
  return hop ? route : { ...route, lookUp };
}

/** A name that leads back to the trunk stands for its domain, with the bounds that it has: the trunk never calls itself (W24). */
function routeOver(board: Board, { text, uri, words }: Named, hop: Hop | undefined): TargetRoute {
  const own = hop && board.options.routeUri(uri, hop);
  if (!own) {
    const refusal = hop && words === 'foreign' ? refuseLead(board, uri, hop) : undefined;
    return refusal ? { ...routeOverHop(text, undefined), failure: refusal, refusal } : routeOverHop(text, hop);
  }
  const number = numberOf(uri);
  const main = { domain: '' };
  const barred = E164.test(number) ? refuseCountry(number, board.account(main), board.policy(main)) : undefined;
  return barred ? { ...routeInside(text, []), failure: barred } : routeInside(text, own);
}

/** A URI, as it is written and read, and who named it. */
interface Named {
  readonly text: string;
  readonly uri: SipUri;
  readonly words: Words;
}

function routeInside(text: string, destinations: readonly Destination[]): TargetRoute {
  const [first] = destinations;
  return {
    identity: { number: withoutPassword(text), name: '' },
    role: !first || first.role === 'caller' ? 'target' : first.role,
    destinations,
    failure: { status: 404, reason: 'Not Found' },
  };
}

function routeOverHop(text: string, hop: Hop | undefined): TargetRoute {
  return {
    identity: { number: withoutPassword(text), name: '' },
    role: 'target',
    destinations: hop ? [{ role: 'target', uri: text, hop, media: 'rtp' }] : [],
    // RFC 3263 §4.3: what cannot be located counts as 503.
    failure: { status: 503, reason: 'Target Cannot Be Located' },
  };
}

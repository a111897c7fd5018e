/** Where a transfer target is reached. */
import { isSipUri, parseUri, withoutPassword, type SipUri } from '../message/index.ts';
import type { Hop } from '../transport/index.ts';
import type { UserAgent } from '../ua/user-agent.ts';
import type { Board, Destination } from './board.ts';
import type { ReferTarget } from './policy.ts';
import type { Identity, LegRole } from './snapshot.ts';

export interface Way {
  readonly identity: Identity;
  readonly role: Exclude<LegRole, 'caller'>;
  /** Tried in this order (P29). */
  readonly destinations: readonly Destination[];
  /** A host name that is still to be looked up (RFC 3263); what it gives joins the destinations. */
  readonly lookUp?: () => Promise<Way>;
  /** What the target amounts to when there is none. */
  readonly failure: { readonly status: number; readonly reason: string };
}

export function wayTo(board: Board, target: ReferTarget): Way {
  return target.kind === 'sip' ? wayToUri(board, target.uri) : wayToNumber(board, target.number);
}

function wayToNumber({ options }: Board, number: string): Way {
  const route = options.route(number);
  const destinations = route?.destinations ?? [];
  const role = destinations[0]?.role ?? 'target';
  return {
    identity: route?.identity ?? { number, name: options.nameOf(number) },
    role: role === 'caller' ? 'target' : role,
    destinations,
    failure: route ? { status: 480, reason: 'Temporarily Unavailable' } : { status: 404, reason: 'Not Found' },
  };
}

/** S3: wherever the URI leads; one in another domain of the trunk is as good as any. */
export function wayToUri({ ua, options }: Board, text: string): Way {
  const parsed = parseUri(text);
  const uri = parsed.ok && isSipUri(parsed.value) ? parsed.value : undefined;
  const own = uri && options.routeUri(uri);
  if (own) return wayInside(text, own);
  const hop = uri && ua.locate(uri);
  const way = wayOverHop(text, hop);
  return hop || !uri ? way : { ...way, lookUp: () => lookUp(ua, uri, text) };
}

function wayInside(text: string, destinations: readonly Destination[]): Way {
  const [first] = destinations;
  return {
    identity: { number: withoutPassword(text), name: '' },
    role: !first || first.role === 'caller' ? 'target' : first.role,
    destinations,
    failure: { status: 404, reason: 'Not Found' },
  };
}

/** The first hop carries the others, to which the transaction turns when it fails. */
async function lookUp(ua: UserAgent, uri: SipUri, text: string): Promise<Way> {
  const [hop] = await ua.locateAll(uri);
  return wayOverHop(text, hop);
}

function wayOverHop(text: string, hop: Hop | undefined): Way {
  return {
    identity: { number: withoutPassword(text), name: '' },
    role: 'target',
    destinations: hop ? [{ role: 'target', uri: text, hop, media: 'rtp' }] : [],
    // RFC 3263 §4.3: what cannot be located counts as 503.
    failure: { status: 503, reason: 'Target Cannot Be Located' },
  };
}

/** Where an INVITE leads: to a number, a URI, or nowhere. */
import type { LegRole } from '../../nouns/call.ts';
import { isSipUri, printUri, type SipRequest } from '../message/index.ts';
import type { Board, Route } from './board.ts';
import { dialledNumber } from './identity.ts';
import type { Refusal } from './policy.ts';
import { routeToUri } from './target-route.ts';

/**
 * Where an INVITE leads. The console reaches everybody through the trunk: it may call a SIP URI elsewhere, as an endpoint
 * does by itself, and whoever has registered.
 */
export function routeOf(board: Board, request: SipRequest, role: LegRole): Route | undefined {
  const { route, routeUri } = board.options;
  const number = dialledNumber(request);
  const asked = request.readUri();
  const uri = role === 'console' && asked.ok && isSipUri(asked.value) ? asked.value : undefined;
  const own = uri && routeUri(uri);
  const known = number === undefined || (uri && !own) ? undefined : route(number);
  if (known || !uri || own?.length === 0) return known;
  const found = routeToUri(board, printUri({ ...uri, headers: [] }), 'own');
  const { identity, destinations, failure, lookUp } = found;
  return {
    identity,
    direction: 'outbound',
    destinations,
    failure,
    lookUp: lookUp && (async () => (await lookUp()).destinations),
  };
}

/** A number that leads nowhere, if there may be a record of the call; else it leaves no more than its answer. */
export function unroutable({ unroutable: rate }: Board, request: SipRequest): Route | undefined {
  const number = dialledNumber(request) ?? '';
  if (!/^[!-~]{1,64}$/.test(number) || rate.view().waitMs > 0) return undefined;
  rate.take();
  rate.giveBack();
  return { identity: { number, name: '' }, direction: 'outbound', destinations: [] };
}

export const NOWHERE: Refusal = {
  allowed: false,
  status: 404,
  reason: 'Not Found',
  rule: 'RFC 3261',
  explanation: 'this number leads nowhere',
};

/** Whether the words of somebody else may lead a call to a place (W16). The rule itself is in `address/egress.ts`. */
import { isSipUri, parseUri, type SipUri } from '../message/index.ts';
import type { Hop } from '../transport/index.ts';
import type { Board } from './board.ts';
import type { Refusal } from './policy.ts';

/**
 * Whose words name a place: those of the console's operator and of the configuration lead anywhere, those of endpoints,
 * documents and the API where the guard allows.
 */
export type Words = 'own' | 'foreign';

/** @param hop what was found for the URI, with its `others` */
export function refuseLead({ options }: Board, uri: SipUri, hop: Hop): Refusal | undefined {
  const addresses = [hop, ...(hop.others ?? [])].map(({ host }) => host);
  if (options.mayLead?.(uri, addresses) !== false) return undefined;
  return {
    allowed: false,
    status: 403,
    reason: 'Forbidden',
    rule: 'W16',
    explanation:
      `${uri.host} is not a public address; let it register, name it in "numbers" of the configuration, ` +
      'or its network in "webhooks.allow"',
  };
}

/** The same before anything is looked up: for addresses, and for names that are known already. */
export function refuseKnownLead(board: Board, text: string): Refusal | undefined {
  const parsed = parseUri(text);
  if (!parsed.ok || !isSipUri(parsed.value) || board.options.routeUri(parsed.value)) return undefined;
  const hop = board.ua.locate(parsed.value);
  if (!hop || board.options.routeUri(parsed.value, hop)) return undefined;
  return refuseLead(board, parsed.value, hop);
}

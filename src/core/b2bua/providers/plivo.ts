/** Plivo SIP trunking. Rules P1–P32; what their pages leave open is *chosen here*. */
import { isIP } from 'node:net';
import { isPrivate } from '../../address/ranges.ts';
import { E164, subscriberOf, type SipUri } from '../../message/index.ts';
import type { Account, ProviderPolicy, Refusal, ReferVerdict } from '../policy.ts';
import { plivoHangup } from './plivo-codes.ts';

import { isRefusal, readNumber, readReferTo } from './refer-to.ts';

export const plivo: ProviderPolicy = {
  name: 'plivo',
  codecs: ['PCMU', 'PCMA'],
  target,
  rules: { country: 'P16', capacity: 'P25', callerId: 'P20' },
  outboundCallerId: 'any',
  // P20: the caller, or the number that the endpoint gave as its own. Both stand in `from`.
  callerId: ({ direction, from }) => ({ identity: from, rule: `P20 ${direction}` }),
  hangup: plivoHangup,
  releases: 'trunk',
};

/** P2, P13, P14, P15, in the order in which a request would meet them. */
function target(referTo: readonly string[], account: Account): ReferVerdict {
  const uri = readReferTo(referTo, account, 'P13');
  if (isRefusal(uri)) return uri;
  return refuseHost(uri, account) ?? readNumber(uri, account, 'P13', 'plain');
}

function refuseHost(uri: SipUri, account: Account): Refusal | undefined {
  if (uri.host === account.domain.toLowerCase()) return undefined;
  const { subscriber } = subscriberOf(uri);
  const user = E164.test(subscriber) ? subscriber : '+14155551234';
  const suggestion = `<sip:${user}@${account.domain}>`;
  if (isPrivate(uri.host)) {
    return forbidden('P15', `the host ${uri.host} is a private address`, suggestion);
  }
  const kind = isIP(uri.host) === 0 ? 'a foreign domain' : 'an address, not the trunk domain';
  return forbidden('P14', `${uri.host} is ${kind}`, suggestion);
}

function forbidden(rule: string, explanation: string, suggestion: string): Refusal {
  return { allowed: false, status: 403, reason: 'Forbidden', rule, explanation, suggestion };
}

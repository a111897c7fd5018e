/** Plivo SIP trunking. Rules P1–P32; what their pages leave open is *chosen here*. */
import { isIP } from 'node:net';
import { isSipUri, parseNameAddr, type SipUri } from '../../message/index.ts';
import type { Account, ProviderPolicy, Refusal, ReferVerdict } from '../policy.ts';
import { isPrivateHost } from './private-host.ts';

/** `+`, 7 to 15 digits, no leading zero (P13). */
const E164 = /^\+[1-9]\d{6,14}$/;

export const plivo: ProviderPolicy = {
  name: 'plivo',
  authoriseRefer,
  // P20: inbound, the original caller; outbound, the number the endpoint gave as its own. Both stand in `from`.
  transferCallerId: (call) => call.from,
  releases: 'trunk',
};

/** P2, P13, P14, P15, in the order in which a request would meet them. */
function authoriseRefer(referTo: readonly string[], account: Account): ReferVerdict {
  const suggestion = `<sip:+14155551234@${account.domain}>`;
  const [value, second] = referTo;
  if (value === undefined) return malformed('Refer-To is missing', suggestion);
  if (second !== undefined) return malformed('there are two Refer-To headers', suggestion);
  const parsed = parseNameAddr(value);
  if (!parsed.ok) return malformed(`Refer-To cannot be read: ${parsed.error}`, suggestion);
  const { uri } = parsed.value;
  if (!isSipUri(uri)) {
    return malformed(`Refer-To has the scheme ${uri.scheme}:, only sip: and sips: are taken`, suggestion);
  }
  return authoriseHost(uri, account) ?? authoriseNumber(uri, account);
}

function authoriseHost(uri: SipUri, account: Account): Refusal | undefined {
  if (uri.host === account.domain.toLowerCase()) return undefined;
  const user = E164.test(uri.user ?? '') ? uri.user : '+14155551234';
  const suggestion = `<sip:${user}@${account.domain}>`;
  if (isPrivateHost(uri.host)) {
    return forbidden('P15', `the host ${uri.host} is a private address`, suggestion);
  }
  const kind = isIP(uri.host) === 0 ? 'a foreign domain' : 'an address, not the trunk domain';
  return forbidden('P14', `${uri.host} is ${kind}`, suggestion);
}

function authoriseNumber(uri: SipUri, account: Account): ReferVerdict {
  const user = uri.user ?? '';
  if (E164.test(user)) return { allowed: true, number: user };
  const digits = user.replace(/\D/g, '').replace(/^0+/, '');
  const suggestion = `<sip:${digits.length >= 7 && digits.length <= 15 ? `+${digits}` : '+14155551234'}@${account.domain}>`;
  return malformed(
    user === ''
      ? 'the Refer-To URI has no user part'
      : `the user part ${user} is no E.164 number (+, then 7 to 15 digits, no leading zero)`,
    suggestion,
  );
}

function malformed(explanation: string, suggestion: string): Refusal {
  return { allowed: false, status: 400, reason: 'Bad Request', rule: 'P13', explanation, suggestion };
}

function forbidden(rule: string, explanation: string, suggestion: string): Refusal {
  return { allowed: false, status: 403, reason: 'Forbidden', rule, explanation, suggestion };
}

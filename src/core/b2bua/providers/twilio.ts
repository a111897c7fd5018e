/**
 * Twilio Elastic SIP Trunking: what the trunk does with a REFER that the endpoint sends. The names of the rules are
 * those of the trunk's settings; what their pages leave open is *chosen here*.
 */
import type { LegResult } from '../../../nouns/call.ts';
import { isSipUri, type SipUri } from '../../message/index.ts';
import { sourceOf, type EndFacts, type Hangup } from '../hangup-cause.ts';
import type {
  Account,
  CallerFacts,
  CallerId,
  ProviderPolicy,
  Refusal,
  ReferTarget,
  ReferVerdict,
  TransferSettings,
} from '../policy.ts';
import { isOwn, isRefusal, readNumber, readReferToOrTel } from './refer-to.ts';
import { requestUriOf } from './request-uri.ts';

const defaults: TransferSettings = { mode: 'enable-all', callerId: 'from-transferee' };

export const twilio: ProviderPolicy = {
  name: 'twilio',
  target,
  rules: { country: 'geo permissions', capacity: 'CPS', callerId: 'caller ID' },
  // A number of the trunk in Diversion stands for a forwarded call: *chosen here*.
  outboundCallerId: 'own-or-forwarded',
  callerId,
  hangup,
  releases: 'transferor',
};

/** `{trunk}.pstn.twilio.com`, with or without a region between: the telephone network, as our own domain is. */
const PSTN_HOST = /^[a-z0-9-]+\.pstn(?:\.[a-z0-9-]+)?\.twilio\.com$/;

function target(referTo: readonly string[], account: Account): ReferVerdict {
  const { mode } = account.transfers ?? defaults;
  if (mode === 'disable-all') return declined('call transfers are disabled on this trunk: disable-all');
  const read = readReferToOrTel(referTo, account, 'Refer-To');
  if (isRefusal(read)) return read;
  if (isSipUri(read) && !isTelephoneNetwork(read, account)) {
    return { allowed: true, kind: 'sip', uri: requestUriOf(read), billable: false };
  }
  const verdict = readNumber(read, account, 'Refer-To');
  if (!verdict.allowed || mode !== 'sip-only') return verdict;
  return declined('transfers to the PSTN are not enabled on this trunk, only to SIP: sip-only');
}

function isTelephoneNetwork(uri: SipUri, account: Account): boolean {
  return isOwn(uri, account) || PSTN_HOST.test(uri.host);
}

/** Their pages do not name the status: 603 is what RFC 3515 §2.4.2 has for somebody who does not want to. */
function declined(explanation: string): Refusal {
  return { allowed: false, status: 603, reason: 'Decline', rule: 'TransferMode', explanation };
}

/**
 * The transfer is a child call of the original: who was called, B, calls C when the endpoint had called B through the
 * trunk, and who called, A, calls C when A had called the endpoint. With `from-transferor` C sees the endpoint instead.
 */
function callerId({ direction, from, to }: CallerFacts, _: ReferTarget, { transfers }: Account): CallerId {
  const setting = (transfers ?? defaults).callerId;
  const [transferor, transferee] = direction === 'inbound' ? [to, from] : [from, to];
  return {
    identity: setting === 'from-transferee' ? transferee : transferor,
    rule: `TransferCallerId ${setting}`,
  };
}

/** Their records have the status of a call resource and no code. */
const statuses: Readonly<Record<LegResult, string>> = {
  answered: 'completed',
  transferred: 'completed',
  busy: 'busy',
  'no-answer': 'no-answer',
  canceled: 'canceled',
  declined: 'failed',
  'not-found': 'failed',
  failed: 'failed',
  // Of a call that was up; one that was not has failed.
  'peer-lost': 'completed',
  interrupted: 'failed',
};

function hangup(end: EndFacts): Hangup {
  const result = end.result === 'peer-lost' && !end.answered ? 'failed' : end.result;
  return { code: undefined, name: statuses[result], source: sourceOf(end) };
}

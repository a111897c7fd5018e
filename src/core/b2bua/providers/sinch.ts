/** Sinch Elastic SIP Trunking. Rules S1–S5; what their pages leave open is *chosen here*. */
import type { LegResult } from '../../../nouns/call.ts';
import { sourceOf, type EndFacts, type Hangup } from '../hangup-cause.ts';
import type { Account, CallerFacts, CallerId, ProviderPolicy, ReferTarget, ReferVerdict } from '../policy.ts';
import { isOwn, isRefusal, readNumber, readReferTo } from './refer-to.ts';
import { requestUriOf } from './request-uri.ts';

export const sinch: ProviderPolicy = {
  name: 'sinch',
  target,
  rules: { country: 'S2', capacity: 'S2', callerId: 'S2' },
  outboundCallerId: 'own',
  callerId,
  hangup,
  releases: 'trunk',
};

/** S1, S2, S3: the domain decides. */
function target(referTo: readonly string[], account: Account): ReferVerdict {
  const uri = readReferTo(referTo, account, 'S1');
  if (isRefusal(uri)) return uri;
  if (isOwn(uri, account)) return readNumber(uri, account, 'S2');
  return { allowed: true, kind: 'sip', uri: requestUriOf(uri), billable: false };
}

/** S2: a new call of the trunk shows a number of the trunk. S3: no rule applies, so the caller stays who it is. */
function callerId({ direction, from, to }: CallerFacts, { kind }: ReferTarget, { numbers }: Account): CallerId {
  if (kind === 'sip') return { identity: from, rule: 'S3 unchanged' };
  const own = direction === 'inbound' ? to : from;
  const [first] = numbers;
  const identity = numbers.includes(own.number) || first === undefined ? own : { number: first, name: '' };
  return { identity, rule: 'S2 trunk number' };
}

/** Their records have a result and no code. */
const callResults: Readonly<Record<LegResult, string>> = {
  answered: 'COMPLETED',
  transferred: 'COMPLETED',
  busy: 'BUSY',
  'no-answer': 'NO_ANSWER',
  canceled: 'CANCEL',
  declined: 'FAILED',
  'not-found': 'FAILED',
  failed: 'FAILED',
  // Of a call that was up; one that was not has failed.
  'peer-lost': 'COMPLETED',
  interrupted: 'FAILED',
};

function hangup(end: EndFacts): Hangup {
  const result = end.result === 'peer-lost' && !end.answered ? 'failed' : end.result;
  return { code: undefined, name: callResults[result], source: sourceOf(end) };
}

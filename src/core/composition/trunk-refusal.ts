import { TrunkRefusal } from '../api/trunk.ts';
import type { Refusal } from '../b2bua/policy.ts';

/** A refusal of SIP for somebody who asked by other means. */
export function asTrunkRefusal({ status, rule, explanation, suggestion, retryAfterSeconds }: Refusal): TrunkRefusal {
  const code = status === 400 ? 'bad-request' : status === 503 ? 'unavailable' : 'refused';
  const hints = [
    ...(suggestion === undefined ? [] : [`; ${suggestion} would be taken`]),
    ...(retryAfterSeconds === undefined ? [] : [`; try again in ${retryAfterSeconds} s`]),
  ];
  return new TrunkRefusal(code, `The transfer is refused (${rule}): ${explanation}${hints.join('')}.`);
}

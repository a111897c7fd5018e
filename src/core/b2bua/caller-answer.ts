/** What a caller is told when its call failed. Not everything that the callee answers us is meant for the caller. W22. Pure. */
import { printWarning, reasonPhrase, type SipResponse } from '../message/index.ts';

type Fields = [name: string, value: string][];

export interface CallerAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Fields;
}

/**
 * A redirection that we did not follow would send the caller where it may not go: it becomes 480. A challenge to us is none that
 * the caller could answer: it becomes 502 (both *chosen here*). Everything else is passed on as it came.
 * @param agent who warns: our domain
 */
export function callerAnswer(status: number, reason: string, agent: string): CallerAnswer {
  if (status >= 300 && status < 400) {
    return instead(480, 'the called side is elsewhere, at an address that this trunk does not call', agent);
  }
  if (status === 401 || status === 407) {
    return instead(502, 'the called side asks for credentials that this trunk does not have', agent);
  }
  return { status, reason, headers: [] };
}

function instead(status: number, why: string, agent: string): CallerAnswer {
  return { status, reason: reasonPhrase(status), headers: [['Warning', printWarning(399, why, agent)]] };
}

/** Fields of a final response that the caller gets too: Reason (RFC 3326, RFC 6432), and Warning where media did not fit (RFC 3261 §20.43). */
export function passedFields(response: SipResponse | undefined): Fields {
  if (!response) return [];
  const { status, headers } = response;
  const names = status === 488 || status === 606 ? ['Reason', 'Warning'] : ['Reason'];
  return names.flatMap((name) => headers.fields(name).map((value): [string, string] => [name, value]));
}

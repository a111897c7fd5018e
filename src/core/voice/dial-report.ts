/** What an application is told of a `<Dial>`. Pure. */
import { resultOf } from '../b2bua/leg.ts';
import type { Parameters } from '../webhook/exchange.ts';

export type DialStatus = 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled';

export interface DialOutcome {
  readonly status: DialStatus;
  /** CallSid of the called leg that counts; undefined when none was placed. */
  readonly sid?: string | undefined;
  /** Whole seconds from its answer to its end; undefined when it did not answer. */
  readonly seconds?: number | undefined;
  /** The two talked. */
  readonly bridged: boolean;
}

/** Parameters for the request to `action`; one with nothing to report is left out. */
export function dialReport({ status, sid, seconds, bridged }: DialOutcome): Parameters {
  return [
    ['DialCallStatus', status],
    ...(sid === undefined ? [] : [['DialCallSid', sid] as const]),
    ...(seconds === undefined ? [] : [['DialCallDuration', String(seconds)] as const]),
    ['DialBridged', String(bridged)],
  ];
}

/** When several were called and none answered, the one that came nearest to it speaks for all. *Chosen here.* */
const nearest: readonly DialStatus[] = ['busy', 'no-answer', 'failed'];

/** @param statuses final SIP statuses of those that were called */
export function failureOf(statuses: readonly number[]): DialStatus {
  const results = statuses.map((status) => resultOf(status));
  return nearest.find((status) => results.some((result) => result === status)) ?? 'failed';
}

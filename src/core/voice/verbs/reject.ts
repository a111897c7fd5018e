import type { Reject } from '../../twiml/document.ts';
import { warning } from '../../twiml/problem.ts';
import { next, type Next, type Run } from '../run.ts';

/** What the caller is told. Twilio documents what is heard; these statuses are what its users see, and *chosen here*. */
const refusals = { busy: 486, rejected: 603 } as const;

/** Refuses a call that rings. One that is answered just ends. */
export async function runReject({ reason, line }: Reject, { control, notice }: Run): Promise<Next> {
  const { leg } = control;
  if (leg.facts.direction === 'in' && leg.answeredAt === undefined) {
    control.reject(refusals[reason]);
    return next;
  }
  notice(warning(13810, 'The call is answered: it is too late to reject it, so it is ended.', line));
  return { kind: 'end' };
}

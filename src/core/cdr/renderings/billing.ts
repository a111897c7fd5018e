/** Seconds, as providers count them. */

import type { CallRecord } from '../../../nouns/record.ts';
/** Both providers bill whole minutes. */
const PULSE_SECONDS = 60;

export function talkSeconds({ durationMs }: CallRecord): number {
  return Math.round(durationMs / 1000);
}

/** Whole minutes that were begun; a leg that is not billed has none (S4). */
export function billedSeconds({ durationMs, billable }: CallRecord): number {
  return billable ? Math.ceil(durationMs / 1000 / PULSE_SECONDS) * PULSE_SECONDS : 0;
}

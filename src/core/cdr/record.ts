/**
 * Call records: one for each leg of a call that ended (P26).
 * Times are milliseconds since the Unix epoch unless a name says otherwise.
 */
import type { CallRecord } from '../../nouns/record.ts';

/** What is known while the leg lives; enough to close the record should the process die. */
export type RecordInProgress = Pick<
  CallRecord,
  | 'id'
  | 'callId'
  | 'sessionId'
  | 'kind'
  | 'direction'
  | 'from'
  | 'fromName'
  | 'to'
  | 'toName'
  | 'startedAt'
  | 'provider'
  | 'trunkDomain'
  | 'referred'
  | 'billable'
  | 'callerIdRule'
  | 'fromCountry'
  | 'toCountry'
  | 'transport'
> & { answeredAt?: number | null | undefined };

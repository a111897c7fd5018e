/**
 * Call records: one for each leg of a call that ended (P26).
 * Times are milliseconds since the Unix epoch unless a name says otherwise.
 */
import type { EndedBy, LegResult } from '../b2bua/snapshot.ts';

/** One ended call leg. The records of a transferred call share `sessionId`. */
export interface CallRecord {
  id: string;
  callId: string;
  sessionId: string;
  kind: 'original' | 'transfer' | 'dial';
  direction: 'inbound' | 'outbound';
  from: string;
  fromName: string;
  to: string;
  toName: string;
  startedAt: number;
  answeredAt: number | null;
  endedAt: number;
  /** Answered time in milliseconds, 0 when never answered. */
  durationMs: number;
  result: LegResult;
  endedBy: EndedBy;
  sipStatus: number | null;
  provider: string;
  /** Domain of the trunk that carried it. */
  trunkDomain: string;
  /** S5: the leg came about by a REFER. */
  referred: boolean;
  /** S4: the provider would charge for it. */
  billable: boolean;
  /** Name of the rule that chose the caller ID (D7). */
  callerIdRule: string | null;
  /** ISO 3166-1 codes; null for a number of no country, and for a SIP URI. */
  fromCountry: string | null;
  toCountry: string | null;
  /** SIP transport of the leg to the customer, or to the transfer target. */
  transport: string | null;
  /** The provider's hangup code (P31), null where it has names only. */
  hangupCode: number | null;
  hangupName: string | null;
  /** Who ended it, in the provider's words. */
  hangupSource: string | null;
  /** There is a recording of the leg (P28). */
  recording?: { durationMs: number };
  /** Ids of what diagnosis found in the call, e.g. `D3`. */
  findings?: string[];
}

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

/** Filters and paging of the record list. */
export interface RecordQuery {
  /** Records on a page, 1 to 1000; 100 when left out. */
  limit?: number | undefined;
  /** From the page before. */
  cursor?: string | undefined;
  /** Parts of numbers or names, divided by spaces; a record must hold every one. */
  search?: string | undefined;
  /** Records whose `from` or `to` is exactly this. */
  number?: string | undefined;
  /** Records that started at this time or later. */
  since?: number | undefined;
}

export interface RecordPage {
  records: CallRecord[];
  /** Absent on the last page. */
  nextCursor?: string | undefined;
}

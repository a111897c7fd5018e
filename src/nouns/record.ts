/** The record of an ended leg. Times are milliseconds since the Unix epoch unless a name says otherwise. */
import { z } from 'zod';
import { EndedBy, LegResult } from './call.ts';
import { LegQuality } from './quality.ts';

/** One ended call leg (P26). The records of a transferred call share `sessionId`. */
export const CallRecord = z.object({
  id: z.string(),
  callId: z.string(),
  sessionId: z.string(),
  kind: z.enum(['original', 'transfer', 'dial']),
  direction: z.enum(['inbound', 'outbound']),
  from: z.string(),
  fromName: z.string(),
  to: z.string(),
  toName: z.string(),
  startedAt: z.number(),
  answeredAt: z.number().nullable(),
  endedAt: z.number(),
  /** Answered time in milliseconds, 0 when never answered. */
  durationMs: z.number(),
  result: LegResult,
  endedBy: EndedBy,
  sipStatus: z.number().nullable(),
  provider: z.string(),
  /** Domain of the trunk that carried it. */
  trunkDomain: z.string(),
  /** S5: the leg came about by a REFER. */
  referred: z.boolean(),
  /** S4: the provider would charge for it. */
  billable: z.boolean(),
  /** Name of the rule that chose the caller ID (D7). */
  callerIdRule: z.string().nullable(),
  /** ISO 3166-1 codes; null for a number of no country, and for a SIP URI. */
  fromCountry: z.string().nullable(),
  toCountry: z.string().nullable(),
  /** SIP transport of the leg to the customer, or to the transfer target. */
  transport: z.string().nullable(),
  /** The provider's hangup code (P31), null where it has names only. */
  hangupCode: z.number().nullable(),
  hangupName: z.string().nullable(),
  /** Who ended it, in the provider's words. */
  hangupSource: z.string().nullable(),
  /** There is a recording of the leg (P28). */
  recording: z.object({ durationMs: z.number() }).optional(),
  /** How well the legs of the call were heard while this one was up; absent where there was no sound. M2. */
  quality: z.array(LegQuality).optional(),
  /** Ids of what diagnosis found in the call, e.g. `D3`. */
  findings: z.array(z.string()).optional(),
});
export type CallRecord = z.infer<typeof CallRecord>;

/** Filters and paging of the record list. */
export const RecordQuery = z.strictObject({
  /** Records on a page; 100 when left out. */
  limit: z.number().int().min(1).max(1000).optional(),
  /** `nextCursor` of the page before. */
  cursor: z.string().optional(),
  /** Parts of numbers or names, divided by spaces; a record must hold every one. */
  search: z.string().optional(),
  /** Records whose `from` or `to` is exactly this. */
  number: z.string().optional(),
  /** Records that started at this time or later. */
  since: z.number().int().min(0).optional(),
});
export type RecordQuery = z.infer<typeof RecordQuery>;

/** Ended legs, newest first. */
export const RecordPage = z.object({
  records: z.array(CallRecord),
  /** Absent on the last page. */
  nextCursor: z.string().optional(),
});
export type RecordPage = z.infer<typeof RecordPage>;

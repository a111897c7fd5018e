/** A call record in the making: one per leg that is billed on its own (P26). */
import type { EndedBy, Identity, LegResult } from '../../nouns/call.ts';
import type { Hangup, Side } from './hangup-cause.ts';

export interface RecordDraft {
  readonly id: string;
  readonly callId: string;
  readonly sessionId: string;
  /** `dial`: an application had it placed. */
  readonly kind: 'original' | 'transfer' | 'dial';
  readonly direction: 'inbound' | 'outbound';
  readonly from: Identity;
  readonly to: Identity;
  readonly provider: string;
  readonly trunkDomain: string;
  /** S5: it came about by a REFER. */
  readonly referred: boolean;
  /** S4. */
  readonly billable: boolean;
  /** It takes up capacity (P25): not what was refused, nor what is outside the trunk's rules (S3). */
  readonly counted: boolean;
  /** Name of the rule that chose the caller ID (D7). */
  readonly callerIdRule: string;
  /** Whom the leg is placed to. */
  readonly far: Side;
  /** ISO 3166-1 code; undefined for a number of no country, and for a SIP URI. */
  readonly fromCountry: string | undefined;
  readonly toCountry: string | undefined;
  /** Of the leg to the customer, or to the transfer target; known once it is placed. */
  transport: string | undefined;
  /** Instant of the clock at which its turn comes, where it had to queue for it (P25). */
  queuedUntil: number | undefined;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  answeredAt: number | undefined;
  /** Set once, when the record is closed. */
  end: RecordEnd | undefined;
}

export interface RecordEnd {
  readonly at: number;
  readonly result: LegResult;
  readonly endedBy: EndedBy;
  readonly sipStatus: number | undefined;
  readonly hangup: Hangup;
}

/** A call record in the making: one per leg that is billed on its own (P26). */
import type { EndedBy, Identity, LegResult } from './snapshot.ts';

export interface RecordDraft {
  readonly id: string;
  readonly callId: string;
  readonly sessionId: string;
  readonly kind: 'original' | 'transfer';
  readonly direction: 'inbound' | 'outbound';
  readonly from: Identity;
  readonly to: Identity;
  readonly provider: string;
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
}

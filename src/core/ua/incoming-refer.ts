import type { SipRequest } from '../message/index.ts';
import type { ReferReporter, ReferReporterUser } from '../subscription/notifier.ts';

export type { ReferReporter } from '../subscription/notifier.ts';

/** A REFER of the peer that waits to be accepted or rejected. RFC 3515 §2.4. */
export interface IncomingRefer {
  readonly request: SipRequest;
  /** 202 alone, where something has to come between it and the first NOTIFY; `accept` then sends the rest. */
  answer(): void;
  /** 202, then at once NOTIFY 100 (P3). Whoever accepts owes a final report; without one the subscription runs out. */
  accept(user: ReferReporterUser): ReferReporter;
  reject(status: number, reason?: string, headers?: [string, string][]): void;
}

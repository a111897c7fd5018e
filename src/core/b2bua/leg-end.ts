/** How a leg ends, or all of a call. */
import type { EndedBy, LegResult } from '../../nouns/call.ts';
import type { EndWhy } from './hangup-cause.ts';

export interface LegEnd {
  readonly by: EndedBy;
  readonly result: LegResult;
  /** Final SIP status, where one ended it. */
  readonly status?: number;
  /** What the far end said of it, for the other legs (RFC 3326). */
  readonly reason?: string | undefined;
  readonly why?: EndWhy | undefined;
}

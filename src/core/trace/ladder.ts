/**
 * The ladder of a call: its SIP messages as arrows between lifelines. Plain data.
 * Times are milliseconds since the Unix epoch.
 */
import type { Finding } from './finding.ts';
import type { LegRole } from '../b2bua/snapshot.ts';

/** Somebody whose messages are shown: the trunk, or the far end of one leg. */
export interface Lifeline {
  /** `trunk`, or a leg id. */
  id: string;
  role: LegRole | 'trunk';
  label: string;
  number?: string;
}

/** One SIP message as the trunk saw it, secrets redacted. */
export interface LadderMessage {
  /** Rises by one with each message of the call, those that were dropped included. */
  seq: number;
  at: number;
  legId: string;
  sipCallId: string;
  /** Lifeline ids. */
  from: string;
  to: string;
  transport: string;
  /** Where it came from or went to, `host:port`; absent in traces of earlier versions. */
  remote?: string;
  kind: 'request' | 'provisional' | 'success' | 'failure';
  /** Of a response, the method of its CSeq. */
  method: string;
  status?: number;
  /** What the arrow says: `INVITE (sdp)`, `180 Ringing`, `NOTIFY (100 Trying)`. */
  label: string;
  cseq: string;
  /** Seen before on this leg, byte for byte, in the same direction (RFC 3261 §17). */
  retransmission: boolean;
  text: string;
}

export interface Ladder {
  callId: string;
  startedAt: number;
  lifelines: Lifeline[];
  messages: LadderMessage[];
  /** Messages that were dropped because the trace is bounded. */
  dropped: number;
  /** What diagnosis has to say about them; absent in traces of earlier versions. */
  findings?: Finding[];
}

/**
 * The picture of a call that leaves core: plain data, safe to serialise.
 * Times are milliseconds since the Unix epoch unless a name says otherwise.
 */

import type { LegMedia } from './media-watch.ts';

/** Who stands at the far end of a leg. `target` is any party that the trunk dialled for somebody else. */
export type LegRole = 'caller' | 'console' | 'endpoint' | 'target';

export type LegState = 'trying' | 'ringing' | 'early' | 'answered' | 'ended';

export type LegResult =
  | 'answered'
  | 'transferred'
  | 'busy'
  | 'no-answer'
  | 'declined'
  | 'canceled'
  | 'not-found'
  | 'failed'
  | 'interrupted';

export type EndedBy = 'caller' | 'endpoint' | 'target' | 'trunk' | 'unknown';

/** A number with the name that belongs to it; the name may be empty. */
export interface Identity {
  readonly number: string;
  readonly name: string;
}

export interface LegSnapshot {
  id: string;
  role: LegRole;
  number: string;
  name: string;
  direction: 'in' | 'out';
  sipCallId: string;
  state: LegState;
  startedAt: number;
  answeredAt?: number;
  endedAt?: number;
  held: boolean;
  codec?: string;
  sipStatus?: number;
  result?: LegResult;
  endedBy?: EndedBy;
  /** Whether sound can pass; absent while there are no ports. */
  media?: LegMedia;
  rtp?: PacketCounts;
  /** The console's connection is gone: until then it may take the leg back, by INVITE with this Replaces (W6). */
  orphan?: { since: number; until: number; replaces: string };
}

export interface TransferStep {
  /** Milliseconds since the REFER arrived. */
  atMs: number;
  kind: 'refer' | 'response' | 'notify' | 'bye' | 'cancel';
  status?: number;
  text: string;
}

/** RTP packets, seen from the trunk. */
export interface PacketCounts {
  received: number;
  sent: number;
}

export interface TransferSnapshot {
  id: string;
  /** A REFER, or the API (P32). */
  by: 'refer' | 'api';
  transferorLegId: string;
  transfereeLegId: string;
  targetLegId?: string;
  target: Identity;
  startedAt: number;
  state: 'pending' | 'succeeded' | 'failed';
  status?: number;
  steps: TransferStep[];
  /** What the target is shown, and the rule that chose it (P20). */
  callerId: { number: string; name: string; rule: string };
  /** What the two who talk now have sent and been sent since the target answered. */
  sound?: { transferee: PacketCounts; target: PacketCounts };
}

/** A leg id, or a sound that the trunk itself plays. */
export type Speaker = string | 'hold-music' | 'ring-back';

export interface CallSnapshot {
  id: string;
  sessionId: string;
  direction: 'inbound' | 'outbound';
  /** Name of the trunk domain that it belongs to. */
  domain: string;
  from: Identity;
  to: Identity;
  state: 'ringing' | 'answered' | 'ended';
  startedAt: number;
  answeredAt?: number;
  endedAt?: number;
  legs: LegSnapshot[];
  hears: { listener: string; speaker: Speaker }[];
  transfers: TransferSnapshot[];
}

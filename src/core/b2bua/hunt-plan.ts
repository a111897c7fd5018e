/** Whom a hunt rings, and who wants to know what comes of it. */
import type { EndedBy, Identity, LegRole } from '../../nouns/call.ts';
import type { SipResponse } from '../message/index.ts';
import type { Destination } from './board.ts';
import type { Dialling, Progress } from './dial-leg.ts';
import type { EndWhy } from './hangup-cause.ts';
import type { HuntRules } from './hunt-machine.ts';
import type { Leg } from './leg.ts';
import type { Refusal } from './policy.ts';

/** Why a leg, a line or a whole hunt came to nothing. */
export interface HuntFailure {
  readonly by: EndedBy;
  readonly status: number;
  readonly reason: string;
  readonly why?: EndWhy | undefined;
  /** For a caller who waits. */
  readonly fields?: [name: string, value: string][] | undefined;
}

/** Where one line of a hunt leads. */
export interface HuntRoute {
  readonly identity: Identity;
  /** Tried in this order, those that are `together` at once. */
  readonly destinations: readonly Destination[];
  /** What the line amounts to without a destination; 480 where it does not say. */
  readonly failure?: { readonly status: number; readonly reason: string } | undefined;
  /** Why there is none, where that is a rule of ours. */
  readonly refusal?: Refusal | undefined;
}

export interface HuntLine {
  readonly route: HuntRoute;
  /** A host name that is still to be looked up. */
  readonly lookUp?: (() => Promise<HuntRoute>) | undefined;
  readonly dialling: Dialling;
  /** A leg that is there already, for the first destination. */
  readonly first?: Leg | undefined;
  /** Role of the legs; by default that of their destination. */
  readonly role?: LegRole | undefined;
  /** Id of the leg whose application has them placed. */
  readonly parent?: string | undefined;
}

export interface HuntLimits extends HuntRules {
  /** Milliseconds for one step, or for the whole hunt where its steps have no limit. */
  readonly ringMs: number;
}

/** Whose hunt it is. A leg has been closed, or cancelled, before its end is told. */
export interface HuntUser {
  /** The destinations of a line are known. */
  located?(line: number, route: HuntRoute): void;
  /** The leg is about to be called there. */
  placed(leg: Leg, line: number, destination: Destination): void;
  rang(leg: Leg, response: SipResponse, progress: Progress): void;
  /** A leg that may have rung gets CANCEL. */
  canceled?(leg: Leg): void;
  /** It has answered; all others have been cancelled. */
  answered(leg: Leg, line: number): void;
  lineFailed?(line: number, failure: HuntFailure): void;
  /** Nobody is left. */
  failed(failure: HuntFailure): void;
}

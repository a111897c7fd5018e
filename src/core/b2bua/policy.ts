/**
 * Where providers differ. Call control asks a policy and knows no provider by name.
 * One file per provider lives in `providers/`.
 */
import type { Identity } from './snapshot.ts';

/** What the provider knows of the account that sends a REFER. */
export interface Account {
  readonly domain: string;
}

/** Why a REFER is not carried out; every text is meant for people. */
export interface Refusal {
  readonly allowed: false;
  readonly status: number;
  readonly reason: string;
  /** Provider id of the rule that was broken, e.g. `P14`. */
  readonly rule: string;
  readonly explanation: string;
  /** A Refer-To that would be taken. */
  readonly suggestion?: string;
}

export type ReferVerdict = { readonly allowed: true; readonly number: string } | Refusal;

/** The part of a call that caller-ID rules look at. */
export interface CallerFacts {
  readonly direction: 'inbound' | 'outbound';
  readonly from: Identity;
}

export interface ProviderPolicy {
  readonly name: string;
  /** May this REFER go ahead? `referTo` holds the value of every Refer-To field. */
  authoriseRefer(referTo: readonly string[], account: Account): ReferVerdict;
  /** The number that the transfer target sees. */
  transferCallerId(call: CallerFacts): Identity;
  /** Who sends BYE once the target has answered. RFC 5589 leaves it open. */
  readonly releases: 'trunk' | 'transferor';
}

/**
 * Where providers differ. Call control asks a policy and knows no provider by name.
 * One file per provider lives in `providers/`.
 */
import type { Identity } from '../../nouns/call.ts';
import type { CodecName } from '../codec/codec.ts';
import type { SipUri } from '../message/index.ts';
import type { CapacityView } from './capacity.ts';
import type { EndFacts, Hangup } from './hangup-cause.ts';

/** What the provider knows of the account that a call or a REFER belongs to. */
export interface Account {
  readonly domain: string;
  /** Whether a URI names an address of the trunk itself, in place of the domain (W24). */
  readonly isOwnAddress?: (uri: SipUri) => boolean;
  /** The trunk's own numbers, E.164. */
  readonly numbers: readonly string[];
  /** Countries that may be called, ISO 3166-1 codes of two letters (P16). */
  readonly countries: readonly string[];
  /** Plivo's code for a call to another country; its pages name two. */
  readonly barredCountryCode?: number;
  readonly capacity: CapacityView;
  /** Where the account has settings for transfers of its own; the provider's defaults without. */
  readonly transfers?: TransferSettings | undefined;
}

/** What a trunk does with REFER, in Twilio's terms: `TransferMode` and `TransferCallerId`. */
export interface TransferSettings {
  readonly mode: 'disable-all' | 'enable-all' | 'sip-only';
  readonly callerId: 'from-transferee' | 'from-transferor';
}

/** A domain of the trunk: whose rules hold there, and for which account. */
export interface TrunkDomain {
  readonly policy: ProviderPolicy;
  /** Its capacity is the trunk's. */
  readonly account: Omit<Account, 'capacity'>;
}

/** Limits that a call or a transfer may break whatever the provider. */
export type BrokenLimit = 'country' | 'caller-id' | 'concurrent-calls' | 'calls-per-second';

/** Why something is not carried out; every text is meant for people. */
export interface Refusal {
  readonly allowed: false;
  readonly status: number;
  readonly reason: string;
  /** Provider id of the rule that was broken, e.g. `P14`. */
  readonly rule: string;
  readonly explanation: string;
  /** A Refer-To that would be taken. */
  readonly suggestion?: string;
  /** Value of Retry-After. */
  readonly retryAfterSeconds?: number;
  readonly limit?: BrokenLimit;
}

/** Where a REFER leads: into the telephone network as a call of the trunk, or straight to a SIP URI. */
export type ReferTarget =
  | { readonly allowed: true; readonly kind: 'pstn'; readonly number: string; readonly billable: true }
  | { readonly allowed: true; readonly kind: 'sip'; readonly uri: string; readonly billable: false };

export type ReferVerdict = ReferTarget | Refusal;

/** The part of a REFER that rules look at: the value of every Refer-To field. */
export interface ReferFacts {
  readonly referTo: readonly string[];
}

/** The part of a call that caller-ID rules look at. */
export interface CallerFacts {
  readonly direction: 'inbound' | 'outbound';
  readonly from: Identity;
  readonly to: Identity;
  /** Numbers that have forwarded the call (RFC 5806, RFC 7044). */
  readonly forwarders?: readonly string[];
}

/** A caller ID, and the name of the rule that chose it (D7). */
export interface CallerId {
  readonly identity: Identity;
  readonly rule: string;
}

export interface ProviderPolicy {
  readonly name: string;
  /** What its trunks speak; anything without it. */
  readonly codecs?: readonly CodecName[];
  /** Where Refer-To leads, or what is wrong with it. The account's limits come after it, see `authorise`. */
  readonly target: (referTo: readonly string[], account: Account) => ReferVerdict;
  /** Ids of the rules that bound a call into the telephone network. */
  readonly rules: { readonly country: string; readonly capacity: string; readonly callerId: string };
  /**
   * Caller ID of a call that the endpoint places: may it be anything, or a number of the trunk only? `own-or-forwarded`: also that of
   * the original caller when a number of the trunk has forwarded the call (W26).
   */
  readonly outboundCallerId: 'any' | 'own' | 'own-or-forwarded';
  /** The number that the transfer target sees. */
  readonly callerId: (call: CallerFacts, target: ReferTarget, account: Account) => CallerId;
  /** What the provider's records say of the end of a leg (P31). */
  readonly hangup: (end: EndFacts, account?: Pick<Account, 'barredCountryCode'>) => Hangup;
  /** Who sends BYE once the target has answered. RFC 5589 leaves it open. */
  readonly releases: 'trunk' | 'transferor';
}

/** What diagnosis has to say about a call. Plain data. */
import type { CallView } from '../../nouns/call.ts';
import type { Finding as AnyFinding } from '../../nouns/ladder.ts';
import type { Account, ProviderPolicy } from '../b2bua/policy.ts';

export type FindingId =
  /** REFER refused with 403, 400. */
  | 'D1'
  | 'D2'
  /** The transferor left too early. */
  | 'D3'
  /** Accepted, but no NOTIFY got through. */
  | 'D4'
  /** The target did not take the call. */
  | 'D5'
  /** No sound after the transfer, or on a leg. */
  | 'D6'
  /** The target sees a caller ID that one may not expect. */
  | 'D7'
  /** A far end is gone without hanging up (W5). */
  | 'peer-lost'
  /** Encryption of sound (M5): no agreement on it, packets under another key, none although it was offered. */
  | 'srtp-refused'
  | 'srtp-wrong-key'
  | 'srtp-fell-back'
  | 'refer-refused'
  | 'refer-sub-false'
  | 'notify-refused'
  | 'notify-without-result'
  | 'sipfrag-malformed'
  | 'bye-from-both'
  | 'bye-from-nobody';

/** As diagnosis makes it: its ids are known. */
export type Finding = AnyFinding & { id: FindingId };

/** What the trunk knows beside the messages. */
export interface Facts {
  /** Its picture of the call, undefined when there is none any more. */
  readonly call: CallView | undefined;
  readonly profile: Pick<ProviderPolicy, 'target' | 'rules' | 'releases'>;
  readonly account: Account;
  /** Up to when the call was watched, in milliseconds since the Unix epoch. */
  readonly at: number;
}

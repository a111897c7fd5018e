/** What the verbs see of the session in which they act: no more than they need, so that none of them knows another's state. */
import type { Dialog } from '../dialog/dialog.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message/index.ts';
import type { ReferSubscriptions } from '../subscription/refer-subscriptions.ts';
import type { Owner } from '../time/owner.ts';
import type { ClientTransaction, ServerTransaction } from '../transaction/index.ts';
import type { Arrival, Hop } from '../transport/index.ts';
import type { Branch, Branches } from './branch.ts';
import type { CredentialsFor, RequestUser } from './digest-client.ts';
import type { Peer } from './peer.ts';
import type { SessionHost } from './session-host.ts';
import type { SessionInterval, SessionWish } from './session-interval.ts';
import type { SessionEnd, SessionUser } from './session-user.ts';

export type SessionState = 'early' | 'confirmed' | 'ended';

export interface InSession extends Owner {
  readonly ua: SessionHost;
  readonly callId: string;
  readonly localTag: string;
  readonly user: SessionUser;
  readonly state: SessionState;
  readonly branches: Branches;
  /** The dialog that was heard from last, or that was answered. */
  readonly dialog: Dialog | undefined;
  /** The subscriptions of REFERs in the current dialog: usages that keep it alive when the call is over. RFC 5057 §4. */
  readonly subscriptions: ReferSubscriptions;
  /** The INVITE that we received. */
  readonly incoming:
    | {
        readonly request: SipRequest;
        /** A BYE for the early dialog: the INVITE still needs its final response. */
        abandon(): void;
        prack(transaction: ServerTransaction): void;
      }
    | undefined;
  /** The INVITE that we sent. */
  readonly outgoing: { readonly offers: boolean; abandon(): void } | undefined;
  readonly timer: {
    readonly wish: SessionWish | undefined;
    readonly interval: SessionInterval | undefined;
    run(interval: SessionInterval | undefined): void;
  };
  /** Our 2xx to an INVITE whose ACK has not come yet. */
  unacknowledged: { stop(): void } | undefined;
  /** A BYE may not overtake the ACK of our 2xx (RFC 3261 §15): it waits here. */
  byeAfterAck: { readonly reason: string | undefined; readonly by: SessionEnd } | undefined;
  /** The description that we gave last: a re-INVITE that only refreshes gives it again. */
  localSdp: string | undefined;
  /** Who is at the other end, and where it is reached. */
  readonly peer: Peer;
  /** What challenges of the peer are answered with. */
  readonly credentialsFor: CredentialsFor | undefined;
  /** Its connection is gone, and nothing else leads to the peer: somebody may take its place (RFC 3891). */
  readonly orphaned: boolean;

  /** Where requests in this dialog go, or undefined when the peer's address cannot be located. */
  hop(dialog?: Dialog): Hop | undefined;
  withHop(act: (hop: Hop | undefined) => void, dialog?: Dialog): void;
  contact(from?: Arrival): string;
  targetHeaders(from?: Arrival): [string, string][];
  request(
    method: string,
    headers: Iterable<[string, string]>,
    user: RequestUser,
    body?: Uint8Array,
  ): ClientTransaction | undefined;
  requestIn(
    branch: Branch,
    method: string,
    headers: Iterable<[string, string]>,
    user: RequestUser,
    body?: Uint8Array,
  ): ClientTransaction | undefined;
  respond(
    transaction: ServerTransaction,
    status: number,
    reason?: string,
    headers?: [string, string][],
    body?: Uint8Array,
  ): SipResponse;
  peerSays(message: SipMessage): void;
  peerAllows(method: string): boolean;
  repeatUntilAck(transaction: ServerTransaction, response: SipResponse): void;
  whenAcknowledged(act: () => void): void;
  whenOver(dispose: () => void): () => void;
  confirm(): void;
  hangUp(status?: number, reason?: string): void;
  /** The session is over: told once, and everything that hangs on it is let go. */
  end(by: SessionEnd, request?: SipRequest): void;
  /** As `end`, for a session that never came about; its owner has been told otherwise. */
  close(): boolean;
}

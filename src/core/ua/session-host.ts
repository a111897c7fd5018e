/** What a session needs of the user agent that it belongs to. */
import type { Dialog } from '../dialog/dialog.ts';
import type { Logger } from '../log/logger.ts';
import type { SipRequest } from '../message/index.ts';
import type { Clock } from '../time/clock.ts';
import type { ClientTransaction } from '../transaction/index.ts';
import type { Address, Arrival, Hop, TransportName } from '../transport/index.ts';
import type { CredentialsFor, RequestUser } from './digest-client.ts';
import type { Ids } from './ids.ts';
import type { Capabilities } from './inspect.ts';
import type { Whereabouts } from './peer.ts';

/** Names of a session that outlive it. */
export interface SessionName {
  readonly callId: string;
  readonly localTag: string;
  readonly dialog: Dialog | undefined;
}

export interface SessionHost extends Whereabouts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds. RFC 3261 §17.1.1.1. */
  readonly timers: { readonly T1: number; readonly T2: number };
  readonly ids: Ids;
  /** Value of Allow. */
  readonly allow: string;
  /** Value of Supported. */
  readonly supported: string;
  readonly capabilities: Capabilities;
  /** There is a locator: names that are not known yet can be looked up. */
  readonly looksUp: boolean;
  /** Sends a request, again with credentials when it is challenged. */
  send(
    request: SipRequest,
    hop: Hop,
    user: RequestUser,
    session?: { readonly credentialsFor?: CredentialsFor | undefined },
    nextSeq?: () => number,
  ): ClientTransaction;
  sendAck(ack: SipRequest, hop: Hop): void;
  /** Contact header value for messages to that peer. */
  contact(peer: { transport: TransportName; host: string }, secure?: boolean): string;
  /** Our own address as that peer reaches it. */
  localFor(peer: { transport: TransportName; host: string }): Address;
  /** The address-of-record as which whoever is at the other end of this dialog is registered, if it is. */
  registeredAs(arrival: Arrival, dialog: Dialog): string | undefined;
  /** The session and all subscriptions in its dialogs are over. */
  forget(session: SessionName): void;
  /** We have sent BYE. */
  left(session: SessionName): void;
}

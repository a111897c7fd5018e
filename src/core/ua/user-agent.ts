/**
 * A SIP user agent: takes what transactions deliver to the session it belongs to, and opens new sessions.
 * RFC 3261 §8.
 */
import { isIP } from 'node:net';
import type { Dialog } from '../dialog/dialog.ts';
import type { Logger } from '../log/logger.ts';
import { guarded } from '../log/owner.ts';
import { createResponse, isSipUri, parseReplaces, type SipRequest, type SipUri, type Uri } from '../message/index.ts';
import { TurnoverMap } from '../collections/turnover-map.ts';
import type { Clock } from '../time/clock.ts';
import type { ClientTransaction, ServerTransaction, TransactionLayer } from '../transaction/index.ts';
import {
  literalHop,
  type Address,
  type Arrival,
  type Hop,
  type Locator,
  type TransportLayer,
  type TransportName,
} from '../transport/index.ts';
import { DigestClient, type CredentialsFor, type RequestUser } from './digest-client.ts';
import type { Ids } from './ids.ts';
import { ACCEPT, type Capabilities } from './inspect.ts';
import { inviteRequest, type Placement } from './invite-request.ts';
import { releaseLateAnswer } from './invite-uac.ts';
import { LeftDialogs } from './left-dialogs.ts';
import { MergedRequests } from './merged.ts';
import { isKnownPeer } from './known-peer.ts';
import { refuseOutside } from './receive-outside.ts';
import type { Refusal } from './refusal.ts';
import type { Registrar } from './registrar.ts';
import type { Binding } from './registrar-bindings.ts';
import { isSecure } from './secure.ts';
import { Session } from './session.ts';
import type { SessionHost, SessionName } from './session-host.ts';
import type { SessionUser } from './session-user.ts';

export interface UserAgentOptions {
  readonly transactions: TransactionLayer;
  readonly transport: TransportLayer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly ids: Ids;
  /** User part of our Contact. */
  readonly user: string;
  /** Value of Server and User-Agent. */
  readonly product: string;
  /** Milliseconds. RFC 3261 §17.1.1.1. */
  readonly timers?: { readonly T1: number; readonly T2: number };
  readonly registrar?: Registrar;
  /** Looks names up; without it only literal addresses are found. */
  readonly locator?: Locator;
  /** Where a Contact or a Route may lead though its peer could not send there itself (W16); by default nowhere. */
  readonly mayLead?: (uri: SipUri, addresses: readonly string[]) => boolean;
  /**
   * Sees every request but ACK and CANCEL before anything is done with it, and may refuse it. RFC 3261 §22.1.
   * `knownPeer`: it is as good as the dialog that it belongs to, see `isKnownPeer`.
   */
  readonly authenticate?: (transaction: ServerTransaction, knownPeer: boolean) => Refusal | undefined;
  /** What we answer challenges with; by default nothing. */
  readonly credentialsFor?: CredentialsFor;
  /** An INVITE outside any dialog: give the owner of the session, or refuse. */
  readonly invited: (invitation: Invitation) => void;
}

/** An INVITE that waits to be taken. Exactly one of the two is to be called, at once. */
export interface Invitation {
  readonly request: SipRequest;
  readonly transaction: ServerTransaction;
  /** The session whose place it wants (RFC 3891). */
  readonly replaced: Session | undefined;
  take(user: SessionUser): Session;
  refuse(status: number, reason?: string, headers?: [string, string][]): void;
}

/** Milliseconds in which a peer whose connection broke may come back. */
const FLOW_GRACE_MS = 5000;

const METHODS = 'INVITE ACK CANCEL BYE OPTIONS REFER NOTIFY SUBSCRIBE UPDATE PRACK INFO'.split(' ');

/** Option tags: RFC 3262, RFC 4028, RFC 4488. */
const OPTIONS = ['100rel', 'timer', 'norefersub'];

export class UserAgent implements SessionHost {
  readonly clock: Clock;
  readonly log: Logger;
  readonly timers: { readonly T1: number; readonly T2: number };
  readonly ids: Ids;
  readonly allow: string;
  readonly supported = OPTIONS.join(', ');
  readonly capabilities: Capabilities;
  readonly #options: UserAgentOptions;
  readonly #digest: DigestClient;
  /** By Call-ID and our tag; the peer's tag is checked by the session. */
  readonly #sessions = new TurnoverMap<string, Session>();
  readonly #merged = new MergedRequests();
  readonly #left: LeftDialogs;

  constructor(options: UserAgentOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.log = options.log;
    this.ids = options.ids;
    const methods = options.registrar ? [...METHODS, 'REGISTER'] : METHODS;
    this.allow = methods.join(', ');
    this.capabilities = { methods, options: OPTIONS };
    this.timers = options.timers ?? { T1: 500, T2: 4000 };
    this.#left = new LeftDialogs(options.clock, this.timers);
    const { transactions, ids } = options;
    this.#digest = new DigestClient({ transactions, cnonce: () => ids.callId() });
    transactions.onRequest = (transaction) => this.#receive(transaction);
    transactions.inDialog = (request) => this.#find(request) !== undefined;
    transactions.onAck = (ack) => this.#find(ack)?.acknowledge(ack);
    transactions.onLateAnswer = (response, hop) => releaseLateAnswer(this, response, hop);
    transactions.onFailed = (request, error) => this.#failed(request, error);
    transactions.onFlowClosed = (flow) => this.#flowClosed(flow);
  }

  /** Live sessions, early ones included, and those whose call is over while a REFER is still reported on. */
  get sessions(): Iterable<Session> {
    return this.#sessions.values();
  }

  /** Places a call. RFC 3261 §13.2.1. */
  invite(placement: Placement, user: SessionUser): Session {
    const { ids, product } = this.#options;
    const localTag = ids.tag();
    const callId = ids.callId();
    const { allow, supported } = this;
    const contact = this.contact(placement.hop, isSecure(placement.uri));
    const request = inviteRequest(placement, { callId, localTag, contact, allow, supported, product });
    const { credentialsFor = this.#options.credentialsFor, registered, hop } = placement;
    const session = Session.place(this, { request, callId, localTag, credentialsFor, registered }, hop, user);
    if (session.state !== 'ended') this.#sessions.set(key(session.callId, session.localTag), session);
    return session;
  }

  /**
   * Sends a request, again with credentials when it is challenged.
   * @param session whose credentials are used in place of our own
   * @param nextSeq CSeq number for the second one; a dialog counts it
   */
  send(
    request: SipRequest,
    hop: Hop,
    user: RequestUser,
    { credentialsFor }: { readonly credentialsFor?: CredentialsFor | undefined } = this.#options,
    nextSeq?: () => number,
  ): ClientTransaction {
    if (!credentialsFor) return this.#options.transactions.request(request, hop, user);
    return this.#digest.send(request, hop, user, credentialsFor, nextSeq);
  }

  sendAck(ack: SipRequest, hop: Hop): void {
    this.#options.transactions.sendAck(ack, hop);
  }

  /**
   * Contact header value for messages to that peer.
   * @param secure the dialog is one of SIPS URIs (RFC 3261 §12.1.1)
   */
  contact({ transport, host: peer }: { transport: TransportName; host: string }, secure = false): string {
    const local = this.localFor({ transport, host: peer });
    const host = isIP(local.host) === 6 ? `[${local.host}]` : local.host;
    if (secure && transport === 'TLS') return `<sips:${this.#options.user}@${host}:${local.port}>`;
    const parameter = transport === 'UDP' ? '' : `;transport=${transport.toLowerCase()}`;
    return `<sip:${this.#options.user}@${host}:${local.port}${parameter}>`;
  }

  /** Our own address as that peer reaches it. */
  localFor({ transport, host }: { transport: TransportName; host: string }): Address {
    return this.#options.transport.localFor({ transport, host, port: 0 });
  }

  /** Where a URI is reached, as far as it is known without waiting: literal addresses, and names looked up before. */
  locate(uri: Uri): Hop | undefined {
    if (!isSipUri(uri)) return undefined;
    return this.#options.locator ? this.#options.locator.known(uri) : literalHop(uri);
  }

  get looksUp(): boolean {
    return this.#options.locator !== undefined;
  }

  /** Every address of a URI, names looked up (RFC 3263): each but the last names the next as its `others`. */
  async locateAll(uri: Uri): Promise<readonly Hop[]> {
    const hop = this.locate(uri);
    if (hop) return [hop];
    return isSipUri(uri) ? ((await this.#options.locator?.locate(uri)) ?? []) : [];
  }

  /** What a peer is registered as: its request came from where its REGISTER did, and names the same Contact. */
  registeredAs(arrival: Arrival, { remoteTarget }: Dialog): string | undefined {
    return this.#options.registrar?.ownerOf(arrival, remoteTarget);
  }

  bindingsOf(aor: string): readonly Binding[] {
    return this.#options.registrar?.bindingsOf(aor) ?? [];
  }

  mayLead(uri: SipUri, addresses: readonly string[]): boolean {
    return this.#options.mayLead?.(uri, addresses) ?? false;
  }

  /** The session and all subscriptions in its dialogs are over. */
  forget(session: SessionName): void {
    this.#sessions.delete(key(session.callId, session.localTag));
  }

  /** No BYE and no NOTIFY is waited for any more. Calls and transactions are their owners' to end. */
  close(): void {
    this.#left.clear();
    for (const session of this.#sessions.values()) session.dispose();
  }

  /** We have sent BYE. */
  left(session: SessionName): void {
    this.#left.add(session);
  }

  #flowClosed(flow: string): void {
    this.#options.registrar?.flowClosed(flow);
    for (const session of this.#sessions.values()) {
      if (session.flow === flow) guarded(() => session.flowLost(FLOW_GRACE_MS), session);
    }
  }

  /** A message or a timer of this request brought an exception to light: its session ends (W3). */
  #failed({ head }: SipRequest, error: unknown): void {
    for (const session of this.#sessions.values()) {
      if (session.callId === head.callId && session.state !== 'ended') session.failed(error);
    }
  }

  #find(request: SipRequest): Session | undefined {
    const { callId, toTag } = request.head;
    return toTag === undefined ? undefined : this.#sessions.get(key(callId, toTag));
  }

  #receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (request.method === 'CANCEL') {
      this.#cancel(transaction);
      return;
    }
    const session = this.#find(request);
    if ((session === undefined || session.state === 'ended') && this.#left.crosses(request)) {
      this.#respond(transaction, 200);
      return;
    }
    const known = session !== undefined && isKnownPeer(session, transaction);
    const refusal = this.#options.authenticate?.(transaction, known);
    if (refusal) {
      this.#respond(transaction, refusal.status, refusal.reason, refusal.headers);
    } else if (request.head.toTag !== undefined) {
      if (session) session.receive(transaction);
      else this.#respond(transaction, 481);
    } else {
      this.#receiveOutside(transaction);
    }
  }

  /** A request outside any dialog. RFC 3261 §8.2. */
  #receiveOutside(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (this.#merged.notice(transaction)) {
      this.#respond(transaction, 482);
      return;
    }
    const refusal = refuseOutside(request, this.capabilities, (replacing) => this.#replaced(replacing));
    if (refusal) this.#respond(transaction, refusal.status, refusal.reason, refusal.headers);
    else if (request.method === 'INVITE') this.#options.invited(this.#invitation(transaction));
    else if (request.method === 'REGISTER') this.#options.registrar?.receive(transaction);
    else {
      // OPTIONS, also one that may go no further: Max-Forwards is for those who forward (§11.2, §20.22).
      this.#respond(transaction, 200, undefined, [
        ['Allow', this.allow],
        ['Accept', ACCEPT],
        ['Accept-Encoding', 'identity'],
        ['Allow-Events', 'refer'],
        ['Supported', this.supported],
      ]);
    }
  }

  #invitation(transaction: ServerTransaction): Invitation {
    return {
      request: transaction.request,
      transaction,
      replaced: this.#replaced(transaction.request),
      take: (user) => {
        const session = Session.receive(this, transaction, this.#options.ids.tag(), user);
        session.credentialsFor = this.#options.credentialsFor;
        this.#sessions.set(key(session.callId, session.localTag), session);
        // Named first, to die young: see `TurnoverMap`.
        const canceled = (cancel: ServerTransaction) => {
          this.#respond(cancel, 200, undefined, [], session.localTag);
          session.incoming?.cancel(cancel.request);
        };
        transaction.onCancel = canceled;
        return session;
      },
      refuse: (status, reason, headers) => this.#respond(transaction, status, reason, headers),
    };
  }

  /** The session that Replaces names; its tags are those that the sender of the header has seen. RFC 3891 §3. */
  #replaced({ headers }: SipRequest): Session | undefined {
    const value = headers.get('Replaces');
    const parsed = value === undefined ? undefined : parseReplaces(value);
    if (!parsed?.ok) return undefined;
    const { callId, toTag, fromTag } = parsed.value;
    const session = this.#sessions.get(key(callId, toTag));
    return session?.branches.find(fromTag) ? session : undefined;
  }

  /** RFC 3261 §9.2. */
  #cancel(transaction: ServerTransaction): void {
    const invite = transaction.cancels;
    if (!invite) this.#respond(transaction, 481);
    else if (invite.onCancel) invite.onCancel(transaction);
    else this.#respond(transaction, 200);
  }

  #respond(
    transaction: ServerTransaction,
    status: number,
    reason?: string,
    headers: [string, string][] = [],
    toTag = this.#options.ids.tag(),
  ): void {
    transaction.respond(createResponse(transaction.request, status, reason, { toTag, headers }));
  }
}

function key(callId: string, localTag: string): string {
  return `${callId}\n${localTag}`;
}

/**
 * One INVITE session, at either end. It holds the dialogs and sends and receives inside them;
 * each verb lives in a file of its own.
 */
import { dialogFromRequest, type Dialog } from '../dialog/dialog.ts';
import { Usages } from '../dialog/usage.ts';
import { detach } from '../log/owner.ts';
import { createResponse, type SipMessage, type SipRequest, type SipResponse } from '../message/index.ts';
import { ReferSubscriptions } from '../subscription/refer-subscriptions.ts';
import type { ReferUser } from '../subscription/subscriber.ts';
import type { ClientTransaction, ServerTransaction } from '../transaction/index.ts';
import type { Arrival, Hop } from '../transport/index.ts';
import { Branches, type Branch } from './branch.ts';
import { sendBye } from './bye.ts';
import type { CredentialsFor, RequestUser } from './digest-client.ts';
import { sdpOf } from './description.ts';
import { idle } from './exchange.ts';
import { IncomingInvite } from './invite-uas.ts';
import { OutgoingInvite } from './invite-uac.ts';
import { sendOffer, type OfferOptions } from './offer-uac.ts';
import { receiveInSession } from './receive-in-session.ts';
import { sendRefer } from './refer-uac.ts';
import { Peer } from './peer.ts';
import { Repeat2xx } from './repeat-2xx.ts';
import { SessionTimer } from './session-timer.ts';
import type { SessionEnd, SessionUser } from './session-user.ts';
import { isSecure } from './secure.ts';
import type { InSession, SessionState } from './in-session.ts';
import type { SessionHost } from './session-host.ts';

/** How often it is looked whether a peer whose connection is gone can be reached again, in milliseconds. */
const FLOW_LOOK_MS = 1000;

/** An INVITE of ours, and whom it goes to. */
interface Placed {
  readonly request: SipRequest;
  readonly callId: string;
  readonly localTag: string;
  readonly credentialsFor: CredentialsFor | undefined;
  /** What the callee is registered as (`Binding.aor`), when its binding is called. */
  readonly registered: string | undefined;
}

export class Session implements InSession {
  readonly ua: SessionHost;
  readonly callId: string;
  readonly localTag: string;
  user: SessionUser;
  readonly branches = new Branches();
  readonly timer = new SessionTimer(this);
  state: SessionState = 'early';
  /** INVITE that we received; its transaction answers until the final response. */
  incoming: IncomingInvite | undefined;
  /** INVITE that we sent. */
  outgoing: OutgoingInvite | undefined;
  /** Our 2xx to an INVITE whose ACK has not come yet. */
  unacknowledged: Repeat2xx | undefined;
  /** Instant of the clock at which it was confirmed, or the newest ACK came. */
  upSince = 0;
  /** A BYE may not overtake the ACK of our 2xx (RFC 3261 §15): it waits here. */
  byeAfterAck: { readonly reason: string | undefined; readonly by: SessionEnd } | undefined;
  /** The description that we gave last: a re-INVITE that only refreshes gives it again. */
  localSdp: string | undefined;
  readonly peer: Peer;
  /** What challenges of the peer are answered with. */
  credentialsFor: CredentialsFor | undefined;
  /** Methods that the peer's Allow names. */
  #peerMethods: readonly string[] = [];
  readonly #afterAck: (() => void)[] = [];
  /** Called once when the session is over, whatever way. */
  readonly #disposers = new Set<() => void>();
  #flowGone = false;
  /** A dialog of SIPS URIs. RFC 3261 §12.1. */
  #secure = false;

  constructor(ua: SessionHost, peer: Peer, callId: string, localTag: string, user: SessionUser) {
    this.ua = ua;
    this.peer = peer;
    this.callId = callId;
    this.localTag = localTag;
    this.user = user;
  }

  /** A session for an INVITE that arrived. */
  static receive(ua: SessionHost, transaction: ServerTransaction, localTag: string, user: SessionUser): Session {
    const { request, arrival } = transaction;
    const dialog = dialogFromRequest(request, localTag);
    const aor = ua.registeredAs(arrival, dialog);
    const peer = Peer.caller(ua, arrival, { aor, staysOnFlow: staysOnFlow(request) });
    const session = new Session(ua, peer, request.head.callId, localTag, user);
    session.peerSays(request);
    session.#secure = isSecure(request.uri);
    session.incoming = new IncomingInvite(session, transaction);
    const offer = session.incoming.offer === undefined ? undefined : 'received';
    session.branches.enter(dialog, { ...idle, invite: 'received', offer });
    return session;
  }

  /** A session for an INVITE that we send to `hop`; the request carries this Call-ID and this From tag. */
  static place(
    ua: SessionHost,
    { request, callId, localTag, credentialsFor, registered }: Placed,
    hop: Hop,
    user: SessionUser,
  ): Session {
    const session = new Session(ua, Peer.callee(ua, hop, registered), callId, localTag, user);
    session.#secure = isSecure(request.uri);
    session.credentialsFor = credentialsFor;
    session.outgoing = new OutgoingInvite(session, request, hop);
    return session;
  }

  /** The dialog that was heard from last, or that was answered. */
  get dialog(): Dialog | undefined {
    return this.branches.current?.dialog;
  }

  set dialog(dialog: Dialog) {
    this.branches.enter(dialog, idle);
  }

  /** The subscriptions of REFERs in the current dialog: usages that keep it alive when the call is over. RFC 5057 §4. */
  get subscriptions(): ReferSubscriptions {
    const branch = this.branches.current;
    if (!branch) throw new Error('a REFER needs a dialog');
    if (!branch.refers) {
      const usages = new Usages(() => this.#forgetIfOver());
      const { clock, timers } = this.ua;
      const dialog = {
        clock,
        timers,
        owner: this,
        request: (...request: Parameters<Session['request']>) => void this.requestIn(branch, ...request),
        contact: (from?: Arrival) => this.contact(from),
      };
      branch.refers = { usages, subscriptions: new ReferSubscriptions(dialog, usages) };
    }
    return branch.refers.subscriptions;
  }

  /** Where requests in this dialog go, or undefined when the peer's address cannot be located. */
  hop(dialog = this.dialog): Hop | undefined {
    return this.peer.hop(dialog);
  }

  /** Hands over the hop at once when it is known, else when the name was looked up; undefined when there is none. */
  withHop(act: (hop: Hop | undefined) => void, dialog = this.dialog): void {
    const hop = this.hop(dialog);
    if (hop || !dialog || !this.ua.looksUp) act(hop);
    else detach(this.peer.located(dialog).then(act), this);
  }

  /** Our Contact in this dialog; in a response for the peer that the request came from. */
  contact(from?: Arrival): string {
    const hop = this.hop();
    const peer = from ? { transport: from.transport, host: from.remote.host } : (hop ?? { transport: 'UDP', host: '' });
    return this.ua.contact(peer, this.#secure);
  }

  get flow(): string | undefined {
    return this.peer.flow;
  }

  /**
   * The peer's connection is gone. It has until `graceMs`, or as long as our user says, to register again on another
   * one (RFC 5626 §5.3), which later requests then use; else the session is over.
   */
  flowLost(graceMs: number): void {
    this.peer.flowLost();
    if (this.state === 'ended') return;
    const { clock } = this.ua;
    const until = clock.now() + (this.user.flowLost?.() ?? graceMs);
    const look = () =>
      clock.after(
        Math.min(FLOW_LOOK_MS, until - clock.now()),
        () => {
          const hop = this.hop();
          if (hop) {
            forget();
            this.#flowGone = false;
            this.peer.flowBack(hop);
            this.user.flowBack?.();
          } else if (clock.now() < until) timer = look();
          else {
            forget();
            // Of an INVITE without a final response neither side's transaction would ever end.
            this.incoming?.abandon();
            this.outgoing?.abandon();
            this.end('transport');
          }
        },
        this,
      );
    let timer = look();
    const forget = this.whenOver(() => timer.cancel());
    this.#flowGone = true;
  }

  /** Its connection is gone, and nothing else leads to the peer: somebody may take its place (RFC 3891). */
  get orphaned(): boolean {
    return this.#flowGone && this.state === 'confirmed' && !this.hop();
  }

  /**
   * Sends a request in the current dialog. A peer that cannot be located counts as a transport error.
   * @returns undefined then, and when its name has to be looked up first
   */
  request(
    method: string,
    headers: Iterable<[string, string]>,
    user: RequestUser,
    body?: Uint8Array,
  ): ClientTransaction | undefined {
    const branch = this.branches.current;
    if (!branch) throw new Error(`${method} needs a dialog`);
    return this.requestIn(branch, method, headers, user, body);
  }

  /** As `request`, in the dialog of this branch, which need not be the current one. */
  requestIn(
    branch: Branch,
    method: string,
    headers: Iterable<[string, string]>,
    user: RequestUser,
    body?: Uint8Array,
  ): ClientTransaction | undefined {
    let sent: ClientTransaction | undefined;
    this.withHop((hop) => {
      if (!hop) {
        user.transportError(new Error(`cannot locate ${branch.dialog.remoteTarget}`));
        return;
      }
      const request = branch.request(method, headers, body);
      sent = this.ua.send(request, hop, user, this, () => branch.nextSeq());
    }, branch.dialog);
    return sent;
  }

  /** Contact and what we can do, for INVITE and UPDATE and their 2xx. */
  targetHeaders(from?: Arrival): [string, string][] {
    return [
      ['Contact', this.contact(from)],
      ['Allow', this.ua.allow],
      ['Supported', this.ua.supported],
    ];
  }

  /** A request of the peer inside this session, ACK excepted. RFC 3261 §12.2.2. */
  receive(transaction: ServerTransaction): void {
    receiveInSession(this, transaction);
  }

  respond(
    transaction: ServerTransaction,
    status: number,
    reason?: string,
    headers: [string, string][] = [],
    body?: Uint8Array,
  ): SipResponse {
    const response = createResponse(transaction.request, status, reason, {
      toTag: this.localTag,
      headers,
      ...(body ? { body } : {}),
    });
    transaction.respond(response);
    return response;
  }

  /** Takes note of what the peer says that it can do. */
  peerSays(message: SipMessage): void {
    if (message.headers.has('Allow')) this.#peerMethods = message.headers.all('Allow');
  }

  peerAllows(method: string): boolean {
    return this.#peerMethods.includes(method);
  }

  repeatUntilAck(transaction: ServerTransaction, response: SipResponse): void {
    this.unacknowledged?.stop();
    this.unacknowledged = new Repeat2xx(this, transaction, response);
  }

  /** The ACK of a 2xx of ours came. A repeated one, or one for an older INVITE, changes nothing. */
  acknowledge(ack: SipRequest): void {
    if (this.unacknowledged?.seq !== ack.head.cseq.number) return;
    this.unacknowledged.stop();
    this.unacknowledged = undefined;
    const branch = this.branches.current;
    const offered = branch?.exchange.offer === 'sent';
    if (offered) branch.exchange = { ...branch.exchange, offer: undefined };
    const { byeAfterAck } = this;
    if (byeAfterAck) return sendBye(this, byeAfterAck.reason, byeAfterAck.by);
    this.user.acknowledged?.(ack);
    // A re-INVITE without an offer: its ACK has the answer to ours. RFC 3261 §14.2, W11.
    const first = this.incoming?.request.head.cseq.number === ack.head.cseq.number;
    const answer = offered && !first ? sdpOf(ack) : undefined;
    if (answer !== undefined) this.user.reanswered?.(answer);
    this.upSince = this.ua.clock.now();
    for (const act of this.#afterAck.splice(0)) act();
  }

  /**
   * Acts once the ACK of our 2xx has come, at once when none is due. Until then the peer may not know that the session
   * is up, and some user agents lose what comes too early.
   */
  whenAcknowledged(act: () => void): void {
    if (this.unacknowledged) this.#afterAck.push(act);
    else act();
  }

  /** Offers a new session description; resolves with the peer's answer, or rejects with OfferRefused. RFC 3261 §14.1. */
  offer(sdp: string, options?: OfferOptions): Promise<string> {
    return sendOffer(this, sdp, options);
  }

  /** Asks the peer to call somebody else. RFC 3515 §2.4.1. */
  refer(referTo: string, headers: [string, string][], user: ReferUser): void {
    sendRefer(this, referTo, headers, user);
  }

  /**
   * Ends the session the way its state asks for: BYE, CANCEL, or a refusal.
   * @param status what a caller who is still waiting is told
   * @param reason value of a Reason header (RFC 3326)
   */
  hangUp(status = 480, reason?: string): void {
    if (this.state === 'confirmed') sendBye(this, reason);
    else if (this.outgoing) this.outgoing.cancel(reason);
    else this.incoming?.reject(status, undefined, reason === undefined ? [] : [['Reason', reason]]);
  }

  whenOver(dispose: () => void): () => void {
    this.#disposers.add(dispose);
    return () => this.#disposers.delete(dispose);
  }

  confirm(): void {
    if (this.state !== 'early') return;
    this.state = 'confirmed';
    this.upSince = this.ua.clock.now();
    this.branches.confirm();
  }

  /** The dialogs are given up, with whatever is left in them: nothing more will be sent or heard. */
  dispose(): void {
    for (const { refers } of this.branches) refers?.usages.dispose();
  }

  /** The last usage has ended, so the dialogs are over. RFC 5057 §4. */
  #forgetIfOver(): void {
    if (this.state !== 'ended') return;
    for (const { refers } of this.branches) if (refers && refers.usages.size > 0) return;
    this.ua.forget(this);
  }

  /** The session is over: told once, and everything that hangs on it is let go. */
  end(by: SessionEnd, request?: SipRequest): void {
    if (!this.close()) return;
    this.user.ended(by, request);
  }

  /**
   * Something of this session threw: a timer, a promise, its user. The peer is told with a request or response that
   * fits the state, and the session is over; no other one is touched (W3).
   */
  failed(error: unknown): void {
    const { log } = this.ua;
    log.error({ err: error, sipCallId: this.callId }, 'a session failed and is ended');
    if (this.state === 'ended') return this.dispose();
    const { user, state } = this;
    try {
      // The ACK is not waited for: nothing of this session is sure to work.
      this.unacknowledged?.stop();
      this.unacknowledged = undefined;
      if (state === 'confirmed') sendBye(this, 'SIP;cause=500;text="Server Internal Error"', 'failure');
      else this.hangUp(500);
    } catch (second) {
      log.error({ err: second, sipCallId: this.callId }, 'the peer of a failed session could not be told');
    }
    if (this.close() || state === 'early') user.ended('failure', undefined);
  }

  /** As `end`, for a session that never came about; its owner has been told otherwise. */
  close(): boolean {
    if (this.state === 'ended') return false;
    this.state = 'ended';
    this.unacknowledged?.stop();
    this.unacknowledged = undefined;
    this.#afterAck.length = 0;
    this.timer.stop();
    for (const dispose of this.#disposers) dispose();
    this.#disposers.clear();
    for (const { refers } of this.branches) refers?.subscriptions.callEnded();
    this.#forgetIfOver();
    this.outgoing?.release();
    // Transactions outlive a session by 64·T1 and hold it; its owner, the whole call, need not stay as long.
    queueMicrotask(() => {
      this.user = nobody;
    });
    return true;
  }
}

/** Hears of what reaches a session that is over: nothing that matters any more. */
const nobody: SessionUser = {
  ended() {},
  offered: () => Promise.reject(new Error('the session is over')),
  referred() {},
};

/** A proxy that put in its Via but no Record-Route wants no part in what follows: that goes to the Contact. RFC 3261 §16.6. */
function staysOnFlow({ headers }: SipRequest): boolean {
  return headers.has('Record-Route') || headers.all('Via').length === 1;
}

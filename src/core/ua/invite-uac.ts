/** The calling side of an INVITE. RFC 3261 §13.2. */
import { ackInDialog, confirmDialog, dialogFromResponse, requestInDialog, type Dialog } from '../dialog/dialog.ts';
import { detach } from '../log/owner.ts';
import { bodyText, reasonPhrase, SipRequest, type SipResponse } from '../message/index.ts';
import type { ClientTransaction } from '../transaction/index.ts';
import type { Hop } from '../transport/index.ts';
import type { Branch } from './branch.ts';
import { sendBye } from './bye.ts';
import { sdpOf } from './description.ts';
import { credentialsOf, type RequestUser } from './digest-client.ts';
import { idle } from './exchange.ts';
import { Peer } from './peer.ts';
import { acknowledgeProvisional } from './prack.ts';
import { firstWish, intervalOf, printWish, raiseWish, type SessionWish } from './session-interval.ts';
import type { InSession } from './in-session.ts';
import type { SessionHost } from './session-host.ts';

export class OutgoingInvite {
  /** The last one, when it had to be sent again with credentials or another session interval. */
  request: SipRequest;
  readonly #session: InSession;
  readonly #hop: Hop;
  readonly #user: RequestUser;
  /** ACKs by the To tag of their 2xx: a repeated 2xx is answered with the same ACK (§13.2.2.4). */
  readonly #acks = new Map<string, { ack: SipRequest; hop: Hop } | 'coming'>();
  #transaction: ClientTransaction;
  #wish: SessionWish = firstWish;
  #canceled = false;

  constructor(session: InSession, request: SipRequest, hop: Hop) {
    this.request = request;
    this.#session = session;
    this.#hop = hop;
    if (request.body.length > 0) session.localSdp = bodyText(request);
    this.#user = {
      resent: (again) => {
        this.request = again;
      },
      response: (response) => this.#receive(response),
      timeout: () => this.#fail(408, reasonPhrase(408), undefined),
      transportError: (why) => this.#fail(503, why.message, undefined),
    };
    this.#transaction = session.ua.send(request, hop, this.#user, session);
  }

  /** The INVITE carries our offer; else the peer is to make one (§13.2.1). */
  get offers(): boolean {
    return this.request.body.length > 0;
  }

  /** Gives up before the answer. A 200 that crosses the CANCEL is acknowledged and released with BYE. RFC 3261 §9.1. */
  cancel(reason?: string): void {
    if (this.#canceled || this.#session.state !== 'early') return;
    this.#canceled = true;
    this.#transaction.cancel(reason === undefined ? [] : [['Reason', reason]]);
  }

  /** The peer ended the only early dialog with BYE: nobody waits for the INVITE's own end any more. */
  abandon(): void {
    if (this.#session.state !== 'early') return;
    this.#canceled = true;
    this.#transaction.cancel();
  }

  /** The session is over: a 2xx that comes from now on is the user agent's to end. */
  release(): void {
    this.#transaction.release();
  }

  #receive(response: SipResponse): void {
    if (response.status < 200) this.#progress(response);
    else if (response.status < 300) this.#accept(response);
    else if (response.status !== 422 || !this.#raise(response)) this.#fail(response.status, response.reason, response);
  }

  #progress(response: SipResponse): void {
    const session = this.#session;
    if (response.status === 100 || session.state !== 'early') return;
    const tag = response.head.toTag;
    if (tag !== undefined) {
      session.peerSays(response);
      const branch = session.branches.known(tag) ?? this.#enter(response);
      session.branches.select(branch);
      if (!acknowledgeProvisional(session, branch, response)) return;
    }
    if (!this.#canceled) session.user.progressed?.(response);
  }

  #enter(response: SipResponse): Branch {
    // Another address of the peer's name may have taken the call (RFC 3263 §4.3).
    this.#session.peer.answeredAt(this.#transaction.hop);
    const exchange = { ...idle, invite: 'sent', offer: this.offers ? 'sent' : undefined } as const;
    return this.#session.branches.enter(dialogFromResponse(this.request, response), exchange);
  }

  #accept(response: SipResponse): void {
    const session = this.#session;
    const tag = response.head.toTag ?? '';
    const known = this.#acks.get(tag);
    if (known === 'coming') return;
    if (known) {
      session.ua.sendAck(known.ack, known.hop);
      return;
    }
    if (this.#acks.size > 0 || session.state !== 'early') {
      this.#releaseFork(response);
      return;
    }
    const early = session.branches.known(tag);
    const branch = early
      ? session.branches.enter(confirmDialog(early.dialog, response), early.exchange)
      : this.#enter(response);
    const before = branch.exchange.offer;
    branch.exchange = idle;
    session.peerSays(response);
    session.confirm();
    session.timer.run(intervalOf(response));
    const offer = !this.offers && before === undefined && session.localSdp === undefined ? sdpOf(response) : undefined;
    if (offer === undefined) {
      this.#acknowledge(branch, response);
      this.#answered(response);
    } else {
      this.#acks.set(tag, 'coming');
      this.#answer(branch, response, offer);
    }
  }

  /** The 2xx brought an offer: the ACK brings the answer, and one without means that there is none. §13.2.2.4. */
  #answer(branch: Branch, response: SipResponse, offer: string): void {
    const session = this.#session;
    const answered = session.user.offered(offer).then(
      (sdp) => {
        session.localSdp = sdp;
        this.#acknowledge(branch, response, sdp);
        this.#answered(response);
      },
      () => {
        this.#acknowledge(branch, response);
        if (session.state === 'confirmed') sendBye(session, 'SIP;cause=488;text="Not Acceptable Here"');
      },
    );
    detach(answered, session);
  }

  #acknowledge({ dialog }: Branch, response: SipResponse, sdp?: string): void {
    const { ua } = this.#session;
    const headers = credentialsOf(this.request);
    if (sdp !== undefined) headers.push(['Content-Type', 'application/sdp']);
    const body = sdp === undefined ? undefined : new TextEncoder().encode(sdp);
    const ack = ackInDialog(dialog, response.head.cseq.number, headers, body);
    this.#acks.set(dialog.remoteTag, 'coming');
    this.#session.withHop((found) => {
      const hop = found ?? this.#transaction.hop;
      this.#acks.set(dialog.remoteTag, { ack, hop });
      ua.sendAck(ack, hop);
    });
  }

  #answered(response: SipResponse): void {
    const session = this.#session;
    if (session.state === 'ended') return;
    if (this.#canceled) sendBye(session);
    else session.user.answered?.(response);
  }

  /** Another branch of a forked INVITE answered too: ACK, then BYE. RFC 3261 §13.2.2.4. */
  #releaseFork(response: SipResponse): void {
    const { ua, branches } = this.#session;
    const early = branches.known(response.head.toTag ?? '');
    const dialog = early ? confirmDialog(early.dialog, response) : dialogFromResponse(this.request, response);
    const hop = this.#session.peer.hop(dialog) ?? this.#transaction.hop;
    const ack = ackInDialog(dialog, response.head.cseq.number, credentialsOf(this.request));
    this.#acks.set(dialog.remoteTag, { ack, hop });
    ua.sendAck(ack, hop);
    const [, bye] = requestInDialog(dialog, 'BYE');
    ua.send(bye, hop, { response() {}, timeout() {}, transportError() {} }, this.#session);
  }

  /** 422: the same INVITE again with the interval that would do, in a transaction of its own. RFC 4028 §7.3. */
  #raise(response: SipResponse): boolean {
    const raised = this.#canceled || this.#session.state !== 'early' ? undefined : raiseWish(this.#wish, response);
    if (!raised) return false;
    this.#wish = raised;
    const { method, uri, headers, body, head } = this.request;
    const fields = headers.clone();
    fields.delete('Via');
    fields.set('CSeq', `${head.cseq.number + 1} ${method}`);
    for (const [name, value] of printWish(raised)) fields.set(name, value);
    this.request = new SipRequest(method, uri, fields, body);
    this.#transaction = this.#session.ua.send(this.request, this.#hop, this.#user, this.#session);
    return true;
  }

  #fail(status: number, reason: string, response: SipResponse | undefined): void {
    if (!this.#session.close()) return;
    this.#session.user.failed?.(status, reason, response);
  }
}

/** A 2xx to an INVITE whose session is over: repeated because its ACK got lost, or of a branch that was never heard of. */
export function releaseLateAnswer(ua: SessionHost, response: SipResponse, hop: Hop): void {
  if (!response.headers.has('Contact')) return;
  const dialog = dialogFromResponse({ uri: '' }, response);
  releaseDialog(ua, dialog, response.head.cseq.number, Peer.callee(ua, hop).hop(dialog) ?? hop);
}

/** ACK, then BYE. @returns the ACK */
function releaseDialog(
  ua: SessionHost,
  dialog: Dialog,
  inviteSeq: number,
  hop: Hop,
  credentials: [string, string][] = [],
): SipRequest {
  const ack = ackInDialog(dialog, inviteSeq, credentials);
  ua.sendAck(ack, hop);
  const [, bye] = requestInDialog(dialog, 'BYE');
  ua.send(bye, hop, { response() {}, timeout() {}, transportError() {} });
  return ack;
}

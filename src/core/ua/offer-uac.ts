/** Offering a new description in a session: re-INVITE, or UPDATE. RFC 3261 §14.1, RFC 3311 §5.1. */
import { ackInDialog, type Dialog } from '../dialog/dialog.ts';
import type { SipRequest, SipResponse } from '../message/index.ts';
import type { Timer } from '../time/clock.ts';
import type { ClientTransaction, ClientUser } from '../transaction/index.ts';
import type { Hop } from '../transport/index.ts';
import type { Branch } from './branch.ts';
import { sendBye } from './bye.ts';
import { sdpOf } from './description.ts';
import { credentialsOf } from './digest-client.ts';
import { glareWaitMs, mayOffer, type Exchange } from './exchange.ts';
import { intervalOf, printWish, raiseWish, type SessionWish } from './session-interval.ts';
import type { InSession } from './in-session.ts';

/** The peer did not take our offer; the session goes on as it was (§14.1), except after 408 and 481. */
class OfferRefused extends Error {
  override readonly name = 'OfferRefused';
  readonly status: number;
  constructor(status: number, reason: string) {
    super(`${status} ${reason}`);
    this.status = status;
  }
}

export interface OfferOptions {
  /** UPDATE does not ring and may be sent in an early dialog; INVITE unless said. */
  readonly method?: 'INVITE' | 'UPDATE';
  /** After 491 wait as RFC 3261 §14.1 has it and offer again, until the peer takes it or refuses for another reason. */
  readonly retryGlare?: boolean;
  /** The request refreshes the session as well. RFC 4028 §7.4. */
  readonly wish?: SessionWish;
}

/** @returns the answer; rejects with OfferRefused */
export function sendOffer(session: InSession, sdp: string, options: OfferOptions = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  new Offer(session, sdp, options, resolve, reject).send();
  return promise;
}

class Offer {
  readonly #session: InSession;
  readonly #sdp: string;
  readonly #method: 'INVITE' | 'UPDATE';
  readonly #retryGlare: boolean;
  readonly #resolve: (answer: string) => void;
  readonly #reject: (why: OfferRefused) => void;
  #wish: SessionWish | undefined;
  #sent: ClientTransaction | undefined;
  /** The ACK of the 2xx: a repeated 2xx gets the same one. */
  #ack: { request: SipRequest; hop: Hop } | 'coming' | undefined;
  /** The dialog in which it went out. */
  #branch: Branch | undefined;
  /** Runs while an INVITE has had a provisional response and no other. */
  #patience: Timer | undefined;
  #givenUp = false;
  #forget: () => void = () => {};

  constructor(
    session: InSession,
    sdp: string,
    { method = 'INVITE', retryGlare = false, wish }: OfferOptions,
    resolve: (answer: string) => void,
    reject: (why: OfferRefused) => void,
  ) {
    this.#session = session;
    this.#sdp = sdp;
    this.#method = method;
    this.#retryGlare = retryGlare;
    this.#wish = wish ?? session.timer.wish;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  send(): void {
    const session = this.#session;
    if (!this.#possible()) {
      this.#settle(491, 'Request Pending');
      return;
    }
    this.#branch = session.branches.current;
    this.#mark('sent');
    // Nobody waits for the answer of a session that is over; the transaction still comes to its end.
    this.#forget = session.whenOver(() => this.#reject(new OfferRefused(487, 'Request Terminated')));
    const user: ClientUser = {
      response: (response) => this.#receive(response),
      timeout: () => this.#fail(408, 'Request Timeout'),
      transportError: (why) => this.#fail(503, why.message),
    };
    const wish = this.#wish ? printWish(this.#wish) : [];
    const headers = [...session.targetHeaders(), ...wish, SDP_TYPE];
    this.#sent = session.request(this.#method, headers, user, encoder.encode(this.#sdp));
  }

  /** An INVITE also waits for the ACK of ours before (§14.1). */
  #possible(): boolean {
    const { state, branches, unacknowledged } = this.#session;
    if (state === 'ended' || (this.#method === 'INVITE' && (state !== 'confirmed' || unacknowledged))) return false;
    return branches.current !== undefined && mayOffer(branches.current.exchange, this.#method);
  }

  #receive(response: SipResponse): void {
    if (this.#ack === 'coming') return;
    if (this.#ack) this.#session.ua.sendAck(this.#ack.request, this.#ack.hop);
    else if (response.status < 200) this.#wait();
    else if (response.status < 300) this.#accept(response);
    else this.#fail(response.status, response.reason, response);
  }

  /** A provisional response stops Timer B, and nothing else ends the INVITE: then it is given up with CANCEL (§9.1). W11. */
  #wait(): void {
    if (this.#method !== 'INVITE') return;
    const { clock, timers } = this.#session.ua;
    this.#patience ??= clock.after(
      64 * timers.T1,
      () => {
        this.#givenUp = true;
        this.#sent?.cancel();
      },
      this.#session,
    );
  }

  /** A final response, or none any more. */
  #done(): void {
    this.#patience?.cancel();
    this.#patience = undefined;
    this.#forget();
    this.#mark(undefined);
  }

  #acknowledge(dialog: Dialog, inviteSeq: number): void {
    const session = this.#session;
    const credentials = this.#sent ? credentialsOf(this.#sent.request) : [];
    this.#ack = 'coming';
    session.withHop((found) => {
      const hop = found ?? this.#sent?.hop;
      if (!hop) return;
      this.#ack = { request: ackInDialog(dialog, inviteSeq, credentials), hop };
      session.ua.sendAck(this.#ack.request, hop);
    }, dialog);
  }

  #accept(response: SipResponse): void {
    const session = this.#session;
    const branch = this.#branch;
    this.#done();
    if (branch) {
      branch.refresh(response);
      if (this.#method === 'INVITE') this.#acknowledge(branch.dialog, response.head.cseq.number);
    }
    if (session.state === 'ended') return this.#reject(new OfferRefused(487, 'Request Terminated'));
    session.localSdp = this.#sdp;
    session.peerSays(response);
    // A 2xx to a request that did not ask for a timer leaves none (RFC 4028 §7.2).
    session.timer.run(intervalOf(response));
    this.#resolve(sdpOf(response) ?? '');
  }

  #fail(status: number, reason: string, response?: SipResponse): void {
    this.#done();
    const raised = this.#wish && status === 422 && response ? raiseWish(this.#wish, response) : undefined;
    if (raised) {
      this.#wish = raised;
      this.send();
      return;
    }
    // It may have rung at a peer that is still there.
    if (this.#givenUp) return this.#reject(new OfferRefused(408, 'Request Timeout'));
    // The peer has lost the dialog, or is gone: so is the session (§12.2.1.2, §14.1).
    if ((status === 408 || status === 481) && this.#session.state !== 'ended') {
      sendBye(this.#session, undefined, 'timeout');
    }
    this.#settle(status, reason);
  }

  /** The end without an answer, or the wait before another try. */
  #settle(status: number, reason: string): void {
    const session = this.#session;
    const refuse = () => this.#reject(new OfferRefused(status, reason));
    if (status !== 491 || !this.#retryGlare || session.state === 'ended') return refuse();
    const wait = glareWaitMs(session.outgoing !== undefined, session.ua.ids.fraction());
    const again = () => {
      forget();
      this.send();
    };
    const timer = session.ua.clock.after(wait, again, session);
    const forget = session.whenOver(() => {
      timer.cancel();
      refuse();
    });
  }

  #mark(offer: Exchange['offer']): void {
    const branch = this.#branch;
    if (!branch) return;
    const invite = this.#method === 'INVITE' ? offer : branch.exchange.invite;
    branch.exchange = { ...branch.exchange, offer, invite };
  }
}

const encoder = new TextEncoder();
const SDP_TYPE: [string, string] = ['Content-Type', 'application/sdp'];

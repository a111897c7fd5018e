import type { SipRequest, SipResponse } from '../message/index.ts';
import type { KeyPress } from './dtmf-info.ts';
import type { IncomingRefer } from './incoming-refer.ts';

/** Who ended a session: we did, the peer did, nobody answered any more, or an exception in our own code did (W3). */
export type SessionEnd = 'local' | 'remote' | 'timeout' | 'transport' | 'failure';

/** What a session tells its owner. Past tense: it has happened on the wire. */
export interface SessionUser {
  /** UAC: a provisional response other than 100. */
  progressed?(response: SipResponse): void;
  /** UAC: 2xx, already acknowledged. */
  answered?(response: SipResponse): void;
  /** UAC: a final failure; 408 when nobody answered in time, 503 when the request could not be sent. RFC 3261 §8.1.3.1. */
  failed?(status: number, reason: string, response: SipResponse | undefined): void;
  /** UAS: the caller gave up before the answer; 487 has been sent. The CANCEL may say why (RFC 3326); there is none when the INVITE's own Expires ran out. */
  canceled?(cancel: SipRequest | undefined): void;
  /** UAS: the ACK of our 2xx came, or the PRACK with the answer to our offer; one of them has it when the INVITE had no offer. */
  acknowledged?(ack: SipRequest): void;
  /** The session is over, after it was taken or answered. `request` is the peer's BYE, when there was one. */
  ended(by: SessionEnd, request: SipRequest | undefined): void;
  /**
   * A re-INVITE or UPDATE: gives the answer to `offer`, or a fresh offer when there is none.
   * A rejection refuses the request, with the status of the error (`statusOf`), and leaves the session as it was.
   */
  offered(offer: string | undefined): Promise<string>;
  /**
   * An offer of ours to a peer that had been answered before has its answer: that of a re-INVITE that kept the session
   * alive (RFC 4028 §7.4), or the one in the ACK of the peer's own re-INVITE without an offer (RFC 3261 §14.2).
   */
  reanswered?(answer: string): void;
  /** A REFER inside the dialog; it waits for `accept` or `reject`. */
  referred(refer: IncomingRefer): void;
  /**
   * The connection on which the peer was reached is gone.
   * @returns how long it is waited for, in milliseconds; undefined leaves that to the user agent
   */
  flowLost?(): number | undefined;
  /** The peer can be reached again. */
  flowBack?(): void;
  /** A key came by INFO, which was answered with 200. Without this method such an INFO is refused with 415. */
  pressed?(press: KeyPress): void;
}

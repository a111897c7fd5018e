/** A 2xx to INVITE is repeated by the UAS core until its ACK comes. RFC 3261 §13.3.1.4. */
import type { SipResponse } from '../message/index.ts';
import type { Timer } from '../time/clock.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import { sendBye } from './bye.ts';
import type { InSession } from './in-session.ts';

export class Repeat2xx {
  readonly #session: InSession;
  readonly #transaction: ServerTransaction;
  readonly #response: SipResponse;
  readonly #giveUp: Timer;
  #again: Timer;

  /** Repeats after T1, doubling up to T2; after 64·T1 without ACK the session is ended with BYE. */
  constructor(session: InSession, transaction: ServerTransaction, response: SipResponse) {
    this.#session = session;
    this.#transaction = transaction;
    this.#response = response;
    const { clock, timers } = session.ua;
    this.#again = this.#arm(timers.T1);
    const giveUp = () => {
      session.unacknowledged = undefined;
      this.stop();
      const { reason, by } = session.byeAfterAck ?? { reason: 'SIP;cause=408;text="ACK missing"', by: 'timeout' };
      sendBye(session, reason, by);
    };
    this.#giveUp = clock.after(64 * timers.T1, giveUp, session);
  }

  /** CSeq number that the ACK has to carry. */
  get seq(): number {
    return this.#transaction.request.head.cseq.number;
  }

  stop(): void {
    this.#again.cancel();
    this.#giveUp.cancel();
  }

  #arm(afterMs: number): Timer {
    const again = () => {
      this.#transaction.respond(this.#response);
      this.#again = this.#arm(Math.min(afterMs * 2, this.#session.ua.timers.T2));
    };
    return this.#session.ua.clock.after(afterMs, again, this.#session);
  }
}

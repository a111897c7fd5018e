/** The calling side of an INVITE. RFC 3261 §13.2. */
import { ackInDialog, dialogFromResponse, requestInDialog } from '../dialog/dialog.ts';
import { reasonPhrase, type SipRequest, type SipResponse } from '../message/index.ts';
import type { ClientTransaction } from '../transaction/index.ts';
import type { Hop } from '../transport/index.ts';
import { sendBye } from './bye.ts';
import { credentialsOf, type RequestUser } from './digest-client.ts';
import type { Session } from './session.ts';

export class OutgoingInvite {
  /** The last one, when it had to be sent again with credentials. */
  request: SipRequest;
  readonly #session: Session;
  readonly #transaction: ClientTransaction;
  /** ACKs by the To tag of their 2xx: a repeated 2xx is answered with the same ACK (§13.2.2.4). */
  readonly #acks = new Map<string, { ack: SipRequest; hop: Hop }>();
  #canceled = false;

  constructor(session: Session, request: SipRequest, hop: Hop) {
    this.request = request;
    this.#session = session;
    const user: RequestUser = {
      resent: (again) => {
        this.request = again;
      },
      response: (response) => this.#receive(response),
      timeout: () => this.#fail(408, reasonPhrase(408), undefined),
      transportError: (why) => this.#fail(503, why.message, undefined),
    };
    this.#transaction = session.ua.send(request, hop, user);
  }

  /** Gives up before the answer. A 200 that crosses the CANCEL is acknowledged and released with BYE. RFC 3261 §9.1. */
  cancel(reason?: string): void {
    if (this.#canceled || this.#session.state !== 'early') return;
    this.#canceled = true;
    this.#transaction.cancel(reason === undefined ? [] : [['Reason', reason]]);
  }

  /** The early dialog was ended by the peer's BYE; the INVITE's own end is of no interest any more. */
  abandon(): void {
    this.#canceled = true;
  }

  #receive(response: SipResponse): void {
    if (response.status < 200) this.#progress(response);
    else if (response.status < 300) this.#accept(response);
    else this.#fail(response.status, response.reason, response);
  }

  #progress(response: SipResponse): void {
    if (response.status === 100 || this.#session.state !== 'early') return;
    if (response.head.toTag !== undefined) {
      this.#session.dialog = dialogFromResponse(this.request, response);
    }
    if (!this.#canceled) this.#session.user.progressed?.(response);
  }

  #accept(response: SipResponse): void {
    const tag = response.head.toTag ?? '';
    const known = this.#acks.get(tag);
    if (known) {
      this.#session.ua.sendAck(known.ack, known.hop);
      return;
    }
    const first = this.#acks.size === 0 && this.#session.state === 'early';
    const dialog = dialogFromResponse(this.request, response);
    if (!first) {
      this.#releaseFork(response);
      return;
    }
    this.#session.dialog = dialog;
    const hop = this.#session.hop() ?? this.#transaction.hop;
    const ack = ackInDialog(dialog, this.request.head.cseq.number, credentialsOf(this.request));
    this.#acks.set(tag, { ack, hop });
    this.#session.confirm();
    this.#session.ua.sendAck(ack, hop);
    if (this.#canceled) sendBye(this.#session);
    else this.#session.user.answered?.(response);
  }

  /** Another branch of a forked INVITE answered too: ACK, then BYE. RFC 3261 §13.2.2.4. */
  #releaseFork(response: SipResponse): void {
    const { ua } = this.#session;
    const dialog = dialogFromResponse(this.request, response);
    const hop = ua.hopFor(dialog) ?? this.#transaction.hop;
    const ack = ackInDialog(dialog, this.request.head.cseq.number, credentialsOf(this.request));
    this.#acks.set(response.head.toTag ?? '', { ack, hop });
    ua.sendAck(ack, hop);
    const [, bye] = requestInDialog(dialog, 'BYE');
    ua.send(bye, hop, { response() {}, timeout() {}, transportError() {} });
  }

  #fail(status: number, reason: string, response: SipResponse | undefined): void {
    if (!this.#session.close()) return;
    this.#session.user.failed?.(status, reason, response);
  }
}

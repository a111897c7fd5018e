/** The called side of an INVITE: ring, answer, refuse. RFC 3261 §13.3. */
import { refreshTarget } from '../dialog/dialog.ts';
import { bodyText, type SipRequest, type SipResponse } from '../message/index.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { Session } from './session.ts';

const encoder = new TextEncoder();

export class IncomingInvite {
  readonly request: SipRequest;
  readonly #session: Session;
  readonly #transaction: ServerTransaction;
  #answered = false;

  constructor(session: Session, transaction: ServerTransaction) {
    this.request = transaction.request;
    this.#session = session;
    this.#transaction = transaction;
  }

  /** The caller's offer, or undefined when the INVITE asks us to offer (§13.2.1). */
  get offer(): string | undefined {
    return this.request.body.length > 0 ? bodyText(this.request) : undefined;
  }

  /** Sends a provisional response, with early media when `sdp` is given. */
  progress(status: number, sdp?: string, headers: [string, string][] = []): void {
    if (this.#session.state === 'early' && !this.#answered) this.#respond(status, undefined, headers, sdp);
  }

  /** Sends 200 and repeats it until the ACK comes. */
  answer(sdp: string, headers: [string, string][] = []): void {
    if (this.#session.state !== 'early' || this.#answered) return;
    this.#answered = true;
    const response = this.#respond(200, undefined, headers, sdp);
    this.#session.confirm();
    this.#session.repeatUntilAck(this.#transaction, response);
  }

  /** Refuses the INVITE with a final status of 300 or above. */
  reject(status: number, reason?: string, headers: [string, string][] = []): void {
    if (this.#session.state !== 'early' || this.#answered) return;
    this.#session.respond(this.#transaction, status, reason, headers);
    this.#session.close();
  }

  /** CANCEL came; the CANCEL itself has had its 200. RFC 3261 §9.2. */
  cancel(): void {
    if (this.#session.state !== 'early' || this.#answered) return;
    this.#session.respond(this.#transaction, 487);
    this.#session.close();
    this.#session.user.canceled?.();
  }

  /** A BYE for the early dialog: the INVITE still needs its final response. RFC 3261 §15.1.2. */
  abandon(): void {
    if (!this.#answered) this.#session.respond(this.#transaction, 487);
  }

  #respond(status: number, reason: string | undefined, headers: [string, string][], sdp?: string): SipResponse {
    const { ua, dialog } = this.#session;
    const type: [string, string][] = sdp === undefined ? [] : [['Content-Type', 'application/sdp']];
    const route = this.request.headers.all('Record-Route').map((r): [string, string] => ['Record-Route', r]);
    const contact: [string, string] = ['Contact', ua.contact(this.#transaction.arrival.transport)];
    if (dialog) this.#session.dialog = refreshTarget(dialog, this.request);
    return this.#session.respond(
      this.#transaction,
      status,
      reason,
      [...route, contact, ['Allow', ua.allow], ['Supported', ua.supported], ...headers, ...type],
      sdp === undefined ? undefined : encoder.encode(sdp),
    );
  }
}

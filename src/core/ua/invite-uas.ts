/** The called side of an INVITE: ring, answer, refuse. RFC 3261 §13.3. */
import { detach } from '../log/owner.ts';
import { parseSeconds, type SipRequest, type SipResponse } from '../message/index.ts';
import type { Timer } from '../time/clock.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { TransportName } from '../transport/index.ts';
import { sdpOf } from './description.ts';
import type { Exchange } from './exchange.ts';
import { askOwner } from './offer-uas.ts';
import { ReliableProvisionals } from './reliable-uas.ts';
import { grant } from './session-interval.ts';
import type { InSession } from './in-session.ts';

const encoder = new TextEncoder();
/** Milliseconds after which a provisional response is said again, so that no proxy gives the INVITE up. §13.3.1.1. */
const RING_AGAIN_MS = 60_000;

const SDP_TYPE: [string, string] = ['Content-Type', 'application/sdp'];

/** RFC 3262 §3. */
function has100rel({ headers }: SipRequest, name: 'Require' | 'Supported'): boolean {
  return headers.all(name).some((option) => option.toLowerCase() === '100rel');
}

/** §12.1.1: the route that the INVITE came is repeated in what sets up the dialog. */
function recordRoute({ headers }: SipRequest): [string, string][] {
  return headers.all('Record-Route').map((route) => ['Record-Route', route]);
}

export class IncomingInvite {
  readonly request: SipRequest;
  readonly #session: InSession;
  readonly #transaction: ServerTransaction;
  #reliable: ReliableProvisionals | undefined;
  /** Our description went out reliably: the 2xx does not repeat it. */
  #described = false;
  /** The 2xx waits for a PRACK. */
  #held: (() => void) | undefined;
  #answered = false;
  #ringAgain: Timer | undefined;
  #expiry: Timer | undefined;

  constructor(session: InSession, transaction: ServerTransaction) {
    this.request = transaction.request;
    this.#session = session;
    this.#transaction = transaction;
    const seconds = parseSeconds(this.request.headers.get('Expires') ?? '');
    if (seconds === undefined) return;
    // §13.3.1: the caller has set the invitation an end, which holds even when its CANCEL gets lost.
    const expiry = session.ua.clock.after(seconds * 1000, () => this.cancel(undefined), session);
    session.whenOver(() => expiry.cancel());
    this.#expiry = expiry;
  }

  /** The caller's offer, or undefined when the INVITE asks us to offer (§13.2.1). */
  get offer(): string | undefined {
    return sdpOf(this.request);
  }

  /** Over which the INVITE came. */
  get transport(): TransportName {
    return this.#transaction.arrival.transport;
  }

  /** Our address as the caller reaches it. */
  get localHost(): string {
    const { transport, remote } = this.#transaction.arrival;
    return this.#session.ua.localFor({ transport, host: remote.host }).host;
  }

  /** The caller wants every provisional response to be reliable; without an offer of its own, with our offer in the first. */
  get reliable(): boolean {
    return has100rel(this.request, 'Require');
  }

  /**
   * Sends a provisional response, with early media when `sdp` is given.
   * @param wanted send it reliably when the caller can take it (RFC 3262); always done when it requires it
   */
  progress(status: number, sdp?: string, headers: [string, string][] = [], wanted = false): void {
    const session = this.#session;
    if (session.state !== 'early' || this.#answered) return;
    if (status === 100 || !(this.reliable || (wanted && has100rel(this.request, 'Supported')))) {
      this.#repeat(this.#respond(status, undefined, headers, sdp));
      return;
    }
    this.#reliable ??= new ReliableProvisionals(session, {
      send: (provisional, more) =>
        this.#respond(provisional.status, undefined, [...provisional.headers, ...more], provisional.sdp),
      repeat: (response) => this.#transaction.respond(response),
      unacknowledged: () => this.#unacknowledged(),
    });
    const first = sdp !== undefined && !this.#described;
    if (first) this.#described = true;
    this.#reliable.send({ status, headers, sdp: first ? sdp : undefined });
    if (first) this.#exchange({ offer: this.offer === undefined ? 'sent' : undefined });
  }

  #repeat(response: SipResponse): void {
    const { clock } = this.#session.ua;
    if (this.#ringAgain) this.#ringAgain.cancel();
    else this.#session.whenOver(() => this.#ringAgain?.cancel());
    const again = () => {
      this.#transaction.respond(response);
      this.#repeat(response);
    };
    this.#ringAgain = clock.after(RING_AGAIN_MS, again, this.#session);
  }

  /** Sends 200 and repeats it until the ACK comes. */
  answer(sdp: string, headers: [string, string][] = []): void {
    const session = this.#session;
    if (session.state !== 'early' || this.#answered) return;
    this.#answered = true;
    // Named first, to die young: see `TurnoverMap`.
    const accept = () => this.#accept(sdp, headers);
    if (this.#reliable?.holdsAnswer) this.#held = accept;
    else accept();
  }

  /** Refuses the INVITE with a final status of 300 or above. */
  reject(status: number, reason?: string, headers: [string, string][] = []): void {
    if (this.#session.state !== 'early' || (this.#answered && !this.#held)) return;
    this.#session.respond(this.#transaction, status, reason, headers);
    this.#session.close();
  }

  /**
   * CANCEL came, which has had its own 200, or the time that the INVITE set is over. RFC 3261 §9.2 and §13.3.1.
   * @param request the CANCEL, if there was one
   */
  cancel(request: SipRequest | undefined): void {
    if (this.#session.state !== 'early' || (this.#answered && !this.#held)) return;
    this.#session.respond(this.#transaction, 487);
    this.#session.close();
    this.#session.user.canceled?.(request);
  }

  /** A BYE for the early dialog: the INVITE still needs its final response. RFC 3261 §15.1.2. */
  abandon(): void {
    if (this.#session.state === 'early') this.#session.respond(this.#transaction, 487);
  }

  /** RFC 3262 §3 and §5: a PRACK may bring the answer to our offer, or a new offer. */
  prack(transaction: ServerTransaction): void {
    const session = this.#session;
    const provisional = this.#reliable?.prack(transaction, this.request.head.cseq.number);
    if (!provisional) {
      session.respond(transaction, 481);
      return;
    }
    const sdp = sdpOf(transaction.request);
    if (sdp === undefined || (provisional.sdp !== undefined && this.offer === undefined)) {
      session.respond(transaction, 200);
      if (sdp !== undefined) {
        this.#exchange({ offer: undefined });
        session.user.acknowledged?.(transaction.request);
      }
      this.#release();
      return;
    }
    const answered = askOwner(session, transaction, sdp).then((answer) => {
      if (answer !== undefined) {
        session.localSdp = answer;
        session.respond(transaction, 200, undefined, [SDP_TYPE], encoder.encode(answer));
      }
      this.#release();
    });
    detach(answered, {
      failed: (error) => {
        session.respond(transaction, 500);
        session.failed(error);
      },
    });
  }

  #release(): void {
    if (!this.#held || this.#reliable?.holdsAnswer || this.#session.state !== 'early') return;
    const send = this.#held;
    this.#held = undefined;
    send();
  }

  #accept(sdp: string, headers: [string, string][]): void {
    const session = this.#session;
    this.#reliable?.stop();
    this.#ringAgain?.cancel();
    this.#expiry?.cancel();
    const { interval, headers: granted } = grant(this.request);
    const response = this.#respond(200, undefined, [...granted, ...headers], this.#described ? undefined : sdp);
    // Without an offer in the INVITE the 2xx makes one, and the ACK answers it.
    const offer = this.offer === undefined && !this.#described ? 'sent' : undefined;
    this.#exchange({ invite: undefined, offer });
    session.confirm();
    session.timer.run(interval);
    session.repeatUntilAck(this.#transaction, response);
  }

  /** Without PRACK the INVITE is refused with a 5xx. RFC 3262 §3. */
  #unacknowledged(): void {
    const session = this.#session;
    session.respond(this.#transaction, 504);
    session.end('timeout');
  }

  #exchange(change: Partial<Exchange>): void {
    const branch = this.#session.branches.current;
    if (branch) branch.exchange = { ...branch.exchange, ...change };
  }

  #respond(status: number, reason: string | undefined, headers: [string, string][], sdp?: string): SipResponse {
    const session = this.#session;
    const type = sdp === undefined ? [] : [SDP_TYPE];
    const route = recordRoute(this.request);
    if (sdp !== undefined) session.localSdp = sdp;
    return session.respond(
      this.#transaction,
      status,
      reason,
      [...route, ...session.targetHeaders(this.#transaction.arrival), ...headers, ...type],
      sdp === undefined ? undefined : encoder.encode(sdp),
    );
  }
}

import { createHash } from 'node:crypto';
import type { Logger } from '../log/logger.ts';
import {
  checkRequest,
  checkResponse,
  createResponse,
  phraseOf,
  parseMessage,
  parseVia,
  printMessage,
  readHead,
  type Problem,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  type Via,
} from '../message/index.ts';
import type { Clock } from '../time/clock.ts';
import { Arrivals, isUrgent } from './arrivals.ts';
import { isV6, LocalAddresses } from './local-address.ts';
import { RETRY_AFTER_SECONDS, type Overload } from './overload.ts';
import { skim } from './skim.ts';
import {
  formatAddress,
  Unreachable,
  type Address,
  type Arrival,
  type Hop,
  type Transport,
  type TransportName,
} from './transport.ts';
import { responseHop, stampVia } from './via-routing.ts';

/** One message on the wire, as the trace wants it. */
export interface Traced {
  readonly direction: 'in' | 'out';
  readonly message: SipMessage;
  readonly bytes: Uint8Array;
  readonly transport: TransportName;
  readonly remote: Address;
  /** Our own address, as that peer reaches it. */
  readonly local?: Address;
  /** `clock.wall()` */
  readonly at: number;
}

/** The one user of the transport layer. */
interface TransportUser {
  /** A well-formed message: its head can be read. */
  message(message: SipMessage, from: Arrival): void;
  /** Does this request ask for something new, and not belong to a transaction or a dialog that we have? */
  isNew?(request: SipRequest): boolean;
  flowClosed(flow: string): void;
  /** A send to `hop`, the very object given, failed. Never called from within the send. */
  failed(hop: Hop, why: Error): void;
}

/** What came over a transport, or what a transport wants done once all before it has been handled. */
type Arrived = readonly [bytes: Uint8Array, from: Arrival] | readonly [act: () => void];

/** Where there is no such transport. */
const NOWHERE: Address = { host: 'invalid', port: 0 };
const MOST_LOCALS = 8;

/**
 * Messages in, messages out, whatever the transport. Malformed requests are answered here and junk is dropped
 * here, so that nothing above meets a message it cannot read. At most one transport per name and IP family.
 */
export class TransportLayer {
  readonly #transports: readonly Transport[];
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #overload: Overload | undefined;
  readonly #addresses: LocalAddresses;
  readonly #taps: ((traced: Traced) => void)[] = [];
  /** Every sent-by we put into a Via: a response whose top Via names another is not for us. */
  readonly #sentBy = new Set<string>();
  /** Own addresses that were given out lately: few, and asked for with every message. */
  readonly #locals: (Address & { transport: TransportName })[] = [];
  readonly #arrivals: Arrivals<Arrived> | undefined;
  #user: TransportUser = { message() {}, flowClosed() {}, failed() {} };

  /**
   * @param options without `overload` nothing is limited; without `addresses` none is advertised; with `later`, which runs
   *   something after the sockets have been read again, what comes waits for its turn (`Arrivals`)
   */
  constructor(options: {
    transports: readonly Transport[];
    clock: Clock;
    log: Logger;
    overload?: Overload;
    addresses?: LocalAddresses;
    later?: (turn: () => void) => void;
  }) {
    this.#transports = options.transports;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#overload = options.overload;
    this.#addresses = options.addresses ?? new LocalAddresses({ clock: options.clock });
    const { clock, later } = options;
    this.#arrivals =
      later && new Arrivals({ now: () => clock.now(), later, handle: (arrived, ms) => this.#handle(arrived, ms) });
  }

  /**
   * Starts every transport, or none.
   * @throws AddressInUse
   */
  async start(): Promise<void> {
    const started: Transport[] = [];
    try {
      for (const transport of this.#transports) {
        await transport.start({
          received: (bytes, from) => this.#arrived(bytes, from),
          broken: (refusal, from, close) =>
            this.#inTurn(() => {
              if (refusal) this.#refusedByTransport(refusal.bytes, refusal.problem, from);
              close();
            }),
          closed: (flow) => this.#inTurn(() => this.#user.flowClosed(flow)),
          failed: (hop, why) => this.#failed(hop, why),
        });
        started.push(transport);
      }
    } catch (error) {
      await Promise.all(started.map((transport) => transport.close()));
      throw error;
    }
  }

  async close(): Promise<void> {
    // What waits is forgotten.
    this.#arrivals?.close();
    await Promise.all(this.#transports.map((transport) => transport.close()));
  }

  /** Shows `listener` every message in and out, incoming ones before anybody acts on them. */
  tap(listener: (traced: Traced) => void): void {
    this.#taps.push(listener);
  }

  receive(user: TransportUser): void {
    this.#user = user;
  }

  /**
   * @param printed what an earlier call returned for the same request: a retransmission is not printed again
   * @returns the bytes sent
   */
  sendRequest(request: SipRequest, hop: Hop, printed: Buffer = printMessage(request)): Buffer {
    this.#send(request, printed, hop);
    return printed;
  }

  /** Sends a response back the way its request came. `printed` and result as in `sendRequest`. */
  sendResponse(response: SipResponse, to: Arrival | Hop, printed: Buffer = printMessage(response)): Buffer {
    this.#send(response, printed, 'remote' in to ? this.hopBack(response, to) : to);
    return printed;
  }

  /** Sends once more what `sendResponse` returned. */
  resend(printed: Buffer, hop: Hop): void {
    const parsed = parseMessage(printed);
    if (parsed.ok) this.#send(parsed.value, printed, hop);
  }

  /** Where responses to a request with this top Via go. RFC 3261 §18.2.2. */
  hopBack(message: SipMessage, from: Arrival): Hop {
    return responseHop(topVia(message), from);
  }

  has(transport: TransportName): boolean {
    return this.#transports.some(({ name }) => name === transport);
  }

  isReliable(transport: TransportName): boolean {
    return this.#transports.find(({ name }) => name === transport)?.reliable ?? transport !== 'UDP';
  }

  /** Whether a request that is sent there comes back to us (W24). */
  isOwn({ transport, host, port }: Hop): boolean {
    return this.#transports.some(
      ({ name, local }) => name === transport && local.port === port && this.#addresses.reach(local.host, host),
    );
  }

  /** Whether a host is an address of ours, whatever the port: phones leave it out of an address-of-record. */
  isOwnHost(host: string): boolean {
    return this.#transports.some(({ local }) => this.#addresses.reach(local.host, host));
  }

  /** Our own address as the peer at `hop` may use it: for Via, Contact and SDP. */
  localFor(hop: Hop): Address & { transport: TransportName } {
    const listening = this.#pick(hop)?.local ?? NOWHERE;
    const host = this.#addresses.towards(listening.host, hop.host);
    const known = this.#locals.find((each) => each.transport === hop.transport && each.host === host);
    if (known !== undefined && known.port === listening.port) return known;
    const local = { transport: hop.transport, host, port: listening.port };
    this.#locals.unshift(local);
    if (this.#locals.length > MOST_LOCALS) this.#locals.pop();
    this.#sentBy.add(sentBy(local));
    return local;
  }

  #send(message: SipMessage, bytes: Buffer, hop: Hop): void {
    this.#trace('out', message, bytes, hop.transport, hop);
    const transport = this.#pick(hop);
    if (transport === undefined) this.#failed(hop, new Unreachable(hop, 'no such transport'));
    else transport.send(bytes, hop);
  }

  /** By name; between an IPv4 and an IPv6 transport, by the address. */
  #pick(hop: Hop): Transport | undefined {
    const v6 = isV6(hop.host);
    let other: Transport | undefined;
    for (const transport of this.#transports) {
      if (transport.name !== hop.transport) continue;
      if (hop.flow !== undefined || isV6(transport.local.host) === v6) return transport;
      other ??= transport;
    }
    return other;
  }

  #failed(hop: Hop, why: Error): void {
    this.#log.debug({ hop, why: why.message }, 'send failed');
    queueMicrotask(() => {
      try {
        this.#user.failed(hop, why);
      } catch (error) {
        this.#log.error({ err: error, hop }, 'a failed send could not be handled');
      }
    });
  }

  #arrived(bytes: Uint8Array, from: Arrival): void {
    if (this.#arrivals === undefined) return this.#received(bytes, from, undefined);
    const urgent = isUrgent(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (this.#arrivals.add([bytes, from], urgent) || from.transport === 'UDP') return;
    // Over UDP its sender says it again; here nobody would, and it has to have an answer.
    const request = beginning(bytes, from);
    if (request) this.#shed(request, bytes, from);
  }

  /** After all that came before over the same transport. */
  #inTurn(act: () => void): void {
    if (this.#arrivals) this.#arrivals.addLast([act]);
    else act();
  }

  #handle(arrived: Arrived, waitedMs: number): void {
    if (arrived.length === 2) return this.#received(arrived[0], arrived[1], waitedMs);
    try {
      arrived[0]();
    } catch (error) {
      this.#log.error({ err: error }, 'the end of a connection could not be handled');
    }
  }

  #received(bytes: Uint8Array, from: Arrival, waitedMs: number | undefined): void {
    try {
      this.#accept(bytes, from, waitedMs);
    } catch (error) {
      // A bug of ours that one message uncovered must not cost the other calls.
      this.#log.error({ err: error, remote: formatAddress(from.remote) }, 'a message could not be handled');
    }
  }

  #accept(bytes: Uint8Array, from: Arrival, waitedMs: number | undefined): void {
    if (isKeepAlive(bytes)) return;
    const admission = this.#admitUnread(bytes, from, waitedMs);
    if (admission === 'shed') return;
    const parsed = parseMessage(bytes);
    if (!parsed.ok) {
      const { request, problem, isResponse } = parsed.error;
      if (request === undefined || isResponse) return;
      stamp(request, from);
      this.#refuse(request, problem, bytes, from);
      return;
    }
    const message = parsed.value;
    if (message.kind === 'request') {
      stamp(message, from);
      const problem = checkRequest(message);
      if (problem !== undefined) return this.#refuse(message, problem, bytes, from);
      if (admission !== 'admitted' && this.#isTooMuch(message, from, waitedMs)) return this.#shed(message, bytes, from);
    } else if (checkResponse(message) !== undefined || !this.#sentBy.has(sentBy(message.head.via))) {
      return;
    }
    this.#trace('in', message, bytes, from.transport, from.remote);
    this.#user.message(message, from);
  }

  /**
   * While requests have waited for long, most of those that want to begin something are refused: that is decided, and answered, from
   * their first line and the header fields that the answer copies (W8).
   */
  #admitUnread(bytes: Uint8Array, from: Arrival, waitedMs: number | undefined): 'shed' | 'admitted' | 'undecided' {
    if (waitedMs === undefined || this.#overload?.overloaded !== true) return 'undecided';
    const request = beginning(bytes, from);
    if (request === undefined || this.#user.isNew?.(request) === false) return 'undecided';
    if (this.#overload.admits(from, waitedMs)) return 'admitted';
    this.#shed(request, bytes, from);
    return 'shed';
  }

  /** What a stream's framing found wrong comes before what the message itself may have wrong. */
  #refusedByTransport(bytes: Uint8Array, problem: Problem, from: Arrival): void {
    const parsed = parseMessage(bytes);
    const message = parsed.ok ? parsed.value : parsed.error.request;
    if (message?.kind !== 'request' || !message.headers.has('Via')) return;
    stamp(message, from);
    this.#refuse(message, problem, bytes, from);
  }

  /** Answers what cannot be handled, once, without a transaction; an ACK has no answer. */
  #refuse(request: SipRequest, problem: Problem, bytes: Uint8Array, from: Arrival): void {
    if (this.#overload?.answersMalformed(from) === false) return;
    this.#trace('in', request, bytes, from.transport, from.remote);
    this.#log.debug({ problem, remote: formatAddress(from.remote) }, 'malformed request');
    if (request.method === 'ACK') return;
    // Not in a header field: an answer to a forged source may hardly be longer than what came.
    const reason = problem.status === 400 ? phraseOf(problem.detail) : problem.reason;
    const response = createResponse(request, problem.status, reason, { toTag: statelessTag(bytes) });
    this.sendResponse(response, from);
  }

  #isTooMuch(request: SipRequest, from: Arrival, waitedMs: number | undefined): boolean {
    if (this.#overload === undefined || request.method === 'ACK' || this.#user.isNew?.(request) === false) return false;
    return !this.#overload.admits(from, waitedMs);
  }

  /** Refuses without transaction and without trace: the less this costs, the more is left for others. RFC 3261 §21.5.4. */
  #shed(request: SipRequest, bytes: Uint8Array, from: Arrival): void {
    const response = createResponse(request, 503, undefined, {
      toTag: statelessTag(bytes),
      headers: [['Retry-After', String(RETRY_AFTER_SECONDS)]],
    });
    const hop = this.hopBack(request, from);
    this.#pick(hop)?.send(printMessage(response), hop);
  }

  #trace(direction: 'in' | 'out', message: SipMessage, bytes: Uint8Array, transport: TransportName, to: Address): void {
    if (this.#taps.length === 0) return;
    const remote = { host: to.host, port: to.port };
    const { host, port } = this.localFor({ transport, ...remote });
    const local = { host, port };
    const traced: Traced = { direction, message, bytes, transport, remote, local, at: this.#clock.wall() };
    for (const tap of this.#taps) {
      try {
        tap(traced);
      } catch (error) {
        this.#log.error({ err: error, sipCallId: message.headers.get('Call-ID') }, 'a message could not be traced');
      }
    }
  }
}

function sentBy({ transport, host, port }: { transport: string; host: string; port?: number }): string {
  return `${transport} ${host}:${port ?? 5060}`;
}

/** A request that wants to begin something, read as far as an answer needs it; undefined for all else, and for what is not as usual. */
function beginning(bytes: Uint8Array, from: Arrival): SipRequest | undefined {
  if (isUrgent(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))) return undefined;
  const part = skim(bytes);
  const parsed = part && parseMessage(part);
  if (!parsed?.ok || parsed.value.kind !== 'request' || !parsed.value.readHead().ok) return undefined;
  stamp(parsed.value, from);
  return parsed.value;
}

/** The top Via, also of a message whose other header fields cannot be read. */
function topVia(message: SipMessage): Via | undefined {
  const head = readHead(message);
  if (head.ok) return head.value.via;
  const [first] = message.headers.all('Via');
  const via = first === undefined ? undefined : parseVia(first);
  return via?.ok === true ? via.value : undefined;
}

/** The To tag of an answer given without state: the same each time the same request comes. RFC 3261 §8.2.7. */
function statelessTag(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

function stamp(request: SipRequest, from: Arrival): void {
  const via = topVia(request);
  const stamped = via === undefined ? undefined : stampVia(via, from);
  if (stamped !== undefined) request.setTopVia(stamped);
}

const CR = 13;
const LF = 10;

/** Line ends only, or nothing: what clients send to keep a NAT binding open. RFC 5626 §4.4.1. */
function isKeepAlive(bytes: Uint8Array): boolean {
  return bytes.length <= 4 && bytes.every((byte) => byte === CR || byte === LF || byte === 0);
}

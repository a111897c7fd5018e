import type { Logger } from '../log/logger.ts';
import { createResponse, detached, SipRequest, type SipMessage, type SipResponse } from '../message/index.ts';
import { TurnoverMap } from '../collections/turnover-map.ts';
import type { Clock } from '../time/clock.ts';
import { formatAddress, type Arrival, type Hop, type TransportLayer } from '../transport/index.ts';
import { newBranch, newTag, secureRandom } from './branch.ts';
import { ClientRunner, type ClientHost, type ClientTransaction, type ClientUser } from './client.ts';
import { FailoverClient, type Attempt } from './failover.ts';
import { ackFor, cancelFor } from './derived-requests.ts';
import { startInviteClient, stepInviteClient, type InviteClient } from './invite-client.ts';
import { startInviteServer, stepInviteServer, type InviteServer } from './invite-server.ts';
import { acknowledges, clientKey, responseKey, serverKey } from './matching.ts';
import { startNonInviteClient, stepNonInviteClient, type NonInviteClient } from './non-invite-client.ts';
import { startNonInviteServer, stepNonInviteServer, type NonInviteServer } from './non-invite-server.ts';
import { tooLargeForUdp } from './oversize.ts';
import { LingeringTransactions, type Lingering } from './lingering.ts';
import { ServerRunner, type ServerHost, type ServerTransaction } from './server.ts';
import { STANDARD_TIMERS, type TimerValues } from './timers.ts';

type Client = ClientRunner<InviteClient> | ClientRunner<NonInviteClient>;
type Server = ServerRunner<InviteServer> | ServerRunner<NonInviteServer>;

/** Of a client transaction other than INVITE: what comes late says nothing that anybody wants to know. */
const ABSORBED: Lingering = {};

export interface TransactionOptions {
  readonly transport: TransportLayer;
  readonly clock: Clock;
  readonly log: Logger;
  /** Numbers in [0, 1) for branches; by default from the system's cryptographic generator. */
  readonly random?: () => number;
  readonly timers?: Partial<TimerValues>;
}

/** Matches messages to transactions and runs them. RFC 3261 §17, RFC 6026, RFC 4320. */
export class TransactionLayer {
  /** A new request, never an ACK. Of a CANCEL, `tx.cancels` is the INVITE, if we know one. */
  onRequest: (tx: ServerTransaction) => void = () => {};
  /** The ACK to a 2xx. */
  onAck: (ack: SipRequest, from: Arrival) => void = () => {};
  /** A response that belongs to no client transaction. */
  onStrayResponse: (response: SipResponse) => void = () => {};
  /** A 2xx to an INVITE whose user has released it: repeated, or of another branch. `hop` is where the INVITE went. */
  onLateAnswer: (response: SipResponse, hop: Hop) => void = () => {};
  onFlowClosed: (flow: string) => void = () => {};
  /** Whoever was told of a message, a timeout or an end threw; the error is logged, with the request's Call-ID (W3). */
  onFailed: (request: SipRequest, error: unknown) => void = () => {};
  /** Does this request belong to a dialog of ours? Such requests are not limited under overload. */
  inDialog: (request: SipRequest) => boolean = () => false;

  readonly #transport: TransportLayer;
  readonly #log: Logger;
  readonly #random: () => number;
  readonly #timers: TimerValues;
  /** By keys that stand for themselves: put together of pieces of a message, one would keep the whole of it. */
  readonly #clients = new TurnoverMap<string, Client>();
  readonly #servers = new TurnoverMap<string, Server>();
  readonly #restingClients: LingeringTransactions;
  readonly #restingServers: LingeringTransactions;
  readonly #clientHost: ClientHost;
  readonly #serverHost: ServerHost;
  #closed = false;

  constructor({ transport, clock, log, random = secureRandom, timers }: TransactionOptions) {
    this.#transport = transport;
    this.#log = log;
    this.#random = random;
    this.#timers = { ...STANDARD_TIMERS, ...timers };
    this.#restingClients = new LingeringTransactions(clock);
    this.#restingServers = new LingeringTransactions(clock);
    this.#clientHost = {
      clock,
      send: (request, hop, printed) => transport.sendRequest(request, hop, printed),
      ack: ({ request, hop }, response) => {
        transport.sendRequest(ackFor(request, response), hop);
      },
      cancel: (client, extra) => this.#cancel(client, extra),
      failed: ({ request }, error) => this.#failed(request, error),
      ended: (client) => this.#clients.delete((client as Client).key),
      rest: (client, ms) => {
        const { key, hop } = client as Client;
        this.#clients.delete(key);
        this.#restingClients.add(key, ms, client.request.method === 'INVITE' ? { hop } : ABSORBED);
      },
    };
    this.#serverHost = {
      clock,
      send: (response, hop, printed) => transport.sendResponse(response, hop, printed),
      ack: (ack, { arrival }) => this.onAck(ack, arrival),
      failed: ({ request }, error) => this.#failed(request, error),
      ended: (server) => this.#servers.delete((server as Server).key),
      rest: (server, ms, left) => {
        const { key } = server as Server;
        this.#servers.delete(key);
        this.#restingServers.add(key, ms, left);
      },
    };
    transport.receive({
      message: (message, from) => this.#received(message, from),
      isNew: (request) => this.#isNew(request),
      flowClosed: (flow) => this.#flowClosed(flow),
      failed: (hop, why) => this.#senderTo(hop)?.feed({ input: 'transportError', why }),
    });
  }

  /**
   * Sends a request in a transaction of its own, with our Via (branch, rport) and, where it lacks one, Max-Forwards.
   * The request must not be changed afterwards. One that was sent before is copied, because the earlier transaction
   * still needs it as it was: `request` of the result is what was sent. When the hop fails, its `others` are tried. A
   * request too large for UDP goes over TCP, and over UDP after all where TCP is refused (RFC 3261 §18.1.1).
   */
  request(request: SipRequest, hop: Hop, user: ClientUser): ClientTransaction {
    const attempts = this.#attempts(request, hop);
    if (attempts === undefined) return this.#begin(request, hop, user);
    return new FailoverClient((each, to, watch) => this.#begin(each, to, watch), request, attempts, user);
  }

  #begin(request: SipRequest, hop: Hop, user: ClientUser): ClientTransaction {
    if (this.#closed) return stillborn(request, hop, user);
    const fresh = request.headers.has('Via') ? withoutVia(request) : request;
    const branch = this.#address(fresh, hop);
    return this.#start(fresh, hop, branch, user);
  }

  /** Sends the ACK to a 2xx: no transaction, a branch of its own. Given the same ACK again it repeats it as it was. */
  sendAck(ack: SipRequest, hop: Hop): void {
    if (!ack.headers.has('Via')) this.#address(ack, hop);
    this.#transport.sendRequest(ack, hop);
  }

  /** Transactions that have not ended. */
  counts(): { client: number; server: number } {
    return {
      client: this.#clients.size + this.#restingClients.size,
      server: this.#servers.size + this.#restingServers.size,
    };
  }

  /** Client transactions that still wait for their final response. */
  unanswered(): number {
    let count = 0;
    for (const client of this.#clients.values()) if (!client.answered) count++;
    return count;
  }

  /** Ends every transaction without telling anybody. What arrives is ignored from now on; new requests fail. */
  close(): void {
    this.#closed = true;
    this.#transport.receive({ message() {}, flowClosed() {}, failed() {} });
    for (const client of this.#clients.values()) client.dispose();
    for (const server of this.#servers.values()) server.dispose();
    this.#clients.clear();
    this.#servers.clear();
    this.#restingClients.clear();
    this.#restingServers.clear();
  }

  /** Every address to try; undefined for the usual case of just this one. */
  #attempts(request: SipRequest, hop: Hop): [Attempt, ...Attempt[]] | undefined {
    const overTcp = hop.transport === 'UDP' && this.#transport.has('TCP') && tooLargeForUdp(request);
    if (!overTcp && hop.others === undefined) return undefined;
    const attempts = [hop, ...(hop.others ?? [])].flatMap((each): Attempt[] => {
      const asked = { hop: each, sameServer: false };
      if (!overTcp || each.transport !== 'UDP') return [asked];
      return [
        { hop: { ...each, transport: 'TCP' }, sameServer: false },
        { hop: each, sameServer: true },
      ];
    });
    return attempts as [Attempt, ...Attempt[]];
  }

  /** Puts our Via on top; returns its branch. */
  #address({ headers }: SipRequest, hop: Hop): string {
    const branch = newBranch(this.#random);
    const local = this.#transport.localFor(hop);
    if (!headers.has('Max-Forwards')) headers.prepend('Max-Forwards', '70');
    headers.prepend('Via', `SIP/2.0/${local.transport} ${formatAddress(local)};branch=${branch};rport`);
    return branch;
  }

  #start(request: SipRequest, hop: Hop, branch: string, user: ClientUser): Client {
    const setup = { reliable: this.#transport.isReliable(hop.transport), timers: this.#timers };
    const key = detached(clientKey(branch, request.method));
    const options = { request, hop: { ...hop, sender: key }, key, host: this.#clientHost, setup, user };
    const client =
      request.method === 'INVITE'
        ? new ClientRunner(options, stepInviteClient, startInviteClient)
        : new ClientRunner(options, stepNonInviteClient, startNonInviteClient);
    this.#clients.set(key, client);
    return client;
  }

  /** Each transaction has a hop object of its own that names it. @returns the one that sent to this very hop, while at work */
  #senderTo(hop: Hop): Client | Server | undefined {
    if (hop.sender === undefined) return undefined;
    return [this.#clients.get(hop.sender), this.#servers.get(hop.sender)].find((sender) => sender?.hop === hop);
  }

  /** CANCEL is a transaction of its own on the INVITE's branch; how it ends matters to nobody. RFC 3261 §9.1. */
  #cancel({ request, hop }: ClientTransaction, extra: Iterable<readonly [string, string]>): void {
    const branch = request.head.via.params.get('branch')!;
    this.#start(cancelFor(request, extra), hop, branch, { response() {}, timeout() {}, transportError() {} });
  }

  #received(message: SipMessage, from: Arrival): void {
    if (message.kind === 'request') return this.#receivedRequest(message, from);
    const key = responseKey(message);
    const client = this.#clients.get(key);
    if (client === undefined) this.#receivedLate(message, key);
    else client.feed({ input: 'response', response: message });
  }

  #receivedLate(response: SipResponse, key: string): void {
    const lingering = this.#restingClients.get(key);
    if (lingering === undefined) return this.onStrayResponse(response);
    const { hop } = lingering;
    if (
      hop !== undefined &&
      response.head.cseq.method === 'INVITE' &&
      response.status >= 200 &&
      response.status < 300
    ) {
      this.onLateAnswer(response, hop);
    }
  }

  #isNew(request: SipRequest): boolean {
    if (request.head.toTag !== undefined && this.inDialog(request)) return false;
    if (this.#knows(serverKey(request))) return false;
    return request.method !== 'CANCEL' || !this.#knows(serverKey(request, 'INVITE'));
  }

  #knows(key: string): boolean {
    return this.#servers.has(key) || this.#restingServers.get(key) !== undefined;
  }

  #receivedRequest(request: SipRequest, arrival: Arrival): void {
    const key = serverKey(request);
    const known = this.#servers.get(key);
    const lingering = known ? undefined : this.#restingServers.get(key);
    if (request.method === 'ACK') {
      if (known === undefined || !acknowledges(request, known.toTag)) this.#acknowledged(request, arrival);
      else known.feed({ input: 'ack', ack: request });
    } else if (known !== undefined) known.feed({ input: 'request' });
    else if (lingering !== undefined) this.#repeat(lingering, request);
    else this.#serve(request, arrival, detached(key));
  }

  #acknowledged(ack: SipRequest, arrival: Arrival): void {
    try {
      this.onAck(ack, arrival);
    } catch (error) {
      this.#failed(ack, error);
    }
  }

  /** A request that was answered came again; an INVITE's 2xx is for the UAS core to repeat (RFC 6026 §8.7). */
  #repeat({ answer, hop }: Lingering, request: SipRequest): void {
    if (answer === undefined || hop === undefined) return;
    if ('printed' in answer) this.#transport.resend(Buffer.from(answer.printed, 'latin1'), hop);
    else this.#transport.sendResponse(createResponse(request, answer.status, answer.reason), hop);
  }

  #serve(request: SipRequest, arrival: Arrival, key: string): void {
    const setup = { reliable: this.#transport.isReliable(arrival.transport), timers: this.#timers };
    const hop = { ...this.#transport.hopBack(request, arrival), sender: key };
    const cancels = request.method === 'CANCEL' ? this.#servers.get(serverKey(request, 'INVITE')) : undefined;
    const options = { request, arrival, hop, key, host: this.#serverHost, setup, cancels };
    const server =
      request.method === 'INVITE'
        ? new ServerRunner(options, stepInviteServer, startInviteServer)
        : new ServerRunner(options, stepNonInviteServer, startNonInviteServer);
    this.#servers.set(key, server);
    const finished = request.method === 'CANCEL' ? this.#restingServers.get(serverKey(request, 'INVITE')) : undefined;
    if (finished !== undefined) {
      // It comes too late to change anything. RFC 3261 §9.2.
      server.respond(createResponse(request, 200, undefined, { toTag: finished.toTag ?? newTag(this.#random) }));
      return;
    }
    try {
      this.onRequest(server);
    } catch (error) {
      this.#failed(request, error);
      if ((server.lastStatus ?? 100) < 200)
        server.respond(createResponse(request, 500, undefined, { toTag: newTag(this.#random) }));
    }
  }

  #failed(request: SipRequest, error: unknown): void {
    const { callId } = request.head;
    this.#log.error({ err: error, method: request.method, sipCallId: callId }, 'a request could not be handled');
    try {
      this.onFailed(request, error);
    } catch (second) {
      this.#log.error({ err: second, sipCallId: callId }, 'what had failed could not be ended');
    }
  }

  #flowClosed(flow: string): void {
    for (const client of this.#clients.values()) {
      if (client.hop.flow !== flow) continue;
      client.feed({ input: 'transportError', why: new Error(`flow ${flow} was closed`) });
    }
    this.onFlowClosed(flow);
  }
}

function withoutVia({ method, uri, headers, body }: SipRequest): SipRequest {
  const copy = headers.clone();
  copy.delete('Via');
  return new SipRequest(method, uri, copy, body);
}

/** What becomes of a request after the layer was closed. */
function stillborn(request: SipRequest, hop: Hop, user: ClientUser): ClientTransaction {
  queueMicrotask(() => user.transportError(new Error('the transaction layer is closed')));
  return { request, hop, ended: true, cancel() {}, release() {} };
}

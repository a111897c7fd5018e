/**
 * A phone that is none of our user agents: it answers what comes on one transport by the letter, and keeps it all.
 * Its bytes travel through our transports, its dialogs are a few lines of its own.
 */
import { randomBytes } from 'node:crypto';
import { silent } from '../../src/core/log/logger.ts';
import {
  createRequest,
  createResponse,
  parseMessage,
  printMessage,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../../src/core/message/index.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import {
  ownIdentity,
  TcpTransport,
  TlsTransport,
  UdpTransport,
  type Arrival,
  type Hop,
  type Transport,
} from '../../src/core/transport/index.ts';

export type PhoneTransport = 'UDP' | 'TCP' | 'TLS';

export interface Received<Message = SipMessage> {
  readonly message: Message;
  readonly from: Arrival;
}

export const PHONE_SDP =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40446 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n';

export class RawPhone {
  readonly name: PhoneTransport;
  /** What a request is answered with; an INVITE for which there is nothing yet waits for `respond`. */
  answer: (request: SipRequest) => number | undefined = () => 200;
  readonly received: Received[] = [];
  /** What it says of itself, where that is not where it is: behind a NAT. */
  contact: string | undefined;
  readonly #transport: Transport;
  readonly #secure: boolean;

  static async start(name: PhoneTransport, { secure = false, host = '127.0.0.1' } = {}): Promise<RawPhone> {
    const options = { host, port: 0, clock: new RealClock(), log: silent };
    const identity = await ownIdentity(undefined, ['127.0.0.1'], Date.now());
    const transport: Transport =
      name === 'UDP'
        ? new UdpTransport(options)
        : name === 'TCP'
          ? new TcpTransport(options)
          : new TlsTransport({ ...options, identity, verify: 'public' });
    const phone = new RawPhone(name, transport, secure);
    await transport.start({
      received: (bytes, from) => phone.#receive(bytes, from),
      closed() {},
      failed() {},
    });
    return phone;
  }

  constructor(name: PhoneTransport, transport: Transport, secure: boolean) {
    this.name = name;
    this.#transport = transport;
    this.#secure = secure;
  }

  /** Where it is reached. */
  get uri(): string {
    const { host, port } = this.#transport.local;
    const at = host.includes(':') ? `[${host}]` : host;
    if (this.#secure) return `sips:phone@${at}:${port}`;
    return `sip:phone@${at}:${port}${this.name === 'UDP' ? '' : `;transport=${this.name.toLowerCase()}`}`;
  }

  requests(method: string): Received<SipRequest>[] {
    return this.received.filter(
      (each): each is Received<SipRequest> => each.message.kind === 'request' && each.message.method === method,
    );
  }

  responses(method: string): Received<SipResponse>[] {
    return this.received.filter(
      (each): each is Received<SipResponse> =>
        each.message.kind === 'response' && each.message.head.cseq.method === method,
    );
  }

  /** Sends a request of its own; `headers` add to those that every request needs. An INVITE has a description. */
  send(
    method: string,
    uri: string,
    to: Hop,
    headers: readonly [string, string][],
    body = method === 'INVITE' ? PHONE_SDP : '',
  ): SipRequest {
    const { host, port } = this.#transport.local;
    const at = host.includes(':') ? `[${host}]` : host;
    const request = createRequest({
      method,
      uri,
      headers: [
        ['Via', `SIP/2.0/${this.name} ${at}:${port};branch=z9hG4bK${randomBytes(8).toString('hex')};rport`],
        ['Max-Forwards', '70'],
        ['Contact', `<${this.contact ?? this.uri}>`],
        ...(method === 'INVITE' ? ([['Content-Type', 'application/sdp']] as const) : []),
        ...headers,
      ],
      ...(body === '' ? {} : { body }),
    });
    this.#transport.send(printMessage(request), to);
    return request;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #receive(bytes: Uint8Array, from: Arrival): void {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) return;
    const message = parsed.value;
    this.received.push({ message, from });
    if (message.kind === 'response' || message.method === 'ACK') return;
    const status = this.answer(message) ?? (message.method === 'INVITE' ? undefined : 200);
    if (status !== undefined) this.#respond(message, status, from);
    if (message.method === 'CANCEL') this.respond(487);
  }

  /** Answers the last INVITE. */
  respond(status: number): void {
    const invite = this.requests('INVITE').at(-1);
    if (!invite) throw new Error('there was no INVITE');
    this.#respond(invite.message, status, invite.from);
  }

  #respond(request: SipRequest, status: number, { transport, remote, flow }: Arrival): void {
    const described = request.method === 'INVITE' && status === 200;
    const response = createResponse(request, status, undefined, {
      toTag: 'phone',
      headers: [
        ['Contact', `<${this.contact ?? this.uri}>`],
        ...(described ? ([['Content-Type', 'application/sdp']] as const) : []),
      ],
      ...(described ? { body: Buffer.from(PHONE_SDP) } : {}),
    });
    this.#transport.send(printMessage(response), { transport, ...remote, ...(flow === undefined ? {} : { flow }) });
  }
}

/** A peer that speaks SIP word by word: sends what a test writes, keeps what it gets. For what a user agent of ours never says. */
import { createRequest, createResponse, parseMessage, printMessage } from '../../src/core/message/index.ts';
import type { SipMessage, SipRequest, SipResponse } from '../../src/core/message/index.ts';
import type { Hop, Transport } from '../../src/core/transport/index.ts';
import type { MemoryNetwork } from './memory-network.ts';

type Fields = [name: string, value: string][];

export class Wire {
  readonly hop: Hop;
  readonly requests: SipRequest[] = [];
  readonly responses: SipResponse[] = [];
  /** Reacts to a request as it comes. */
  onRequest: (request: SipRequest) => void = () => {};
  readonly #transport: Transport;
  #branches = 0;

  private constructor(transport: Transport) {
    this.#transport = transport;
    this.hop = { transport: 'UDP', ...transport.local };
  }

  static async start(network: MemoryNetwork, host: string): Promise<Wire> {
    const wire = new Wire(network.endpoint(host));
    await wire.#transport.start({
      received: (bytes) => wire.#receive(bytes),
      closed() {},
      failed() {},
    });
    return wire;
  }

  get contact(): string {
    return `<sip:wire@${this.hop.host}:${this.hop.port}>`;
  }

  /** Sends a request with a Via of its own; From, To, Call-ID and CSeq are among the fields. */
  request(method: string, to: Hop, fields: Fields, body = '', uri = `sip:bob@${to.host}`): SipRequest {
    this.#branches += 1;
    const via = `SIP/2.0/UDP ${this.hop.host}:${this.hop.port};branch=z9hG4bKwire${this.#branches}`;
    const request = createRequest({ method, uri, headers: [['Via', via], ...fields], body });
    this.send(request, to);
    return request;
  }

  respond(
    request: SipRequest,
    status: number,
    {
      tag = 'wire',
      fields = [],
      body = '',
      type = 'application/sdp',
    }: { tag?: string; fields?: Fields; body?: string; type?: string } = {},
  ): void {
    const headers: Fields = [['Contact', this.contact], ...fields];
    if (body !== '') headers.push(['Content-Type', type]);
    const via = request.head.via;
    const response = createResponse(request, status, undefined, { toTag: tag, headers, body });
    this.send(response, { transport: 'UDP', host: via.host, port: via.port ?? 5060 });
  }

  send(message: SipMessage, to: Hop): void {
    this.#transport.send(printMessage(message), to);
  }

  /** Responses to a method, 100 left out. */
  statuses(method: string): number[] {
    return this.responses
      .filter(({ status, head }) => head.cseq.method === method && status !== 100)
      .map(({ status }) => status);
  }

  of(method: string): SipRequest[] {
    return this.requests.filter((request) => request.method === method);
  }

  #receive(bytes: Uint8Array): void {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) throw new Error('a user agent of ours sent what cannot be read');
    if (parsed.value.kind === 'response') this.responses.push(parsed.value);
    else {
      this.requests.push(parsed.value);
      this.onRequest(parsed.value);
    }
  }
}

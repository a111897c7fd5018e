/** A stateless proxy on the memory network that stays in the path of every dialog. RFC 3261 §16.11, §16.12. */
import { isSipUri, parseMessage, parseNameAddr, parseUri, printMessage } from '../../src/core/message/index.ts';
import type { SipRequest, SipResponse, Uri } from '../../src/core/message/index.ts';
import type { Hop, Transport } from '../../src/core/transport/index.ts';
import type { MemoryNetwork } from './memory-network.ts';

export class RecordRoutingProxy {
  readonly hop: Hop;
  /** Start lines of the requests that went through. */
  readonly seen: string[] = [];
  readonly #transport: Transport;

  private constructor(transport: Transport) {
    this.#transport = transport;
    this.hop = { transport: 'UDP', ...transport.local };
  }

  static async start(network: MemoryNetwork, host: string): Promise<RecordRoutingProxy> {
    const proxy = new RecordRoutingProxy(network.endpoint(host));
    await proxy.#transport.start({ received: (bytes) => proxy.#receive(bytes), closed() {}, failed() {} });
    return proxy;
  }

  #receive(bytes: Uint8Array): void {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) throw new Error('the proxy got what cannot be read');
    if (parsed.value.kind === 'request') this.#request(parsed.value);
    else this.#response(parsed.value);
  }

  #request(request: SipRequest): void {
    const { headers, method } = request;
    this.seen.push(method);
    const [own, ...routes] = headers.all('Route');
    if (own !== undefined) headers.set('Route', routes);
    if (request.head.toTag === undefined) headers.prepend('Record-Route', `<sip:${this.hop.host};lr>`);
    // The branch follows from that of the request, so that a repeated one, and its CANCEL, look the same (§16.11).
    const branch = request.head.via.params.get('branch');
    headers.prepend('Via', `SIP/2.0/UDP ${this.hop.host}:${this.hop.port};branch=${branch}p`);
    const next = routes[0] === undefined ? request.uri : routes[0];
    this.#transport.send(printMessage(request), hopOf(uriOf(next)));
  }

  #response(response: SipResponse): void {
    const vias = response.headers.all('Via').slice(1);
    response.headers.set('Via', vias);
    const { host, port = 5060 } = response.head.via;
    this.#transport.send(printMessage(response), { transport: 'UDP', host, port });
  }
}

function uriOf(text: string): Uri {
  const route = text.startsWith('<') ? parseNameAddr(text) : undefined;
  if (route?.ok) return route.value.uri;
  const uri = parseUri(text);
  if (!uri.ok) throw new Error(uri.error);
  return uri.value;
}

function hopOf(uri: Uri): Hop {
  if (!isSipUri(uri)) throw new Error('the proxy knows SIP URIs only');
  return { transport: 'UDP', host: uri.host, port: uri.port ?? 5060 };
}

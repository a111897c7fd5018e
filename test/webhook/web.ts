import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { WebhookExchange } from '../../src/nouns/application.ts';
import { silent } from '../../src/core/log/logger.ts';
import { WebhookClient } from '../../src/core/webhook/client.ts';
import type { WebhookClientOptions } from '../../src/core/webhook/client.ts';
import type { WebhookRequest } from '../../src/core/webhook/exchange.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

export interface Asked {
  method: string;
  /** Path and query as they came. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

type Handler = (asked: Asked, response: ServerResponse) => void;

export const TWIML = '<Response><Hangup/></Response>';

/** Answers with TwiML. */
export const twiml: Handler = (_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/xml' }).end(TWIML);
};

/** A real HTTP server on loopback. */
export class Application implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(handler: Handler, server: Server) {
    this.#server = server;
    server.on('request', (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const asked: Asked = {
          method: request.method ?? '',
          path: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        };
        this.asked.push(asked);
        handler(asked, response);
      });
    });
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(handler: Handler = twiml, server: Server = createServer(), port = 0): Promise<Application> {
    const application = new Application(handler, server);
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    return application;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  url(path = '/', host = '127.0.0.1'): URL {
    return new URL(path, `http://${host}:${this.port}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}

/** A client in virtual time that may go anywhere, and what it told. */
export function makeClient(options: Partial<WebhookClientOptions> = {}) {
  const clock = new VirtualClock();
  const exchanges: WebhookExchange[] = [];
  const requests: WebhookRequest[] = [];
  let ids = 0;
  const client = new WebhookClient({
    clock,
    log: silent,
    id: () => `exchange-${(ids += 1)}`,
    authToken: () => undefined,
    timeoutMs: () => 15_000,
    mayReach: () => true,
    finished: (exchange, request) => {
      exchanges.push(exchange);
      requests.push(request);
    },
    userAgent: 'TwilioProxy/1.1',
    ...options,
  });
  return { client, clock, exchanges, requests };
}

export function ask(url: URL | string, rest: Partial<WebhookRequest> = {}): WebhookRequest {
  return { url: new URL(url), method: 'POST', parameters: [], why: 'voice-url', expects: 'twiml', ...rest };
}

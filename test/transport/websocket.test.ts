import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect as connectPlain, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { WebSocketTransport, type Arrival, type Hop } from '../../src/core/transport/index.ts';
import { silent } from '../../src/core/log/logger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const TOKEN = 'a-token-nobody-guesses';
const ORIGIN = 'http://127.0.0.1:8060';

/** A queue of what happened, awaited one by one. */
class Queue<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  push(item: T): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#items.push(item);
    else next(item);
  }

  next(): Promise<T> {
    const item = this.#items.shift();
    return item === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(item);
  }

  get length(): number {
    return this.#items.length;
  }
}

let server: Server;
let port: number;
let clock: VirtualClock;
let transport: WebSocketTransport;
let received: Queue<{ text: string; from: Arrival }>;
let closed: Queue<string>;
let failed: Queue<{ hop: Hop; why: Error }>;
let logged: string[];

beforeEach(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  clock = new VirtualClock();
  received = new Queue();
  closed = new Queue();
  failed = new Queue();
  logged = [];
  const info = (fields: object, message: string): void => void logged.push(JSON.stringify(fields) + message);
  transport = new WebSocketTransport({
    server,
    token: TOKEN,
    origins: () => [ORIGIN],
    clock,
    log: { ...silent, info, debug: info, warn: info },
  });
  await transport.start({
    received: (bytes, from) => received.push({ text: Buffer.from(bytes).toString(), from }),
    closed: (flow) => closed.push(flow),
    failed: (hop, why) => failed.push({ hop, why }),
  });
});

afterEach(async () => {
  await transport.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

function dial(path = `/sip?token=${TOKEN}`, { origin = ORIGIN, protocol = 'sip' } = {}): WebSocket {
  const options = origin === '' ? {} : { origin };
  return new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol === '' ? [] : [protocol], options);
}

async function connect(): Promise<WebSocket> {
  const client = dial();
  await once(client, 'open');
  return client;
}

/** A handshake of a client that never ends its own half of the connection. */
function holdOn(target: string): Socket {
  const socket = connectPlain({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`);
  return socket.resume();
}

/** The HTTP status a handshake was refused with. */
function refusal(client: WebSocket): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    client.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode);
      client.on('error', () => {});
      client.terminate();
    });
    client.once('open', () => reject(new Error('the handshake was accepted')));
  });
}

async function flowOf(client: WebSocket): Promise<Arrival> {
  client.send('which flow?');
  return (await received.next()).from;
}

describe('the WebSocket handshake', () => {
  it('agrees on the subprotocol sip', async () => {
    const client = await connect();
    expect(client.protocol).toBe('sip');
  });

  it.each<[string, number, string, { origin?: string; protocol?: string }]>([
    ['without a token', 401, '/sip', {}],
    ['with a wrong token', 401, `/sip?token=${TOKEN.slice(1)}`, {}],
    ['from a foreign origin', 403, `/sip?token=${TOKEN}`, { origin: 'http://evil.example.org' }],
    ['without an origin', 403, `/sip?token=${TOKEN}`, { origin: '' }],
    ['without a subprotocol', 400, `/sip?token=${TOKEN}`, { protocol: '' }],
    ['with another subprotocol', 400, `/sip?token=${TOKEN}`, { protocol: 'xmpp' }],
  ])('%s is refused with %i', async (_what, status, path, options) => {
    expect(await refusal(dial(path, options))).toBe(status);
    expect(clock.pending).toBe(0);
  });

  it('never logs the token', async () => {
    await refusal(dial(`/sip?token=${TOKEN}`, { origin: 'http://evil.example.org' }));
    await refusal(dial(`/sip?token=${TOKEN}x`));
    expect(logged).toHaveLength(2);
    expect(logged.join()).not.toContain(TOKEN);
  });

  it('that is refused leaves no connection behind, though the peer holds on', async () => {
    const socket = holdOn('/sip');
    await once(socket, 'end');
    const count = (): Promise<number> =>
      new Promise((resolve) => server.getConnections((_, connections) => resolve(connections)));
    await expect.poll(count).toBe(0);
    socket.destroy();
  });

  it('on a path that only leads to its own is left to others', async () => {
    const others = once(server, 'upgrade');
    const socket = holdOn(`/./sip?token=${TOKEN}`);
    const [, theirs] = (await others) as [unknown, Socket];
    theirs.end('theirs alone');
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toBe('theirs alone');
    socket.destroy();
  });

  it('on another path is left to others', async () => {
    const other = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket: Socket, head) => {
      if (request.url === '/events') other.handleUpgrade(request, socket, head, (client) => client.send('not SIP'));
    });
    const client = new WebSocket(`ws://127.0.0.1:${port}/events`);
    const [data] = (await once(client, 'message')) as [Buffer];
    expect(data.toString()).toBe('not SIP');
    client.terminate();
    await once(client, 'close');
    expect(received.length).toBe(0);
  });
});

describe('a WebSocket flow', () => {
  it('carries messages both ways, and each client has a flow of its own', async () => {
    const first = await connect();
    const second = await connect();
    const firstFlow = await flowOf(first);
    const secondFlow = await flowOf(second);
    expect(firstFlow.flow).not.toBe(secondFlow.flow);
    expect(firstFlow).toMatchObject({ transport: 'WS', local: { host: '127.0.0.1', port } });
    expect(firstFlow.remote.host).toBe('127.0.0.1');
    const heard = once(second, 'message');
    transport.send(Buffer.from('to the second'), { transport: 'WS', ...secondFlow.remote, flow: secondFlow.flow! });
    const [data, isBinary] = (await heard) as [Buffer, boolean];
    expect([data.toString(), isBinary]).toEqual(['to the second', false]);
  });

  it('takes binary frames too, and sends them where a message is not UTF-8', async () => {
    const client = await connect();
    client.send(Buffer.from('binary'));
    const { text, from } = await received.next();
    expect(text).toBe('binary');
    const heard = once(client, 'message');
    transport.send(Buffer.from([0x53, 0xff, 0xfe]), { transport: 'WS', ...from.remote, flow: from.flow! });
    const [data, isBinary] = (await heard) as [Buffer, boolean];
    expect([[...data], isBinary]).toEqual([[0x53, 0xff, 0xfe], true]);
  });

  it('answers a double CRLF with a single one', async () => {
    const client = await connect();
    const heard = once(client, 'message');
    client.send('\r\n\r\n');
    const [data] = (await heard) as [Buffer];
    expect(data.toString()).toBe('\r\n');
    expect(received.length).toBe(0);
  });

  it('is cut when a message is longer than 64 KB', async () => {
    const client = await connect();
    const { flow } = await flowOf(client);
    const gone = once(client, 'close');
    client.send('x'.repeat(65_537));
    const [code] = (await gone) as [number];
    expect(code).toBe(1009);
    expect(await closed.next()).toBe(flow);
  });

  it('is reported when it closes, and sending on it then fails', async () => {
    const client = await connect();
    const { flow, remote } = await flowOf(client);
    client.close();
    expect(await closed.next()).toBe(flow);
    const hop: Hop = { transport: 'WS', ...remote, flow: flow! };
    transport.send(Buffer.from('hello?'), hop);
    expect((await failed.next()).hop).toBe(hop);
    expect(clock.pending).toBe(0);
  });

  it('is kept alive by pings while the peer answers', async () => {
    const client = await connect();
    await flowOf(client);
    for (let round = 0; round < 3; round++) {
      const pinged = once(client, 'ping');
      clock.advance(10_000);
      await pinged;
      // The pong is on its way before this.
      await flowOf(client);
    }
    expect(closed.length).toBe(0);
    expect(clock.pending).toBe(1);
  });

  it('W5: is cut when the peer has not answered a ping by the next: one that vanished is noticed within 20 s', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/sip?token=${TOKEN}`, ['sip'], {
      origin: ORIGIN,
      autoPong: false,
    });
    await once(client, 'open');
    const { flow } = await flowOf(client);
    const pinged = once(client, 'ping');
    clock.advance(10_000);
    await pinged;
    clock.advance(10_000);
    expect(await closed.next()).toBe(flow);
    expect(clock.pending).toBe(0);
  });
});

describe('closing the WebSocket transport', () => {
  it('closes its flows, leaves the server to its owner and no timer or listener behind', async () => {
    const client = await connect();
    const { flow, remote } = await flowOf(client);
    const heard = once(client, 'message');
    const gone = once(client, 'close');
    transport.send(Buffer.from('last words'), { transport: 'WS', ...remote, flow: flow! });
    await transport.close();
    expect(((await heard) as [Buffer])[0].toString()).toBe('last words');
    expect(((await gone) as [number])[0]).toBe(1001);
    expect(server.listening).toBe(true);
    expect(server.listenerCount('upgrade')).toBe(0);
    expect(clock.pending).toBe(0);
    expect(closed.length).toBe(0);
  });

  it('does not wait longer than half a second for a peer that does not answer', async () => {
    const client = await connect();
    await flowOf(client);
    client.pause();
    const closing = transport.close();
    clock.advance(500);
    await closing;
    expect(clock.pending).toBe(0);
    client.terminate();
  });
});

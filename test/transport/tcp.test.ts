import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import { AddressInUse, TcpTransport, TransportLayer, type Arrival, type Hop } from '../../src/core/transport/index.ts';
import type { StreamLimits } from '../../src/core/transport/stream-transport.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const disposers: (() => unknown)[] = [];

afterEach(async () => {
  for (const dispose of disposers.splice(0).toReversed()) await dispose();
});

interface Side {
  readonly transport: TcpTransport;
  readonly clock: VirtualClock;
  readonly messages: { text: string; from: Arrival }[];
  readonly failures: { hop: Hop; why: Error }[];
  readonly closed: string[];
  /** Where others reach it. */
  readonly hop: Hop;
}

interface Listening {
  readonly host?: string;
  readonly port?: number;
  readonly limits?: Partial<StreamLimits>;
}

async function listen({ host = '127.0.0.1', port = 0, limits = {} }: Listening = {}): Promise<Side> {
  const clock = new VirtualClock();
  const transport = new TcpTransport({ host, port, clock, log: silent, limits });
  const side = { transport, clock, messages: [], failures: [], closed: [] } as Omit<Side, 'hop'>;
  await transport.start({
    received: (bytes, from) => side.messages.push({ text: Buffer.from(bytes).toString(), from }),
    closed: (flow) => side.closed.push(flow),
    failed: (hop, why) => side.failures.push({ hop, why }),
  });
  disposers.push(async () => {
    await transport.close();
    expect(clock.pending).toBe(0);
  });
  return { ...side, hop: { transport: 'TCP', ...transport.local } };
}

/** A plain connection to it, and all that was answered. */
async function plain(to: Hop): Promise<{ socket: Socket; heard: () => string; gone: Promise<unknown> }> {
  const socket = connect(to.port, to.host);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.on('error', () => {});
  const gone = new Promise((resolve) => socket.once('close', resolve));
  disposers.push(() => socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, heard: () => text, gone };
}

function options(callId: string, length = 'Content-Length: 0\r\n'): string {
  return `OPTIONS sip:bob@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:5999;branch=z9hG4bK${callId}\r\nFrom: <sip:a@a.test>;tag=1\r\nTo: <sip:b@b.test>\r\nCall-ID: ${callId}\r\nCSeq: 1 OPTIONS\r\n${length}\r\n`;
}

describe('TCP', () => {
  it.each(['127.0.0.1', '::1'])('carries messages between two free ports of %s over one connection', async (host) => {
    const alice = await listen({ host });
    const bob = await listen({ host });
    alice.transport.send(Buffer.from(options('one')), bob.hop);
    alice.transport.send(Buffer.from(options('two')), bob.hop);
    await expect.poll(() => bob.messages.length).toBe(2);
    expect(bob.transport.connections).toBe(1);
    const { from, text } = bob.messages[0]!;
    expect(text).toBe(options('one'));
    expect(from.flow).toBeDefined();
    expect(from.local).toEqual(bob.transport.local);
  });

  it('takes peers of both families when it listens on ::', async () => {
    const both = await listen({ host: '::' });
    const four = await listen();
    const six = await listen({ host: '::1' });
    four.transport.send(Buffer.from(options('four')), { ...both.hop, host: '127.0.0.1' });
    six.transport.send(Buffer.from(options('six')), { ...both.hop, host: '::1' });
    await expect.poll(() => both.messages.map(({ from }) => from.remote.host).sort()).toEqual(['127.0.0.1', '::1']);
  });

  it('sends a request over the connection that the peer opened from that very address', async () => {
    const bob = await listen();
    const { socket, heard } = await plain(bob.hop);
    socket.write(options('one'));
    await expect.poll(() => bob.messages.length).toBe(1);
    bob.transport.send(Buffer.from(options('back')), { transport: 'TCP', ...bob.messages[0]!.from.remote });
    await expect.poll(heard).toBe(options('back'));
  });

  it('RFC 3261 18.2.2: answers over a new connection to the sent-by when the old one is gone', async () => {
    const alice = await listen();
    const bob = await listen();
    const { socket } = await plain(bob.hop);
    socket.write(options('one'));
    await expect.poll(() => bob.messages.length).toBe(1);
    const { from } = bob.messages[0]!;
    socket.destroy();
    await expect.poll(() => bob.closed).toEqual([from.flow]);
    const back: Hop = { transport: 'TCP', ...from.remote, flow: from.flow!, reopen: alice.transport.local };
    bob.transport.send(Buffer.from(options('answer')), back);
    await expect.poll(() => alice.messages.map(({ text }) => text)).toEqual([options('answer')]);
  });

  it('reports a send on a flow that is closed', async () => {
    const bob = await listen();
    const hop: Hop = { ...bob.hop, flow: 'tcp77' };
    bob.transport.send(Buffer.from('x'), hop);
    expect(bob.failures[0]?.hop).toBe(hop);
  });

  it('reports every message that waited for a connection that was refused', async () => {
    const alice = await listen();
    const hop: Hop = { transport: 'TCP', host: '127.0.0.1', port: await unusedPort() };
    alice.transport.send(Buffer.from('x'), hop);
    alice.transport.send(Buffer.from('y'), hop);
    await expect.poll(() => alice.failures.length).toBe(2);
    expect(alice.failures[0]).toMatchObject({ hop, why: { name: 'NotConnected', message: /ECONNREFUSED/ } });
  });

  it('reports a port that is none and does not throw', async () => {
    const alice = await listen();
    alice.transport.send(Buffer.from('x'), { transport: 'TCP', host: '127.0.0.1', port: 70_000 });
    expect(alice.failures).toHaveLength(1);
  });

  it('says which address is in use', async () => {
    const { hop } = await listen();
    const starting = listen({ port: hop.port });
    await expect(starting).rejects.toBeInstanceOf(AddressInUse);
    await expect(starting).rejects.toThrow(`TCP address 127.0.0.1:${hop.port} is already in use`);
  });

  it('RFC 5626 3.5.1: answers a double CRLF with a single one', async () => {
    const bob = await listen();
    const { socket, heard } = await plain(bob.hop);
    socket.write('\r\n\r\n');
    await expect.poll(heard).toBe('\r\n');
    expect(bob.messages).toEqual([]);
  });

  it('drops a connection whose peer has stopped reading', async () => {
    const alice = await listen({ limits: { backlogBytes: 100_000 } });
    const deaf = createServer((socket) => socket.pause());
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    disposers.push(() => deaf.close());
    const hop: Hop = { transport: 'TCP', host: '127.0.0.1', port: (deaf.address() as AddressInfo).port };
    const flood = Buffer.alloc(50_000, 'x');
    for (let sent = 0; sent < 400 && alice.failures.length === 0; sent++) {
      alice.transport.send(flood, hop);
      await new Promise(setImmediate);
    }
    expect(alice.failures.map(({ why }) => why.message).join()).toContain('has stopped reading');
    expect(alice.transport.connections).toBe(0);
  });
});

describe('limits of connections', () => {
  it.each([
    ['a source may have', { connectionsPerSource: 2 }],
    ['there may be in all', { connections: 2 }],
  ])('closes one more than %s', async (_what, limits) => {
    const bob = await listen({ limits });
    await plain(bob.hop);
    await plain(bob.hop);
    const third = await plain(bob.hop);
    await third.gone;
    expect(bob.transport.connections).toBe(2);
  });

  it.each([
    ['sends nothing', '', 30_000],
    ['does not complete a message', 'OPTIONS sip:b', 10_000],
    ['is idle', '\r\n\r\n', 900_000],
  ])('closes the connection of a peer that %s', async (_what, text, afterMs) => {
    const bob = await listen();
    const { socket, gone } = await plain(bob.hop);
    await expect.poll(() => bob.transport.connections).toBe(1);
    if (text !== '') {
      socket.write(text);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    bob.clock.advance(afterMs - 1000);
    expect(bob.transport.connections).toBe(1);
    bob.clock.advance(2000);
    expect(bob.transport.connections).toBe(0);
    await gone;
  });
});

describe('the layer over TCP', () => {
  async function layered(clock = new VirtualClock()): Promise<Hop> {
    const transport = new TcpTransport({ host: '127.0.0.1', port: 0, clock, log: silent });
    const layer = new TransportLayer({ transports: [transport], clock, log: silent });
    await layer.start();
    disposers.push(() => layer.close());
    return { transport: 'TCP', ...transport.local };
  }

  it.each([
    ['400', 'a message without Content-Length', options('x', '')],
    ['400', 'a negative Content-Length', options('x', 'Content-Length: -1\r\n')],
    ['413', 'a body that is too long', options('x', 'Content-Length: 40000\r\n')],
    ['513', 'a head that is too long', options('x', `Subject: ${'x'.repeat(33_000)}\r\nContent-Length: 0\r\n`)],
  ])('answers %s to %s and closes', async (status, _what, text) => {
    const { socket, heard, gone } = await plain(await layered());
    socket.write(text);
    await gone;
    expect(heard()).toMatch(new RegExp(`^SIP/2.0 ${status} `));
  });

  it('answers 400 to a body that does not come, and closes', async () => {
    const clock = new VirtualClock();
    const { socket, heard, gone } = await plain(await layered(clock));
    socket.write(`${options('x', 'Content-Length: 9\r\n')}four`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    clock.advance(9000);
    expect(heard()).toBe('');
    clock.advance(3000);
    await gone;
    expect(heard()).toMatch(/^SIP\/2.0 400 /);
  });

  it.each([
    ['junk', 'GET / HTTP/1.1\r\n\r\n'],
    ['a response without Content-Length', options('x', '').replace(/^.*/, 'SIP/2.0 200 OK')],
    ['an ACK without Content-Length', options('x', '').replaceAll('OPTIONS', 'ACK')],
  ])('closes without a word on %s', async (_what, text) => {
    const { socket, heard, gone } = await plain(await layered());
    socket.write(text);
    await gone;
    expect(heard()).toBe('');
  });
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

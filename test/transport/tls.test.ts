import { connect as connectPlain, createServer, type AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import { ownIdentity, TlsTransport, type Arrival, type Hop } from '../../src/core/transport/index.ts';
import type { PeerVerification } from '../../src/core/transport/tls.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const disposers: (() => unknown)[] = [];

afterEach(async () => {
  for (const dispose of disposers.splice(0).toReversed()) await dispose();
});

async function listen(verify: PeerVerification = 'public', host = '127.0.0.1') {
  const clock = new VirtualClock();
  const identity = await ownIdentity(undefined, ['bob.test', '127.0.0.1'], Date.now());
  const transport = new TlsTransport({ host, port: 0, clock, log: silent, identity, verify });
  const messages: { text: string; from: Arrival }[] = [];
  const failures: { hop: Hop; why: Error }[] = [];
  await transport.start({
    received: (bytes, from) => messages.push({ text: Buffer.from(bytes).toString(), from }),
    closed() {},
    failed: (hop, why) => failures.push({ hop, why }),
  });
  disposers.push(() => transport.close());
  return { transport, clock, messages, failures, hop: { transport: 'TLS', ...transport.local } satisfies Hop };
}

const MESSAGE = 'OPTIONS sip:bob@bob.test SIP/2.0\r\nContent-Length: 0\r\n\r\n';

it.each(['127.0.0.1', '::1'])('carries messages both ways over one connection on %s', async (host) => {
  const alice = await listen('public', host);
  const bob = await listen('public', host);
  alice.transport.send(Buffer.from(MESSAGE), bob.hop);
  alice.transport.send(Buffer.from(MESSAGE), bob.hop);
  await expect.poll(() => bob.messages.length).toBe(2);
  const { from, text } = bob.messages[0]!;
  expect(text).toBe(MESSAGE);
  expect(from.transport).toBe('TLS');
  bob.transport.send(Buffer.from(MESSAGE), { transport: 'TLS', ...from.remote, flow: from.flow! });
  await expect.poll(() => alice.messages.length).toBe(1);
  expect(bob.transport.connections).toBe(1);
});

it('asks for the name that was located, and keeps a connection of its own for each name', async () => {
  const alice = await listen();
  const bob = await listen();
  alice.transport.send(Buffer.from(MESSAGE), { ...bob.hop, serverName: 'bob.test' });
  alice.transport.send(Buffer.from(MESSAGE), { ...bob.hop, serverName: 'eve.test' });
  await expect.poll(() => bob.messages.length).toBe(2);
  expect(bob.transport.connections).toBe(2);
});

it('refuses a certificate that nobody vouches for, when told to verify every peer', async () => {
  const alice = await listen('always');
  const bob = await listen();
  const hop: Hop = { ...bob.hop, serverName: 'bob.test' };
  alice.transport.send(Buffer.from(MESSAGE), hop);
  await expect.poll(() => alice.failures.length).toBe(1);
  expect(alice.failures[0]).toMatchObject({ hop, why: { name: 'NotConnected', message: /self-signed/ } });
  expect(bob.messages).toEqual([]);
});

it('speaks no version before TLS 1.2', async () => {
  const bob = await listen();
  const socket = connect({ port: bob.hop.port, host: '127.0.0.1', maxVersion: 'TLSv1.1', minVersion: 'TLSv1' });
  const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
  expect(error.message).toMatch(/protocol version|no protocols/);
});

it.each([
  ['speaks no TLS', MESSAGE],
  ['begins no handshake', ''],
])('closes the connection of a peer that %s', async (_what, text) => {
  const bob = await listen();
  const socket = connectPlain(bob.hop.port, '127.0.0.1');
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {}).resume();
  socket.write(text);
  await expect.poll(() => bob.transport.connections).toBe(text === '' ? 1 : 0);
  bob.clock.advance(6000);
  await gone;
  expect(bob.transport.connections).toBe(0);
  expect(bob.messages).toEqual([]);
});

it('gives up on a connection that does not open in time, and reports what waited for it', async () => {
  const alice = await listen();
  const mute = createServer(() => {});
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  disposers.push(() => mute.close());
  const hop: Hop = { transport: 'TLS', host: '127.0.0.1', port: (mute.address() as AddressInfo).port };
  alice.transport.send(Buffer.from(MESSAGE), hop);
  alice.clock.advance(4000);
  expect(alice.failures).toEqual([]);
  alice.clock.advance(2000);
  expect(alice.failures).toMatchObject([{ hop, why: { name: 'NotConnected', message: /took too long to open/ } }]);
});

import { afterEach, describe, expect, it } from 'vitest';
import { AddressInUse, UdpTransport, type Arrival, type Hop } from '../../src/core/transport/index.ts';

interface Datagram {
  readonly bytes: Uint8Array;
  readonly from: Arrival;
}

/** A started transport, and promises of what happens to it next. */
async function listen(host = '127.0.0.1', port = 0) {
  const transport = new UdpTransport({ host, port });
  const datagrams = Promise.withResolvers<Datagram>();
  const failures = Promise.withResolvers<{ hop: Hop; why: Error }>();
  await transport.start({
    received: (bytes, from) => datagrams.resolve({ bytes, from }),
    closed() {},
    failed: (hop, why) => failures.resolve({ hop, why }),
  });
  open.push(transport);
  return { transport, received: datagrams.promise, failed: failures.promise };
}

const open: UdpTransport[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
});

describe('UDP', () => {
  it.each(['127.0.0.1', '::1'])('carries a datagram between two free ports of %s', async (host) => {
    const alice = await listen(host);
    const bob = await listen(host);
    alice.transport.send(Buffer.from('hello'), { transport: 'UDP', ...bob.transport.local });
    const { bytes, from } = await bob.received;
    expect(Buffer.from(bytes).toString()).toBe('hello');
    expect(from).toEqual({ transport: 'UDP', remote: alice.transport.local, local: bob.transport.local });
    expect(bob.transport.local.port).toBeGreaterThan(0);
  });

  it('finds a peer by name', async () => {
    const alice = await listen();
    const bob = await listen();
    alice.transport.send(Buffer.from('hello'), { transport: 'UDP', host: 'localhost', port: bob.transport.local.port });
    expect(Buffer.from((await bob.received).bytes).toString()).toBe('hello');
  });

  it('says which address is in use', async () => {
    const { transport } = await listen();
    const { port } = transport.local;
    const second = new UdpTransport({ host: '127.0.0.1', port });
    const starting = second.start({ received() {}, closed() {}, failed() {} });
    await expect(starting).rejects.toBeInstanceOf(AddressInUse);
    await expect(starting).rejects.toThrow(`UDP address 127.0.0.1:${port} is already in use`);
  });

  it('reports a send that fails with the hop it was for', async () => {
    const { transport, failed } = await listen();
    const hop: Hop = { transport: 'UDP', host: 'nobody.invalid', port: 5060 };
    transport.send(Buffer.from('hello'), hop);
    expect((await failed).hop).toBe(hop);
  });

  it.each([
    ['port 0', { transport: 'UDP', host: '127.0.0.1', port: 0 }, 10],
    ['a port that is none', { transport: 'UDP', host: '127.0.0.1', port: 70_000 }, 10],
    ['more than a datagram holds', { transport: 'UDP', host: '127.0.0.1', port: 9 }, 70_000],
  ] satisfies [string, Hop, number][])('reports %s as failed and does not throw', async (_what, hop, size) => {
    const { transport, failed } = await listen();
    transport.send(Buffer.alloc(size), hop);
    expect((await failed).hop).toBe(hop);
  });

  it('frees its port when closed, and then neither sends nor reports', async () => {
    const { transport } = await listen();
    const { port } = transport.local;
    await transport.close();
    await transport.close();
    transport.send(Buffer.from('hello'), { transport: 'UDP', host: '127.0.0.1', port: 0 });
    const again = await listen('127.0.0.1', port);
    expect(again.transport.local.port).toBe(port);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRequest } from '../../src/core/message/index.ts';
import { TransactionLayer, type ServerTransaction } from '../../src/core/transaction/index.ts';
import { TransportLayer, type Hop } from '../../src/core/transport/index.ts';
import { loud } from '../support/loud-logger.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { seeded } from '../support/random.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { answer } from './two-ends.ts';

interface Node {
  readonly layer: TransactionLayer;
  readonly arrived: ServerTransaction[];
}

let clock: VirtualClock;
let network: MemoryNetwork;
const layers: TransactionLayer[] = [];

beforeEach(() => {
  clock = new VirtualClock();
  network = new MemoryNetwork(clock);
});

afterEach(() => {
  for (const layer of layers.splice(0)) layer.close();
  expect(clock.pending).toBe(0);
});

async function node(host: string, transports: readonly ('UDP' | 'TCP')[]): Promise<Node> {
  const transport = new TransportLayer({
    transports: transports.map((name) => network.endpoint(host, 5060, { reliable: name === 'TCP' })),
    clock,
    log: loud,
  });
  await transport.start();
  const layer = new TransactionLayer({ transport, clock, log: loud, random: seeded(layers.length + 1) });
  const arrived: ServerTransaction[] = [];
  layer.onRequest = (tx) => arrived.push(tx);
  layers.push(layer);
  return { layer, arrived };
}

function send({ layer }: Node, method: string, hop: Hop, bodyBytes = 0) {
  const told: (number | string)[] = [];
  const request = createRequest({
    method,
    uri: 'sip:bob@pbx.test',
    headers: [
      ['From', '<sip:alice@192.0.2.1>;tag=a'],
      ['To', '<sip:bob@pbx.test>'],
      ['Call-ID', 'call@192.0.2.1'],
      ['CSeq', `1 ${method}`],
      ['Content-Type', 'text/plain'],
    ],
    body: 'x'.repeat(bodyBytes),
  });
  const transaction = layer.request(request, hop, {
    response: ({ status }) => told.push(status),
    timeout: () => told.push('timeout'),
    transportError: () => told.push('transportError'),
  });
  return { transaction, told };
}

const at = (host: string, transport: 'UDP' | 'TCP' = 'UDP'): Hop => ({ transport, host, port: 5060 });

describe('RFC 3263 4.3: the next address is tried', () => {
  const hops = (transport: 'UDP' | 'TCP'): Hop => ({
    ...at('192.0.2.2', transport),
    others: [at('192.0.2.3', transport)],
  });

  it('with a branch of its own when the first cannot be reached', async () => {
    const alice = await node('192.0.2.1', ['TCP']);
    const second = await node('192.0.2.3', ['TCP']);
    const { told, transaction } = send(alice, 'OPTIONS', hops('TCP'));
    const first = network.sent[0]!;
    await clock.advanceAsync(10);
    answer(second.arrived[0]!, 200);
    await clock.advanceAsync(10);
    expect(told).toEqual([200]);
    expect(second.arrived[0]!.request.headers.count('Via')).toBe(1);
    expect(first.text).not.toContain(second.arrived[0]!.request.head.via.params.get('branch'));
    expect(transaction.hop.host).toBe('192.0.2.3');
    expect(second.arrived[0]!.request.head.callId).toBe('call@192.0.2.1');
  });

  it('when the first stays silent until Timer F', async () => {
    const alice = await node('192.0.2.1', ['UDP']);
    const second = await node('192.0.2.3', ['UDP']);
    const { told } = send(alice, 'OPTIONS', hops('UDP'));
    await clock.advanceAsync(31_900);
    expect(second.arrived).toEqual([]);
    await clock.advanceAsync(200);
    answer(second.arrived[0]!, 200);
    await clock.advanceAsync(10);
    expect(told).toEqual([200]);
  });

  it('when the first answers 503, but not when it answers anything else', async () => {
    const alice = await node('192.0.2.1', ['UDP']);
    const first = await node('192.0.2.2', ['UDP']);
    const second = await node('192.0.2.3', ['UDP']);
    const overloaded = send(alice, 'INVITE', hops('UDP'));
    await clock.advanceAsync(10);
    answer(first.arrived[0]!, 503);
    await clock.advanceAsync(10);
    answer(second.arrived[0]!, 486);
    await clock.advanceAsync(10);
    expect(overloaded.told).toEqual([486]);
    expect(second.arrived).toHaveLength(1);
  });

  it('not after the first has begun to work on it', async () => {
    const alice = await node('192.0.2.1', ['UDP']);
    const first = await node('192.0.2.2', ['UDP']);
    const second = await node('192.0.2.3', ['UDP']);
    const { told } = send(alice, 'INVITE', hops('UDP'));
    await clock.advanceAsync(10);
    answer(first.arrived[0]!, 180);
    await clock.advanceAsync(10);
    answer(first.arrived[0]!, 503);
    await clock.advanceAsync(10);
    expect(told).toEqual([180, 503]);
    expect(second.arrived).toEqual([]);
  });

  it('not after it was cancelled', async () => {
    const alice = await node('192.0.2.1', ['TCP']);
    const second = await node('192.0.2.3', ['TCP']);
    const { told, transaction } = send(alice, 'INVITE', hops('TCP'));
    transaction.cancel();
    await clock.advanceAsync(10);
    expect(told).toEqual(['transportError']);
    expect(second.arrived).toEqual([]);
  });

  it('and the failure of the last one is told', async () => {
    const alice = await node('192.0.2.1', ['TCP']);
    const { told } = send(alice, 'OPTIONS', hops('TCP'));
    await clock.advanceAsync(10);
    expect(told).toEqual(['transportError']);
    expect(network.sent.map(({ to }) => to.host)).toEqual(['192.0.2.2', '192.0.2.3']);
  });
});

describe('RFC 3261 18.1.1: a request too large for UDP', () => {
  const LARGE = 1200;

  it('goes over TCP, and says so in its Via', async () => {
    const alice = await node('192.0.2.1', ['UDP', 'TCP']);
    const bob = await node('192.0.2.2', ['UDP', 'TCP']);
    const { told } = send(alice, 'MESSAGE', at('192.0.2.2'), LARGE);
    await clock.advanceAsync(10);
    const [tx] = bob.arrived;
    expect(tx!.arrival.transport).toBe('TCP');
    expect(tx!.request.head.via.transport).toBe('TCP');
    answer(tx!, 200);
    await clock.advanceAsync(10);
    expect(told).toEqual([200]);
  });

  it('goes over UDP after all when TCP is refused', async () => {
    const alice = await node('192.0.2.1', ['UDP', 'TCP']);
    const bob = await node('192.0.2.2', ['UDP']);
    const { told } = send(alice, 'MESSAGE', at('192.0.2.2'), LARGE);
    await clock.advanceAsync(10);
    const [tx] = bob.arrived;
    expect(tx!.request.head.via.transport).toBe('UDP');
    answer(tx!, 200);
    await clock.advanceAsync(10);
    expect(told).toEqual([200]);
  });

  it('is not sent over UDP to a server that was silent over TCP', async () => {
    const alice = await node('192.0.2.1', ['UDP', 'TCP']);
    const silent = network.endpoint('192.0.2.2', 5060, { reliable: true });
    await silent.start({ received() {}, closed() {}, failed() {} });
    const { told } = send(alice, 'MESSAGE', at('192.0.2.2'), LARGE);
    await clock.advanceAsync(33_000);
    expect(told).toEqual(['timeout']);
    expect(network.sent).toHaveLength(1);
  });

  it('stays on UDP where there is no TCP', async () => {
    const alice = await node('192.0.2.1', ['UDP']);
    const bob = await node('192.0.2.2', ['UDP', 'TCP']);
    send(alice, 'MESSAGE', at('192.0.2.2'), LARGE);
    await clock.advanceAsync(10);
    expect(bob.arrived.map(({ arrival }) => arrival.transport)).toEqual(['UDP']);
  });

  it('is never within 200 bytes of the usual MTU: none over 1300 bytes leaves over UDP, whatever its size', async () => {
    const alice = await node('192.0.2.1', ['UDP', 'TCP']);
    const bob = await node('192.0.2.2', ['UDP', 'TCP']);
    for (let bytes = 700; bytes < 1300; bytes += 7) send(alice, 'MESSAGE', at('192.0.2.2'), bytes);
    await clock.advanceAsync(10);
    const sizes = { UDP: [] as number[], TCP: [] as number[] };
    for (const [i, { arrival }] of bob.arrived.entries()) {
      sizes[arrival.transport as 'UDP' | 'TCP'].push(network.sent[i]!.text.length);
    }
    expect(Math.max(...sizes.UDP)).toBeLessThanOrEqual(1300);
    expect(Math.min(...sizes.TCP)).toBeGreaterThan(1200);
  });
});

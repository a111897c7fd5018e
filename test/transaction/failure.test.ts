import { describe, expect, it } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import { printMessage } from '../../src/core/message/index.ts';
import { TransactionLayer } from '../../src/core/transaction/index.ts';
import { TransportLayer, type Hop, type Transport, type TransportEvents } from '../../src/core/transport/index.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';
import { answer, requestFromAlice, twoEnds } from './two-ends.ts';

/** A transport whose sends fail when the test says so. */
class FragileTransport implements Transport {
  readonly name = 'WS';
  readonly reliable = true;
  readonly local = { host: '192.0.2.1', port: 8060 };
  events: TransportEvents | undefined;
  failing = false;
  sent = 0;

  async start(events: TransportEvents): Promise<void> {
    this.events = events;
  }

  send(_bytes: Uint8Array, to: Hop): void {
    this.sent += 1;
    if (this.failing) this.events?.failed(to, new Error('the cable is cut'));
  }

  async close(): Promise<void> {
    this.events = undefined;
  }
}

async function fragileEnd() {
  const clock = new VirtualClock();
  const transport = new FragileTransport();
  const transportLayer = new TransportLayer({ transports: [transport], clock, log: silent });
  await transportLayer.start();
  const layer = new TransactionLayer({ transport: transportLayer, clock, log: silent });
  const told: string[] = [];
  const user = {
    response: () => told.push('response'),
    timeout: () => told.push('timeout'),
    transportError: (why: Error) => told.push(why.message),
  };
  return { clock, transport, layer, told, user };
}

const hop: Hop = { transport: 'WS', host: '192.0.2.2', port: 40_000, flow: 'ws1' };

describe('a send that fails', () => {
  it.each(['INVITE', 'OPTIONS'])('ends the %s client transaction, after `request` has returned', async (method) => {
    const { clock, transport, layer, told, user } = await fragileEnd();
    transport.failing = true;
    const transaction = layer.request(requestFromAlice(method, 1), hop, user);
    expect(transaction.ended).toBe(false);
    await settle();
    expect(told).toEqual(['the cable is cut']);
    expect(transaction.ended).toBe(true);
    expect(layer.counts().client).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('ends only the transaction whose message it was, though others go to the same hop', async () => {
    const { transport, layer, told, user } = await fragileEnd();
    transport.failing = true;
    const first = layer.request(requestFromAlice('OPTIONS', 1), hop, user);
    transport.failing = false;
    const second = layer.request(requestFromAlice('OPTIONS', 2), hop, user);
    await settle();
    expect(told).toEqual(['the cable is cut']);
    expect([first.ended, second.ended]).toEqual([true, false]);
  });

  it('over a transport that we do not have is reported like any other', async () => {
    const { layer, told, user } = await fragileEnd();
    layer.request(requestFromAlice('OPTIONS', 1), { transport: 'TLS', host: '192.0.2.2', port: 5061 }, user);
    await settle();
    expect(told).toEqual(['cannot send to TLS 192.0.2.2:5061: no such transport']);
  });

  it('of a response is told to the user; the transaction stays until Timer H and ends as a transport error', async () => {
    const { clock, transport, layer } = await fragileEnd();
    const ends: string[] = [];
    layer.onRequest = (tx) => {
      tx.onTransportError = (why) => ends.push(why.message);
      tx.onEnd = (why) => ends.push(why);
      answer(tx, 486);
    };
    transport.failing = true;
    const request = requestFromAlice('INVITE', 1);
    request.headers.prepend('Via', 'SIP/2.0/WS client.invalid;branch=z9hG4bK1');
    transport.events!.received(printMessage(request), {
      transport: 'WS',
      remote: { host: '192.0.2.2', port: 40_000 },
      local: transport.local,
      flow: 'ws1',
    });
    await settle();
    expect(ends).toEqual(['the cable is cut']);
    expect(layer.counts().server).toBe(1);
    clock.advance(32_000);
    expect(ends).toEqual(['the cable is cut', 'transport-error']);
    expect(clock.pending).toBe(0);
  });
});

describe('a flow that closes', () => {
  it('ends the client transactions that wait for an answer on it, and tells the user of the layer', async () => {
    const { clock, transport, layer, told, user } = await fragileEnd();
    const closed: string[] = [];
    layer.onFlowClosed = (flow) => closed.push(flow);
    const here = layer.request(requestFromAlice('INVITE', 1), hop, user);
    const elsewhere = layer.request(requestFromAlice('OPTIONS', 2), { ...hop, flow: 'ws2' }, user);
    transport.events!.closed('ws1');
    expect(told).toEqual(['flow ws1 was closed']);
    expect([here.ended, elsewhere.ended]).toEqual([true, false]);
    expect(closed).toEqual(['ws1']);
    layer.close();
    expect(clock.pending).toBe(0);
  });
});

describe('the layer', () => {
  it('answers 500 when its user throws, and lives on', async () => {
    const { clock, call, bob, network } = await twoEnds();
    const errors: object[] = [];
    // Not the loud logger: the error is meant here.
    const log = { ...silent, error: (fields: object) => errors.push(fields) };
    bob.close();
    const transport = new TransportLayer({ transports: [network.endpoint('192.0.2.2')], clock, log });
    await transport.start();
    const careless = new TransactionLayer({ transport, clock, log });
    careless.onRequest = () => {
      throw new Error('a bug');
    };
    const first = call('OPTIONS');
    const second = call('INVITE');
    clock.advance(0);
    expect(first.told).toEqual([500]);
    expect(second.told).toEqual([500]);
    expect(errors).toHaveLength(2);
  });

  it('leaves no timer when it closes in the middle of everything, and hears nothing more', async () => {
    const { clock, call, arrived, alice, bob, aliceTransport, bobTransport } = await twoEnds({ delayMs: [10, 10] });
    const { told } = call('INVITE');
    call('OPTIONS');
    clock.advance(10);
    answer(arrived[0]!, 486);
    clock.advance(5);
    alice.close();
    bob.close();
    await aliceTransport.close();
    await bobTransport.close();
    expect([alice.counts(), bob.counts()]).toEqual([
      { client: 0, server: 0 },
      { client: 0, server: 0 },
    ]);
    // What is on the way arrives and is ignored.
    clock.advance(5);
    expect(told).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('starts nothing after it was closed', async () => {
    const { clock, call, arrived, alice, bob, network } = await twoEnds();
    const { transaction } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 180);
    clock.advance(0);
    alice.close();
    bob.close();
    const before = network.sent.length;
    answer(arrived[0]!, 200);
    transaction.cancel();
    const { told, transaction: late } = call('OPTIONS');
    expect(told).toEqual([]);
    await settle();
    expect(told).toEqual(['transportError']);
    expect(late.ended).toBe(true);
    expect(network.sent).toHaveLength(before);
    expect(clock.pending).toBe(0);
  });

  it('copies a request that is sent again, as after a challenge: the first one is still acknowledged as it was', async () => {
    const { clock, arrived, alice, toBob, network } = await twoEnds();
    const user = { response() {}, timeout() {}, transportError() {} };
    const request = requestFromAlice('INVITE', 1);
    const first = alice.request(request, toBob, user);
    clock.advance(0);
    const second = alice.request(request, toBob, user);
    expect(second.request.headers.all('Via')).toHaveLength(1);
    expect(second.request.headers.get('Via')).not.toBe(first.request.headers.get('Via'));
    answer(arrived[0]!, 401);
    clock.advance(0);
    const ack = network.sent.find(({ startLine }) => startLine.startsWith('ACK'))!;
    expect(ack.text).toContain(`Via: ${first.request.headers.get('Via')}\r\n`);
    expect(arrived).toHaveLength(2);
  });

  it('hands over a response that belongs to no transaction', async () => {
    const { clock, call, arrived, alice, toBob, bobTransport } = await twoEnds();
    const strays: number[] = [];
    alice.onStrayResponse = ({ status }) => strays.push(status);
    const { told } = call('OPTIONS');
    clock.advance(0);
    const response = answer(arrived[0]!, 200);
    clock.advance(5080);
    bobTransport.sendResponse(response, { ...toBob, host: '192.0.2.1' });
    clock.advance(0);
    expect(told).toEqual([200]);
    expect(strays).toEqual([200]);
  });
});

import { createRequest, createResponse, type SipRequest, type SipResponse } from '../../src/core/message/index.ts';
import { TransactionLayer, type ClientTransaction, type ServerTransaction } from '../../src/core/transaction/index.ts';
import { TransportLayer, type Hop } from '../../src/core/transport/index.ts';
import { MemoryNetwork, type NetworkOptions } from '../support/memory-network.ts';
import { loud } from '../support/loud-logger.ts';
import { seeded } from '../support/random.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Alice's and Bob's transaction layers, joined by a network in virtual time. */
export interface TwoEnds {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly alice: TransactionLayer;
  readonly bob: TransactionLayer;
  readonly aliceTransport: TransportLayer;
  readonly bobTransport: TransportLayer;
  /** Bob's address, for Alice. */
  readonly toBob: Hop;
  /** What Bob's user was given, oldest first. */
  readonly arrived: ServerTransaction[];
  /** Sends from Alice and keeps a diary of what her user was told: statuses, `timeout`, `transportError`. */
  readonly call: (method: string) => Sent;
}

interface Sent {
  readonly transaction: ClientTransaction;
  readonly told: (number | string)[];
  readonly responses: SipResponse[];
}

export async function twoEnds(options: NetworkOptions & { reliable?: boolean } = {}): Promise<TwoEnds> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, options);
  const reliable = options.reliable ?? false;
  const make = async (host: string, seed: number) => {
    const transport = new TransportLayer({
      transports: [network.endpoint(host, 5060, { reliable })],
      clock,
      log: loud,
    });
    await transport.start();
    return { transport, layer: new TransactionLayer({ transport, clock, log: loud, random: seeded(seed) }) };
  };
  const alice = await make('192.0.2.1', 11);
  const bob = await make('192.0.2.2', 12);
  const toBob: Hop = { transport: reliable ? 'TCP' : 'UDP', host: '192.0.2.2', port: 5060 };
  const arrived: ServerTransaction[] = [];
  bob.layer.onRequest = (tx) => arrived.push(tx);
  let calls = 0;
  return {
    clock,
    network,
    alice: alice.layer,
    bob: bob.layer,
    aliceTransport: alice.transport,
    bobTransport: bob.transport,
    toBob,
    arrived,
    call(method) {
      const told: (number | string)[] = [];
      const responses: SipResponse[] = [];
      const transaction = alice.layer.request(requestFromAlice(method, ++calls), toBob, {
        response(response) {
          told.push(response.status);
          responses.push(response);
        },
        timeout: () => told.push('timeout'),
        transportError: () => told.push('transportError'),
      });
      return { transaction, told, responses };
    },
  };
}

export function requestFromAlice(method: string, call: number): SipRequest {
  return createRequest({
    method,
    uri: 'sip:bob@192.0.2.2',
    headers: [
      ['From', `<sip:alice@192.0.2.1>;tag=a${call}`],
      ['To', '<sip:bob@192.0.2.2>'],
      ['Call-ID', `call-${call}@192.0.2.1`],
      ['CSeq', `${call} ${method}`],
      ['Contact', '<sip:alice@192.0.2.1>'],
    ],
  });
}

export function answer(tx: ServerTransaction, status: number): SipResponse {
  const response = createResponse(tx.request, status, undefined, { toTag: 'bob' });
  tx.respond(response);
  return response;
}

/** When packets whose start line begins so were sent. */
export function timesSent(network: MemoryNetwork, startLine: string): number[] {
  return network.sent.filter((packet) => packet.startLine.startsWith(startLine)).map(({ sentAt }) => sentAt);
}

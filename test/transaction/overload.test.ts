import { beforeEach, expect, it } from 'vitest';
import { createRequest, createResponse, printMessage, type SipRequest } from '../../src/core/message/index.ts';
import { TransactionLayer, type ServerTransaction } from '../../src/core/transaction/index.ts';
import {
  Overload,
  TransportLayer,
  type Hop,
  type Transport,
  type TransportEvents,
} from '../../src/core/transport/index.ts';
import { loud } from '../support/loud-logger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const LIMIT = 3;

let events: TransportEvents;
let sent: { text: string; to: Hop }[];
let arrived: ServerTransaction[];
let traced: number;
let layer: TransactionLayer;

beforeEach(async () => {
  const clock = new VirtualClock();
  sent = [];
  arrived = [];
  traced = 0;
  const wire: Transport = {
    name: 'UDP',
    reliable: false,
    local: { host: '192.0.2.1', port: 5060 },
    start: async (given) => void (events = given),
    send: (bytes, to) => sent.push({ text: Buffer.from(bytes).toString(), to }),
    close: async () => {},
  };
  const overload = new Overload({ perSecond: 100, perSecondPerSource: LIMIT, now: () => clock.now() });
  const transport = new TransportLayer({ transports: [wire], clock, log: loud, overload });
  transport.tap(() => (traced += 1));
  layer = new TransactionLayer({ transport, clock, log: loud });
  layer.onRequest = (tx) => arrived.push(tx);
  await transport.start();
});

function request(method: string, id: string, more: { to?: string } = {}): SipRequest {
  return createRequest({
    method,
    uri: 'sip:bob@192.0.2.1',
    headers: [
      ['Via', `SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK${id};rport`],
      ['From', '<sip:a@a.test>;tag=a'],
      ['To', more.to ?? '<sip:b@b.test>'],
      ['Call-ID', id],
      ['CSeq', `1 ${method}`],
    ],
  });
}

function arrive(bytes: Uint8Array, host = '198.51.100.7'): void {
  events.received(bytes, { transport: 'UDP', remote: { host, port: 5060 }, local: { host: '192.0.2.1', port: 5060 } });
}

const arriveRequest = (method: string, id: string, more: { to?: string } = {}): void =>
  arrive(printMessage(request(method, id, more)));

function useUp(): void {
  for (let i = 0; i < LIMIT; i++) arriveRequest('INVITE', `first${i}`);
  sent.length = 0;
  arrived.length = 0;
}

it('answers 503 with Retry-After when a source is over its limit, without transaction and trace', () => {
  useUp();
  const before = layer.counts();
  const seen = traced;
  arriveRequest('REGISTER', 'over');
  expect(arrived).toEqual([]);
  expect(sent).toHaveLength(1);
  expect(sent[0]!.text).toMatch(/^SIP\/2.0 503 /);
  expect(sent[0]!.text).toContain('\r\nRetry-After: 2\r\n');
  expect(sent[0]!.text).toMatch(/\r\nTo: <sip:b@b.test>;tag=\w+\r\n/);
  expect(sent[0]!.to).toMatchObject({ host: '198.51.100.7', port: 5060 });
  expect(layer.counts()).toEqual(before);
  expect(traced).toBe(seen);
});

it('lets another source go on', () => {
  useUp();
  arrive(printMessage(request('REGISTER', 'other')), '203.0.113.9');
  expect(arrived).toHaveLength(1);
});

it('does not count retransmissions, nor a CANCEL of an INVITE that it has, nor an ACK', () => {
  useUp();
  arriveRequest('INVITE', 'first0');
  arriveRequest('CANCEL', 'first0');
  arriveRequest('ACK', 'first0');
  expect(arrived.map(({ request: { method } }) => method)).toEqual(['CANCEL']);
  expect(sent.filter(({ text }) => text.startsWith('SIP/2.0 503'))).toEqual([]);
});

it('does not count what belongs to a dialog that is known; a To tag alone is no ticket', () => {
  useUp();
  layer.inDialog = ({ head }) => head.toTag === 'known';
  arriveRequest('BYE', 'in', { to: '<sip:b@b.test>;tag=known' });
  arriveRequest('BYE', 'out', { to: '<sip:b@b.test>;tag=invented' });
  expect(arrived.map(({ request: { headers } }) => headers.get('Call-ID'))).toEqual(['in']);
  expect(sent.at(-1)!.text).toMatch(/^SIP\/2.0 503 /);
});

it('answers what is malformed a hundred times a second and then no more', () => {
  const broken = printMessage(request('INVITE', 'broken')).toString().replace('CSeq: 1 INVITE', 'CSeq: one INVITE');
  for (let i = 0; i < 300; i++) arrive(Buffer.from(broken));
  expect(sent).toHaveLength(100);
  expect(sent[0]!.text).toMatch(/^SIP\/2.0 400 /);
});

it('does not limit responses', () => {
  useUp();
  let told: number | undefined;
  const hop: Hop = { transport: 'UDP', host: '198.51.100.7', port: 5060 };
  const out = request('OPTIONS', 'ours');
  out.headers.delete('Via');
  const { request: ours } = layer.request(out, hop, {
    response: ({ status }) => (told = status),
    timeout() {},
    transportError() {},
  });
  arrive(printMessage(createResponse(ours, 200, undefined, { toTag: 'b' })));
  expect(told).toBe(200);
});

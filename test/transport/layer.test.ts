import { describe, expect, it } from 'vitest';
import { createRequest, createResponse, type SipMessage, type SipRequest } from '../../src/core/message/index.ts';
import {
  TransportLayer,
  type Arrival,
  type Hop,
  type Traced,
  type Transport,
  type TransportEvents,
} from '../../src/core/transport/index.ts';
import { loud } from '../support/loud-logger.ts';
import { silent } from '../../src/core/log/logger.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

/** A transport that keeps what is sent, and lets the test say what arrives. */
class HandTransport implements Transport {
  readonly name = 'UDP';
  readonly reliable = false;
  readonly local: { host: string; port: number };
  readonly sent: { text: string; to: Hop }[] = [];
  closed = false;
  events: TransportEvents | undefined;

  constructor(host = '192.0.2.1') {
    this.local = { host, port: 5060 };
  }

  async start(events: TransportEvents): Promise<void> {
    this.events = events;
  }

  send(bytes: Uint8Array, to: Hop): void {
    this.sent.push({ text: Buffer.from(bytes).toString(), to });
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  arrive(bytes: string | Uint8Array): void {
    const remote = { host: '198.51.100.7', port: 40_000 };
    this.events!.received(Buffer.from(bytes), { transport: 'UDP', remote, local: this.local });
  }
}

interface Ready {
  readonly transport: HandTransport;
  readonly layer: TransportLayer;
  readonly received: { message: SipMessage; from: Arrival }[];
  readonly traced: Traced[];
}

async function ready(): Promise<Ready> {
  const transport = new HandTransport();
  const layer = new TransportLayer({ transports: [transport], clock: new VirtualClock(), log: loud });
  const received: Ready['received'] = [];
  const traced: Traced[] = [];
  layer.tap((entry) => traced.push(entry));
  layer.receive({ message: (message, from) => received.push({ message, from }), flowClosed() {}, failed() {} });
  await layer.start();
  return { transport, layer, received, traced };
}

function wire(lines: readonly string[], body = ''): string {
  return [...lines, '', body].join('\r\n');
}

const options = [
  'OPTIONS sip:bob@192.0.2.1 SIP/2.0',
  'Via: SIP/2.0/UDP 10.0.0.1:5062;rport;branch=z9hG4bK1, SIP/2.0/UDP proxy.example.org;branch=z9hG4bK0',
  'From: <sip:alice@example.org>;tag=a',
  'To: <sip:bob@192.0.2.1>',
  'Call-ID: c1',
  'CSeq: 7 OPTIONS',
  'Max-Forwards: 70',
];

const toBob: Hop = { transport: 'UDP', host: '198.51.100.7', port: 5060 };

function optionsToBob(): SipRequest {
  return createRequest({
    method: 'OPTIONS',
    uri: 'sip:bob@198.51.100.7',
    headers: [
      ['Via', 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK9'],
      ['From', '<sip:alice@example.org>;tag=a'],
      ['To', '<sip:bob@198.51.100.7>'],
      ['Call-ID', 'c2'],
      ['CSeq', '1 OPTIONS'],
    ],
  });
}

describe('a request that arrives', () => {
  it('is handed over with received and rport in its top Via, and the Vias below untouched', async () => {
    const { transport, received } = await ready();
    transport.arrive(wire(options));
    expect(received).toHaveLength(1);
    expect(received[0]!.message.headers.all('Via')).toEqual([
      'SIP/2.0/UDP 10.0.0.1:5062;rport=40000;branch=z9hG4bK1;received=198.51.100.7',
      'SIP/2.0/UDP proxy.example.org;branch=z9hG4bK0',
    ]);
    expect(received[0]!.from.remote).toEqual({ host: '198.51.100.7', port: 40_000 });
  });

  it('is traced as the bytes that came, before anybody acts on it', async () => {
    const { transport, layer, traced } = await ready();
    layer.receive({
      message: (message, from) => layer.sendResponse(createResponse(message as SipRequest, 200), from),
      flowClosed() {},
      failed() {},
    });
    transport.arrive(wire(options));
    expect(traced.map(({ direction, message }) => [direction, message.kind])).toEqual([
      ['in', 'request'],
      ['out', 'response'],
    ]);
    expect(Buffer.from(traced[0]!.bytes).toString()).toBe(wire(options));
    expect(traced[0]).toMatchObject({ transport: 'UDP', remote: { host: '198.51.100.7', port: 40_000 } });
    expect(Buffer.from(traced[1]!.bytes).toString()).toBe(transport.sent[0]!.text);
    expect(traced[1]!.at).toBe(new VirtualClock().wall());
  });

  it('is answered to where it came from', async () => {
    const { transport, layer, received } = await ready();
    transport.arrive(wire(options));
    const [{ message, from }] = received as [Ready['received'][0]];
    layer.sendResponse(createResponse(message as SipRequest, 200), from);
    expect(transport.sent[0]!.to).toEqual({ transport: 'UDP', host: '198.51.100.7', port: 40_000 });
  });
});

describe('a malformed request', () => {
  const broken: [what: string, status: number, message: string][] = [
    ['a body shorter than its Content-Length', 400, wire([...options, 'Content-Length: 10'], 'abc')],
    ['a CSeq of another method', 400, wire(options.map((line) => line.replace('7 OPTIONS', '7 INVITE')))],
    ['another SIP version', 505, wire(options.map((line) => line.replace('192.0.2.1 SIP/2.0', '192.0.2.1 SIP/7.0')))],
    ['two From fields', 400, wire([...options, 'From: <sip:mallory@example.org>;tag=m'])],
    [
      'a Request-URI of a scheme nobody knows',
      416,
      wire(options.map((line) => line.replace(/^OPTIONS sip:/, 'OPTIONS nobody:'))),
    ],
  ];

  it.each(broken)('with %s is answered %i, once, and goes no further', async (_what, status, message) => {
    const { transport, received, traced } = await ready();
    transport.arrive(message);
    expect(received).toEqual([]);
    expect(transport.sent).toHaveLength(1);
    expect(transport.sent[0]!.text).toMatch(new RegExp(`^SIP/2.0 ${status} `));
    expect(transport.sent[0]!.to).toEqual({ transport: 'UDP', host: '198.51.100.7', port: 40_000 });
    expect(traced.map(({ direction }) => direction)).toEqual(['in', 'out']);
  });

  it('gets the same To tag each time it comes', async () => {
    const { transport } = await ready();
    const message = broken[1]![2];
    transport.arrive(message);
    transport.arrive(message);
    expect(transport.sent[0]!.text).toMatch(/^To: .*;tag=[0-9a-f]{16}\r$/m);
    expect(transport.sent[1]!.text).toBe(transport.sent[0]!.text);
  });

  it('is answered also when its Via cannot be read: back to where it came from', async () => {
    const { transport } = await ready();
    transport.arrive(wire(options.map((line) => line.replace(/^Via:.*/, 'Via: nonsense'))));
    expect(transport.sent.map(({ to }) => to)).toEqual([{ transport: 'UDP', host: '198.51.100.7', port: 40_000 }]);
  });

  it('that is an ACK gets no answer', async () => {
    const { transport, received } = await ready();
    transport.arrive(wire([...options.map((line) => line.replace('OPTIONS', 'ACK')), 'Content-Length: 10']));
    expect(transport.sent).toEqual([]);
    expect(received).toEqual([]);
  });

  it.each(['Via', 'From', 'To', 'Call-ID', 'CSeq'])('without %s cannot be answered', async (name) => {
    const { transport, received } = await ready();
    transport.arrive(wire([...options.filter((line) => !line.startsWith(`${name}:`)), 'Content-Length: 10']));
    expect(received).toEqual([]);
    expect(transport.sent).toEqual([]);
  });
});

describe('junk', () => {
  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['a keep-alive', '\r\n\r\n'],
    ['a single CRLF', '\r\n'],
    ['zeros', new Uint8Array(4)],
    ['text', 'hello?\r\n\r\n'],
    ['another protocol', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['random bytes', Uint8Array.from({ length: 500 }, (_, i) => (i * 7919) & 255)],
    ['a malformed response', 'SIP/2.0 2000 OK\r\nVia: x\r\n\r\n'],
  ])('is dropped in silence: %s', async (_what, bytes) => {
    const { transport, received, traced } = await ready();
    transport.arrive(bytes);
    expect([received, transport.sent, traced]).toEqual([[], [], []]);
  });
});

describe('a response that arrives', () => {
  it('is handed over when its top Via is one of ours', async () => {
    const { transport, layer, received } = await ready();
    layer.localFor(toBob);
    const response = createResponse(optionsToBob(), 200);
    transport.arrive(
      wire(['SIP/2.0 200 OK', ...[...response.headers.entries()].map(([name, value]) => `${name}: ${value}`)]),
    );
    expect(received.map(({ message }) => message.kind)).toEqual(['response']);
  });

  it.each(['SIP/2.0/UDP 192.0.2.66:5060', 'SIP/2.0/UDP 192.0.2.1:5070', 'SIP/2.0/TCP 192.0.2.1:5060'])(
    'is dropped when its top Via is not: %s',
    async (sentBy) => {
      const { transport, layer, received, traced } = await ready();
      layer.localFor(toBob);
      const request = optionsToBob();
      request.headers.set('Via', `${sentBy};branch=z9hG4bK9`);
      const { headers } = createResponse(request, 200);
      transport.arrive(wire(['SIP/2.0 200 OK', ...[...headers.entries()].map(([name, value]) => `${name}: ${value}`)]));
      expect([received, traced]).toEqual([[], []]);
    },
  );
});

describe('the transport layer', () => {
  it('sends the bytes it was given instead of printing again', async () => {
    const { transport, layer } = await ready();
    const request = optionsToBob();
    const printed = layer.sendRequest(request, toBob);
    request.headers.set('Max-Forwards', '1');
    expect(layer.sendRequest(request, toBob, printed)).toBe(printed);
    expect(transport.sent[1]!.text).toBe(transport.sent[0]!.text);
  });

  it('contains a bug of its user that one message uncovers', async () => {
    const errors: string[] = [];
    const transport = new HandTransport();
    const log = { ...silent, error: (_fields: object, message: string) => errors.push(message) };
    const layer = new TransportLayer({ transports: [transport], clock: new VirtualClock(), log });
    const received: string[] = [];
    layer.receive({
      message(message) {
        received.push(message.head.callId);
        if (received.length === 1) throw new Error('a bug');
      },
      flowClosed() {},
      failed() {},
    });
    await layer.start();
    transport.arrive(wire(options));
    transport.arrive(wire(options));
    expect(received).toEqual(['c1', 'c1']);
    expect(errors).toHaveLength(1);
  });

  it('picks the transport of the address family', async () => {
    const v4 = new HandTransport('192.0.2.1');
    const v6 = new HandTransport('2001:db8::1');
    const layer = new TransportLayer({ transports: [v4, v6], clock: new VirtualClock(), log: loud });
    await layer.start();
    const hop: Hop = { transport: 'UDP', host: '2001:db8::2', port: 5060 };
    layer.sendRequest(optionsToBob(), hop);
    layer.sendRequest(optionsToBob(), toBob);
    expect([v4.sent.length, v6.sent.length]).toEqual([1, 1]);
    expect(layer.localFor(hop)).toEqual({ transport: 'UDP', host: '2001:db8::1', port: 5060 });
    expect(layer.localFor(toBob)).toEqual({ transport: 'UDP', host: '192.0.2.1', port: 5060 });
  });

  it('closes what it started when one transport cannot start', async () => {
    const good = new HandTransport();
    const bad = new HandTransport('2001:db8::1');
    bad.start = () => Promise.reject(new Error('no such address'));
    const layer = new TransportLayer({ transports: [good, bad], clock: new VirtualClock(), log: loud });
    await expect(layer.start()).rejects.toThrow('no such address');
    expect([good.closed, bad.closed]).toEqual([true, false]);
  });

  it('reports a failed send with the very hop that was given, but never from within the send', async () => {
    const { transport, layer } = await ready();
    const failed: Hop[] = [];
    layer.receive({ message() {}, flowClosed() {}, failed: (hop) => failed.push(hop) });
    transport.send = (_bytes, to) => transport.events!.failed(to, new Error('unreachable'));
    layer.sendRequest(optionsToBob(), toBob);
    expect(failed).toEqual([]);
    await settle();
    expect(failed).toHaveLength(1);
    expect(failed[0]).toBe(toBob);
  });
});

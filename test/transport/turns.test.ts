/** W8: what comes over streams waits for its turn as datagrams do, and is shed in the same way, unread. */
import { describe, expect, it } from 'vitest';
import type { SipMessage } from '../../src/core/message/index.ts';
import { Overload } from '../../src/core/transport/overload.ts';
import { skim } from '../../src/core/transport/skim.ts';
import {
  TransportLayer,
  type Arrival,
  type Hop,
  type Transport,
  type TransportEvents,
  type TransportName,
} from '../../src/core/transport/index.ts';
import { loud } from '../support/loud-logger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

class HandTransport implements Transport {
  readonly name: TransportName;
  readonly reliable: boolean;
  readonly local = { host: '192.0.2.1', port: 5060 };
  readonly sent: { text: string; to: Hop }[] = [];
  events: TransportEvents | undefined;

  constructor(name: TransportName) {
    this.name = name;
    this.reliable = name !== 'UDP';
  }
  async start(events: TransportEvents): Promise<void> {
    this.events = events;
  }
  send(bytes: Uint8Array, to: Hop): void {
    this.sent.push({ text: Buffer.from(bytes).toString('latin1'), to });
  }
  async close(): Promise<void> {}
  get arrival(): Arrival {
    const flow = this.reliable ? { flow: `${this.name.toLowerCase()}1` } : {};
    return { transport: this.name, remote: { host: '198.51.100.7', port: 40_000 }, local: this.local, ...flow };
  }
  arrive(text: string): void {
    this.events!.received(Buffer.from(text, 'latin1'), this.arrival);
  }
}

const request = (method: string, call: string, { tag = '', more = [] as string[], body = '' } = {}): string =>
  [
    `${method} sip:bob@192.0.2.1 SIP/2.0`,
    `Via: SIP/2.0/TCP 10.0.0.1:5062;rport;branch=z9hG4bK${call}${method}`,
    'Via: SIP/2.0/TCP proxy.example.org;branch=z9hG4bK0',
    'From: "J\xfcrgen" <sip:alice@example.org>;tag=a',
    `To: <sip:bob@192.0.2.1>${tag}`,
    `Call-ID: ${call}`,
    `CSeq: 7 ${method}`,
    ...more,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');

const names = ['UDP', 'TCP', 'TLS', 'WS'] as const;

async function ready() {
  const clock = new VirtualClock();
  const transports = Object.fromEntries(names.map((name) => [name, new HandTransport(name)])) as Record<
    TransportName,
    HandTransport
  >;
  const turns: (() => void)[] = [];
  const overload = new Overload({ perSecond: 1e6, perSecondPerSource: 1e6, now: () => clock.now() });
  const layer = new TransportLayer({
    transports: Object.values(transports),
    clock,
    log: loud,
    overload,
    later: (turn) => turns.push(turn),
  });
  const happened: string[] = [];
  const known = new Set<string>();
  layer.receive({
    message: (message: SipMessage) => {
      if (message.kind === 'request') happened.push(`${message.method} ${message.head.callId}`);
    },
    isNew: ({ head }) => head.toTag === undefined && !known.has(head.callId),
    flowClosed: (flow) => happened.push(`closed ${flow}`),
    failed() {},
  });
  await layer.start();
  const turn = (): void => {
    while (turns.length > 0) turns.shift()!();
  };
  /** Others have waited too long for a while: a standing queue. */
  const overloaded = (): void => {
    for (let count = 0; count < 8; count += 1) {
      clock.advance(90);
      overload.admits(transports.UDP.arrival, 200);
    }
    expect(overload.overloaded).toBe(true);
  };
  return { transports, layer, happened, known, turn, overloaded };
}

describe.each(['TCP', 'TLS', 'WS'] as const)('over %s', (name) => {
  it('W8: what belongs to a call comes before what wants to begin something, over all transports together', async () => {
    const { transports, happened, turn } = await ready();
    transports[name].arrive(request('INVITE', 'one'));
    transports.UDP.arrive(request('INVITE', 'two'));
    transports[name].arrive(request('CANCEL', 'one'));
    transports[name].arrive(request('BYE', 'three', { tag: ';tag=b' }));
    transports.UDP.arrive(request('INFO', 'four', { tag: ';tag=b' }));
    expect(happened).toEqual([]);
    turn();
    expect(happened).toEqual(['BYE three', 'INFO four', 'INVITE one', 'INVITE two', 'CANCEL one']);
  });

  it('W8: a connection is closed after all that came over it', async () => {
    const { transports, happened, turn } = await ready();
    const { events } = transports[name];
    transports[name].arrive(request('INVITE', 'one'));
    events!.closed('x1');
    transports[name].arrive(request('BYE', 'two', { tag: ';tag=b' }));
    turn();
    expect(happened).toEqual(['BYE two', 'INVITE one', 'closed x1']);
  });

  it('W8: in overload 503 with Retry-After comes over the same connection, and what is in a dialog is handled', async () => {
    const { transports, happened, known, turn, overloaded } = await ready();
    known.add('again');
    transports[name].arrive(request('INVITE', 'one', { more: ['Contact: <sip:alice@10.0.0.1>'] }));
    transports[name].arrive(request('INVITE', 'again'));
    transports[name].arrive(request('BYE', 'two', { tag: ';tag=b' }));
    overloaded();
    turn();
    expect(happened).toEqual(['BYE two', 'INVITE again']);
    expect(transports[name].sent).toHaveLength(1);
    const [{ text, to } = { text: '', to: undefined }] = transports[name].sent;
    expect(to?.flow).toBe(`${name.toLowerCase()}1`);
    const lines = text.split('\r\n');
    expect(lines[0]).toBe('SIP/2.0 503 Service Unavailable');
    expect(lines).toContain('Retry-After: 2');
    expect(lines.filter((line) => /^(?:Via|Call-ID|CSeq):/.test(line))).toEqual([
      expect.stringMatching(/;branch=z9hG4bKoneINVITE;received=198\.51\.100\.7$/),
      'Via: SIP/2.0/TCP proxy.example.org;branch=z9hG4bK0',
      'Call-ID: one',
      'CSeq: 7 INVITE',
    ]);
    expect(text).toMatch(/^To: <sip:bob@192\.0\.2\.1>;tag=\w+\r$/m);
  });

  it('W8: what is shed is not read: not even a field that would be 400 otherwise', async () => {
    const { transports, turn, overloaded } = await ready();
    const broken = request('INVITE', 'one', { more: ['Max-Forwards: many', 'Contact: <<<'] });
    transports[name].arrive(broken);
    turn();
    expect(transports[name].sent.at(-1)?.text).toMatch(/^SIP\/2\.0 400 /);
    transports[name].sent.length = 0;
    transports[name].arrive(broken);
    overloaded();
    turn();
    expect(transports[name].sent.map(({ text }) => text.split('\r\n')[0])).toEqual(['SIP/2.0 503 Service Unavailable']);
  });

  it('W8: when too much waits, the next is refused at once: nobody would repeat it', async () => {
    const { transports } = await ready();
    const one = request('INVITE', 'one');
    for (let count = 0; count < 20_000; count += 1) transports[name].arrive(one);
    expect(transports[name].sent).toEqual([]);
    transports[name].arrive(one);
    transports.UDP.arrive(one);
    expect(transports[name].sent.map(({ text }) => text.slice(0, 11))).toEqual(['SIP/2.0 503']);
    expect(transports.UDP.sent).toEqual([]);
  });

  it('W8: what breaks a stream is answered after what came before it, and then the connection is closed', async () => {
    const { transports, happened, turn } = await ready();
    const { events, arrival } = transports[name];
    transports[name].arrive(request('INVITE', 'one'));
    const problem = { status: 413, reason: 'Request Entity Too Large', detail: 'too long' };
    const bytes = Buffer.from(request('INVITE', 'two'), 'latin1');
    events!.broken!({ bytes, problem }, arrival, () => happened.push('close'));
    turn();
    expect(happened).toEqual(['INVITE one', 'close']);
    expect(transports[name].sent.map(({ text }) => text.slice(0, 11))).toEqual(['SIP/2.0 413']);
  });
});

it('W8: nothing that waits is handled once the layer is closed', async () => {
  const { transports, layer, happened, turn } = await ready();
  transports.TCP.arrive(request('INVITE', 'one'));
  await layer.close();
  turn();
  expect(happened).toEqual([]);
});

describe('a skimmed request', () => {
  it('W8: has its first line and what a response copies, byte for byte, compact forms too', () => {
    const text =
      'INVITE sip:a@b SIP/2.0\r\nv: one\r\nSubject: x\r\nFrom: "\xfc" <sip:a@b>\r\nt: c\r\ni: d\r\nCSeq: 1 INVITE\r\n\r\nbody';
    expect(skim(Buffer.from(text, 'latin1'))?.toString('latin1')).toBe(
      'INVITE sip:a@b SIP/2.0\r\nv: one\r\nFrom: "\xfc" <sip:a@b>\r\nt: c\r\ni: d\r\nCSeq: 1 INVITE\r\n\r\n',
    );
  });

  it.each([
    'SIP/2.0 200 OK\r\nVia: x\r\n\r\n',
    'INVITE a SIP/2.0\r\nVia: x\r\n y\r\n\r\n',
    'INVITE a SIP/2.0\r\nVia: x',
    '\r\n\r\n',
  ])('W8: is none where the whole has to be read: %j', (text) => expect(skim(Buffer.from(text))).toBeUndefined());
});

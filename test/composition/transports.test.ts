/** P21: each leg has a transport of its own, over real sockets. */
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { parseNameAddr, printUri } from '../../src/core/message/index.ts';
import type { Hop } from '../../src/core/transport/index.ts';
import { PHONE_SDP, RawPhone, type PhoneTransport } from '../support/raw-phone.ts';
import { startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';

const LINE = '+14155550101';
const DANA = '+14155550142';
const ECHO = '+14155550201';
const DOMAIN = 'demo.zt.patchcord.test';

const disposers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const dispose of disposers.splice(0).toReversed()) await dispose();
});

async function phone(name: PhoneTransport, secure = false, host?: string): Promise<RawPhone> {
  const started = await RawPhone.start(name, { secure, ...(host === undefined ? {} : { host }) });
  disposers.push(() => started.close());
  return started;
}

async function trunkFor(to: RawPhone, config: object = {}): Promise<RealTrunk> {
  const real = await startRealTrunk({
    numbers: [{ number: LINE, to: [to.uri] }],
    parties: [DANA, ECHO].map((number) => ({ number, name: number, behaviour: 'answer', afterMs: 0 })),
    ...config,
  });
  disposers.push(() => real.close());
  return real;
}

function hopTo(real: RealTrunk, transport: PhoneTransport): Hop {
  const address = real.trunk.addresses[transport.toLowerCase() as 'udp' | 'tcp' | 'tls']!;
  const colon = address.lastIndexOf(':');
  return { transport, host: address.slice(0, colon).replaceAll(/[[\]]/g, ''), port: Number(address.slice(colon + 1)) };
}

const kinds = [
  ['UDP', false],
  ['TCP', false],
  ['TLS', false],
  ['TLS', true],
] satisfies [PhoneTransport, boolean][];

describe('P21: the trunk calls an endpoint', () => {
  it.each(kinds)(
    'over %s (sips: %s) for a caller over UDP, and all of the dialog stays there',
    async (name, secure) => {
      const endpoint = await phone(name, secure);
      const real = await trunkFor(endpoint);
      const { callId } = await real.trunk.practiceCall({ caller: DANA, to: LINE });
      await expect.poll(() => endpoint.requests('ACK').length).toBe(1);
      const [invite] = endpoint.requests('INVITE');
      const { port } = hopTo(real, name);
      expect(invite!.message.head.via).toMatchObject({ transport: name, port });
      const contact = parseNameAddr(invite!.message.headers.get('Contact')!);
      const scheme = secure ? 'sips' : 'sip';
      const parameter = name === 'UDP' || secure ? '' : `;transport=${name.toLowerCase()}`;
      expect(contact.ok && printUri(contact.value.uri)).toBe(`${scheme}:trunk@127.0.0.1:${port}${parameter}`);
      await real.trunk.hangUp(callId);
      await expect.poll(() => endpoint.requests('BYE').length).toBe(1);
      expect(new Set(endpoint.received.map(({ from }) => from.transport))).toEqual(new Set([name]));
      expect(new Set(endpoint.received.map(({ from }) => from.flow)).size).toBe(1);
    },
  );
});

describe('P21: an endpoint calls', () => {
  it.each(kinds)('over %s (sips: %s) a target over UDP, and all of the dialog stays there', async (name, secure) => {
    const endpoint = await phone(name, secure);
    const real = await trunkFor(endpoint);
    const hop = hopTo(real, name);
    const target = `${secure ? 'sips' : 'sip'}:${ECHO}@${DOMAIN}`;
    const dialog: [string, string][] = [
      ['From', `<sip:${LINE}@${DOMAIN}>;tag=1`],
      ['Call-ID', 'p21'],
    ];
    endpoint.send('INVITE', target, hop, [...dialog, ['To', `<${target}>`], ['CSeq', '1 INVITE']]);
    await expect.poll(() => endpoint.responses('INVITE').some(({ message }) => message.status === 200)).toBe(true);
    const { message: answer } = endpoint.responses('INVITE').at(-1)!;
    const contact = answer.headers.get('Contact')!;
    expect(contact).toMatch(secure ? /^<sips:trunk@/ : /^<sip:trunk@/);
    expect(contact).toContain(`:${hop.port}`);
    const to = answer.headers.get('To')!;
    endpoint.send('ACK', contact.slice(1, contact.indexOf('>')), hop, [...dialog, ['To', to], ['CSeq', '1 ACK']]);
    await expect.poll(() => real.trunk.calls().length).toBe(1);
    await real.trunk.hangUp(real.trunk.calls()[0]!.id);
    await expect.poll(() => endpoint.requests('BYE').length).toBe(1);
    expect(new Set(endpoint.received.map(({ from }) => from.transport))).toEqual(new Set([name]));
    expect(new Set(endpoint.received.map(({ from }) => from.flow)).size).toBe(1);
  });
});

it('reaches an endpoint over a new connection, at its Contact, when that of the call is gone', async () => {
  const endpoint = await phone('TCP');
  const real = await trunkFor(endpoint);
  const { host, port } = hopTo(real, 'TCP');
  const socket = connect(port, host);
  disposers.push(async () => void socket.destroy());
  let heard = '';
  socket.on('data', (chunk) => (heard += String(chunk)));
  const message = (method: string, to: string, body = '') =>
    [
      `${method} sip:${ECHO}@${DOMAIN} SIP/2.0`,
      `Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK${method}`,
      `From: <sip:${LINE}@${DOMAIN}>;tag=1`,
      `To: ${to}`,
      'Call-ID: lost',
      `CSeq: 1 ${method}`,
      `Contact: <${endpoint.uri}>`,
      'Content-Type: application/sdp',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
  socket.write(message('INVITE', `<sip:${ECHO}@${DOMAIN}>`, PHONE_SDP));
  await expect.poll(() => heard).toContain('SIP/2.0 200');
  socket.write(message('ACK', /\r\nTo: (.*)\r\n/.exec(heard.slice(heard.indexOf('SIP/2.0 200')))![1]!));
  const [call] = real.trunk.calls();
  const labels = (): string[] => real.trunk.ladder(call!.id)!.messages.map(({ label }) => label);
  await expect.poll(() => labels().filter((label) => label.startsWith('ACK')).length).toBe(2);
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket.destroy();
  await gone;
  // The trunk hears of it a little later than we.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect
    .poll(async () => {
      for (const { id } of real.trunk.calls()) await real.trunk.hangUp(id);
      return endpoint.requests('BYE').length;
    })
    .toBe(1);
});

describe('IPv6', () => {
  it.each(['UDP', 'TCP', 'TLS'] as const)('carries a call to an endpoint over %s', async (name) => {
    const endpoint = await phone(name, false, '::1');
    const real = await trunkFor(endpoint, { listen: { host: '::1', udp: 0, tcp: 0, tls: 0, http: 0 } });
    await real.trunk.practiceCall({ caller: DANA, to: LINE });
    await expect.poll(() => endpoint.requests('ACK').length).toBe(1);
    const [invite] = endpoint.requests('INVITE');
    expect(invite!.message.head.via.host).toBe('::1');
    expect(invite!.message.headers.get('Contact')).toContain('sip:trunk@[::1]:');
  });

  it('and IPv4 share the sockets of a trunk that listens on ::', async () => {
    const endpoint = await phone('TCP', false, '::1');
    const real = await trunkFor(endpoint, {
      listen: { host: '::', udp: 0, tcp: 0, tls: 0, http: 0 },
      auth: { credentials: [{ username: 'a', password: 'b' }] },
    });
    await real.trunk.practiceCall({ caller: DANA, to: LINE });
    await expect.poll(() => endpoint.requests('ACK').length).toBe(1);
    expect(endpoint.requests('INVITE')[0]!.message.headers.get('Contact')).toContain('sip:trunk@[::1]:');
  });

  it.each([
    ['0.0.0.0', '127.0.0.1', 'IP4'],
    ['::', '127.0.0.1', 'IP4'],
    ['::', '::1', 'IP6'],
    ['0::0', '::1', 'IP6'],
  ])('W29: a trunk on %s names %s in Via, Contact and SDP to a peer there', async (listening, peer, family) => {
    const endpoint = await phone('UDP', false, peer);
    const real = await trunkFor(endpoint, {
      listen: { host: listening, udp: 0, tcp: 0, tls: 0, http: 0 },
      auth: { credentials: [{ username: 'a', password: 'b' }] },
    });
    await real.trunk.practiceCall({ caller: DANA, to: LINE });
    await expect.poll(() => endpoint.requests('ACK').length).toBe(1);
    const { message } = endpoint.requests('INVITE')[0]!;
    expect(message.head.via.host).toBe(peer);
    expect(message.headers.get('Contact')).toContain(peer);
    const sdp = new TextDecoder().decode(message.body);
    expect(new Set(sdp.match(/IN IP[46] \S+/g))).toEqual(new Set([`IN ${family} ${peer}`]));
  });
});

/** Who a request belongs to, and where requests to a peer go: a trunk on real sockets that lets nobody in by address. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseAuthentication, printCredentials } from '../../src/core/message/index.ts';
import { dnsResolver, type Hop } from '../../src/core/transport/index.ts';
import { digestResponse, passwordHash } from '../../src/core/ua/digest.ts';
import { startDnsServer } from '../support/dns-server.ts';
import { RawPhone } from '../support/raw-phone.ts';
import { startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';

const DOMAIN = 'identity.example.test';
const LINE = '+14155550101';
const SECOND = '+14155550102';
const DANA = '+14155550142';
const BILLING = '+14155551234';
const PASSWORD = 'correct-horse';

const disposers: (() => unknown)[] = [];
let real: RealTrunk;
let trunk: Hop;
/** The first address of provider.test; the second is 127.0.0.3. */
let gateway: RawPhone;

afterEach(async () => {
  for (const dispose of disposers.splice(0).toReversed()) await dispose();
});

async function phone(host = '127.0.0.1'): Promise<RawPhone> {
  const started = await RawPhone.start('UDP', { host });
  disposers.push(() => started.close());
  return started;
}

beforeEach(async () => {
  gateway = await phone('127.0.0.2');
  const port = gateway.uri.split(':').at(-1);
  const dns = await startDnsServer({ a: { 'provider.test': ['127.0.0.2', '127.0.0.3'] } });
  disposers.push(() => dns.close());
  const numbers = [
    { number: LINE, to: [`sip:victim@${DOMAIN}`] },
    { number: SECOND, to: [`sip:gateway@provider.test:${port}`] },
  ];
  const parties = [
    { number: DANA, name: 'Dana', behaviour: 'answer', afterMs: 0, caller: true },
    { number: BILLING, name: 'Billing', behaviour: 'answer', afterMs: 0 },
  ];
  const credentials = ['victim', 'stranger'].map((username) => ({ username, password: PASSWORD }));
  real = await startRealTrunk(
    { domain: DOMAIN, numbers, parties, auth: { allow: [], credentials } },
    {},
    ':memory:',
    undefined,
    { resolver: dnsResolver([dns.address]) },
  );
  disposers.push(() => real.close());
  const [host = '', own] = real.trunk.addresses.udp.split(':');
  trunk = { transport: 'UDP', host, port: Number(own) };
});

/** Registers with a password; the challenge is answered by hand. */
async function register(from: RawPhone, user: string): Promise<void> {
  const send = (seq: number, authorization?: string) =>
    from.send('REGISTER', `sip:${DOMAIN}`, trunk, [
      ['From', `<sip:${user}@${DOMAIN}>;tag=1`],
      ['To', `<sip:${user}@${DOMAIN}>`],
      ['Call-ID', `register-${user}`],
      ['CSeq', `${seq} REGISTER`],
      ['Expires', '600'],
      ...(authorization === undefined ? [] : ([['Authorization', authorization]] satisfies [string, string][])),
    ]);
  send(1);
  await vi.waitFor(() => expect(from.responses('REGISTER')).toHaveLength(1));
  const challenge = from.responses('REGISTER')[0]!.message.headers.get('WWW-Authenticate') ?? '';
  send(2, answerTo(challenge, user, 'REGISTER', `sip:${DOMAIN}`));
  await vi.waitFor(() => expect(from.responses('REGISTER').map(({ message }) => message.status)).toEqual([401, 200]));
}

function answerTo(challenge: string, username: string, method: string, uri: string): string {
  const parsed = parseAuthentication(challenge);
  if (!parsed.ok) throw new Error(challenge);
  const [realm = '', nonce = '', opaque = ''] = ['realm', 'nonce', 'opaque'].map((name) =>
    parsed.value.params.get(name),
  );
  const counted = { nc: '00000001', cnonce: 'abc' };
  const secret = passwordHash('MD5', username, realm, PASSWORD);
  const response = digestResponse('MD5', secret, { method, uri, nonce, counted });
  const params = { username, realm, nonce, uri, response, opaque, algorithm: 'MD5', qop: 'auth', ...counted };
  return printCredentials({ scheme: 'Digest', params: new Map(Object.entries(params)) });
}

/** A call to a number that this phone answers. */
async function called(number: string, answering: RawPhone) {
  const { callId } = await real.trunk.practiceCall({ caller: DANA, to: number });
  await vi.waitFor(() => expect(answering.requests('ACK')).toHaveLength(1), { timeout: 4000 });
  return { callId, send: inDialog(answering) };
}

/** Requests in the dialog of the call that it has answered. */
function inDialog(answering: RawPhone) {
  const { headers } = answering.requests('INVITE').at(-1)!.message;
  let seq = 100;
  return (from: RawPhone, method: string, fields: readonly [string, string][] = []) =>
    from.send(method, /<(.*)>/.exec(headers.get('Contact') ?? '')![1]!, trunk, [
      ['From', `${headers.get('To')};tag=phone`],
      ['To', headers.get('From') ?? ''],
      ['Call-ID', headers.get('Call-ID') ?? ''],
      ['CSeq', `${(seq += 1)} ${method}`],
      ...fields,
    ]);
}

const statuses = (of: RawPhone, method: string) => of.responses(method).map(({ message }) => message.status);

describe('a user behind a NAT', () => {
  it('W17: keeps the requests of its calls, whoever registers its Contact', async () => {
    const [victim, stranger] = [await phone(), await phone()];
    victim.contact = 'sip:victim@192.168.1.20:5060';
    stranger.contact = victim.contact;
    await register(victim, 'victim');
    const { callId } = await called(LINE, victim);
    await register(stranger, 'stranger');
    await real.trunk.hangUp(callId);
    await vi.waitFor(() => expect(victim.requests('BYE')).toHaveLength(1));
    expect(stranger.requests('BYE')).toEqual([]);
  });
});

describe('a provider with two addresses', () => {
  it.each([
    ['the second address of its name', '127.0.0.3', 200],
    ['a stranger, who knows the tags', '127.0.0.4', 401],
  ])('W18: BYE from %s', async (_, host, status) => {
    const other = await phone(host);
    await vi.waitFor(async () => {
      await real.trunk.practiceCall({ caller: DANA, to: SECOND });
      expect(gateway.requests('INVITE')).toHaveLength(1);
    });
    await vi.waitFor(() => expect(gateway.requests('ACK')).toHaveLength(1));
    inDialog(gateway)(other, 'BYE');
    await vi.waitFor(() => expect(statuses(other, 'BYE')).toEqual([status]));
  });
});

describe('REFER of a registered phone', () => {
  const referTo: [string, string][] = [['Refer-To', `<sip:${BILLING}@${DOMAIN}>`]];

  it('W20: needs no second password from where it has registered, whatever its From says', async () => {
    const desk = await phone();
    await register(desk, 'victim');
    const { send } = await called(LINE, desk);
    send(desk, 'REFER', referTo);
    await vi.waitFor(() => expect(statuses(desk, 'REFER')).toEqual([202]));
  });

  it('W20: is challenged from anywhere else', async () => {
    const [desk, other] = [await phone(), await phone()];
    await register(desk, 'victim');
    const { send } = await called(LINE, desk);
    send(other, 'REFER', referTo);
    await vi.waitFor(() => expect(statuses(other, 'REFER')).toEqual([401]));
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRequest, type SipRequest, type SipResponse } from '../../src/core/message/index.ts';
import type { ServerTransaction } from '../../src/core/transaction/index.ts';
import type { Arrival } from '../../src/core/transport/index.ts';
import type { Refusal } from '../../src/core/ua/refusal.ts';
import { Registrar } from '../../src/core/ua/registrar.ts';
import { createIds } from '../../src/core/ua/ids.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const DOMAIN = 'demo.zt.patchcord.test';
const OTHER = 'two.zt.patchcord.test';
const PHONE = { host: '198.51.100.7', port: 5060 };
const CONTACT = '<sip:agent@198.51.100.7:5060>';

let clock: VirtualClock;
let registrar: Registrar;
let changes: string[];
let admit: (user: string) => Refusal | undefined;
let seq: number;

beforeEach(() => {
  clock = new VirtualClock();
  changes = [];
  seq = 0;
  admit = () => undefined;
  registrar = new Registrar({
    clock,
    ids: createIds((bytes) => 'a1'.repeat(bytes)),
    domain: DOMAIN,
    others: [OTHER],
    admit: (_, user) => admit(user),
    changed: (user) => changes.push(user),
  });
});

afterEach(() => {
  registrar.close();
  expect(clock.pending).toBe(0);
});

interface Registration {
  contacts?: readonly string[];
  expires?: string;
  user?: string;
  domain?: string;
  uri?: string;
  callId?: string;
  cseq?: number;
  from?: Partial<Arrival>;
}

function register(given: Registration = {}): SipResponse {
  const { contacts = [CONTACT], expires, user = 'agent', domain = DOMAIN, callId = 'c1', from = {} } = given;
  const { uri = `sip:${DOMAIN}`, cseq = (seq += 1) } = given;
  const request = createRequest({
    method: 'REGISTER',
    uri,
    headers: [
      ['Via', 'SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK1'],
      ['From', `<sip:${user}@${domain}>;tag=a`],
      ['To', `<sip:${user}@${domain}>`],
      ['Call-ID', callId],
      ['CSeq', `${cseq} REGISTER`],
      ...contacts.map((contact): [string, string] => ['Contact', contact]),
      ...(expires === undefined ? [] : [['Expires', expires] as [string, string]]),
    ],
  });
  const arrival: Arrival = { transport: 'UDP', remote: PHONE, local: { host: '192.0.2.1', port: 5060 }, ...from };
  return receive(request, arrival);
}

function receive(request: SipRequest, arrival: Arrival): SipResponse {
  const responses: SipResponse[] = [];
  const transaction = { request, arrival, respond: (response: SipResponse) => responses.push(response), ended: false };
  registrar.receive(transaction as unknown as ServerTransaction);
  expect(responses).toHaveLength(1);
  return responses[0]!;
}

const listed = (response: SipResponse) => [response.status, ...response.headers.all('Contact')];
const targets = (user = 'agent', domain?: string) => registrar.bindings(user, domain).map(({ target }) => target);

/** Whose request it is that names this Contact and comes from there. */
const ownerOf = (contact: string, remote = PHONE) =>
  registrar.ownerOf({ transport: 'UDP', remote, local: { host: '192.0.2.1', port: 5060 } }, contact)?.trim();

describe('a registration', () => {
  it('lists its binding with the seconds that are left, and the date', () => {
    const response = register({ expires: '120' });
    expect(listed(response)).toEqual([200, '<sip:agent@198.51.100.7:5060>;expires=120']);
    expect(response.headers.get('Date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
    clock.advance(20_000);
    expect(listed(register({ contacts: [] }))).toEqual([200, '<sip:agent@198.51.100.7:5060>;expires=100']);
  });

  it.each([
    ['nothing', {}, 600],
    ['Expires', { expires: '300' }, 300],
    ['its own parameter rather than Expires', { contacts: [`${CONTACT};expires=90`], expires: '300' }, 90],
    ['more than an hour', { expires: '7200' }, 3600],
    ['a number beyond all bounds', { expires: '9'.repeat(30) }, 3600],
    ['what is no number', { expires: 'soon' }, 600],
  ])('that says %s gets its time', (_, given, seconds) => {
    expect(listed(register(given))).toEqual([200, `${CONTACT};expires=${seconds}`]);
  });

  it('shorter than the shortest is refused with 423 and Min-Expires, whole', () => {
    register();
    const response = register({ contacts: ['<sip:agent@198.51.100.9>', `${CONTACT};expires=9`] });
    expect([response.status, response.headers.get('Min-Expires')]).toEqual([423, '10']);
    expect(targets()).toEqual(['sip:agent@198.51.100.7:5060']);
    expect(register({ expires: '10' }).status).toBe(200);
  });

  it('is for its user in one domain: the same name in another is somebody else', () => {
    register({ contacts: ['<sip:agent@198.51.100.8>'], domain: OTHER, uri: `sip:${OTHER}` });
    expect(targets('agent', OTHER.toUpperCase())).toEqual(['sip:agent@198.51.100.8']);
    expect(targets()).toEqual([]);
    register();
    expect(targets()).toEqual(['sip:agent@198.51.100.7:5060']);
    expect(listed(register({ contacts: ['*'], expires: '0' }))).toEqual([200]);
    expect(targets('agent', OTHER)).toEqual(['sip:agent@198.51.100.8']);
  });

  it('ends by itself when its time is over, and says so', () => {
    register({ expires: '60' });
    register({ contacts: ['<sip:agent@198.51.100.9>'], expires: '90' });
    clock.advance(60_000);
    expect(targets()).toEqual(['sip:agent@198.51.100.9']);
    expect(ownerOf('sip:agent@198.51.100.7:5060')).toBeUndefined();
    clock.advance(30_000);
    expect(targets()).toEqual([]);
    expect(changes).toEqual(['agent', 'agent', 'agent', 'agent']);
    expect(clock.pending).toBe(0);
  });

  it('is refreshed by the same Contact in any spelling that is equal (RFC 3261 §19.1.4), which is no change', () => {
    register({ expires: '60' });
    clock.advance(50_000);
    register({ contacts: ['<sip:%61gent@198.51.100.7:5060;foo=bar>'], expires: '60' });
    clock.advance(50_000);
    expect(registrar.bindings('agent')).toHaveLength(1);
    register({ expires: '60' });
    register({ expires: '60' });
    expect(registrar.bindings('agent')).toHaveLength(1);
  });

  it('that is refreshed alone tells nobody', () => {
    register();
    register();
    expect(changes).toEqual(['agent']);
  });

  it('that was overtaken by a later one of its Call-ID is refused; another Call-ID may do all', () => {
    register({ cseq: 5 });
    for (const cseq of [4, 5]) expect(register({ cseq, expires: '0' }).status).toBe(500);
    for (const cseq of [4, 5]) expect(register({ cseq, contacts: ['*'], expires: '0' }).status).toBe(500);
    expect(targets()).toHaveLength(1);
    expect(register({ cseq: 1, callId: 'c2' }).status).toBe(200);
    expect(register({ cseq: 2, callId: 'c2', expires: '0' }).status).toBe(200);
    expect(targets()).toEqual([]);
  });
});

describe('several bindings', () => {
  const other = '<sip:agent@198.51.100.9>';

  it('are ordered by q, the newest first among equals', () => {
    register({ contacts: [`${CONTACT};q=0.5`, other] });
    register({ contacts: ['<sip:agent@198.51.100.10>;q=0.5'] });
    expect(targets()).toEqual(['sip:agent@198.51.100.9', 'sip:agent@198.51.100.10', 'sip:agent@198.51.100.7:5060']);
    expect(listed(register({ contacts: [] }))[2]).toBe('<sip:agent@198.51.100.10>;expires=600;q=0.5');
  });

  it('have no preference when q cannot be read', () => {
    register({ contacts: [`${CONTACT};q=1.5`] });
    expect(registrar.bindings('agent')[0]?.q).toBeUndefined();
  });

  it('are removed one by one with expires=0, or all at once with *', () => {
    register({ contacts: [CONTACT, other] });
    expect(listed(register({ contacts: [`${CONTACT};expires=0`] }))).toEqual([200, `${other};expires=600`]);
    expect(listed(register({ contacts: ['*'], expires: '0' }))).toEqual([200]);
    expect(clock.pending).toBe(0);
  });

  it('are not removed by * without Expires: 0, nor by * beside another Contact', () => {
    register();
    expect(register({ contacts: ['*'] }).status).toBe(400);
    expect(register({ contacts: ['*'], expires: '60' }).status).toBe(400);
    expect(register({ contacts: ['*', other], expires: '0' }).status).toBe(400);
    expect(targets()).toHaveLength(1);
  });

  it('may be ten for a user: the one that ends first makes room, and more at once are refused', () => {
    const numbered = (n: number) => `<sip:agent@198.51.100.7:${6000 + n}>`;
    for (let n = 0; n < 10; n++) register({ contacts: [numbered(n)], expires: String(n === 4 ? 100 : 600) });
    register({ contacts: [numbered(10)] });
    expect(registrar.bindings('agent')).toHaveLength(10);
    expect(targets()).not.toContain('sip:agent@198.51.100.7:6004');
    const eleven = Array.from({ length: 11 }, (_, n) => numbered(n));
    expect(register({ contacts: eleven }).status).toBe(403);
  });

  it('of one device on one connection replace each other (RFC 5626 §6)', () => {
    const device = '+sip.instance="<urn:uuid:f81d4fae>";reg-id=1';
    register({ contacts: [`<sip:a@198.51.100.7:6001>;${device}`] });
    register({ contacts: [`<sip:a@198.51.100.7:6002>;${device}`], callId: 'c2' });
    register({ contacts: ['<sip:a@198.51.100.7:6003>;+sip.instance="<urn:uuid:other>";reg-id=1'], callId: 'c3' });
    expect(targets()).toEqual(['sip:a@198.51.100.7:6003', 'sip:a@198.51.100.7:6002']);
  });
});

describe('who and where', () => {
  it.each([
    ['the domain in another letter case', { uri: `sip:${DOMAIN.toUpperCase()}` }, 200],
    ['our address, to which the phone was told to register', { uri: 'sip:127.0.0.1:5060' }, 200],
    ['another domain in the Request-URI', { uri: 'sip:elsewhere.test' }, 404],
    ['another domain in To', { domain: 'elsewhere.test' }, 404],
    ['an address in To', { domain: '127.0.0.1' }, 404],
  ])('%s', (_, given, status) => {
    expect(register(given).status).toBe(status);
  });

  it('is decided by admit, with its words', () => {
    admit = (user) => (user === 'agent' ? { status: 401, headers: [['WWW-Authenticate', 'Digest x="y"']] } : undefined);
    const response = register();
    expect([response.status, response.headers.get('WWW-Authenticate')]).toEqual([401, 'Digest x="y"']);
    expect(register({ user: 'other' }).status).toBe(200);
  });

  it('needs a SIP URI as Contact', () => {
    expect(register({ contacts: ['<tel:+14155550100>'] }).status).toBe(400);
  });

  it('leaves header fields of a Contact out of the Request-URI', () => {
    register({ contacts: ['<sip:agent@198.51.100.7:5060?Subject=hello>'] });
    expect(targets()).toEqual(['sip:agent@198.51.100.7:5060']);
  });

  it('a full registrar takes nobody new, but refreshes those it has', () => {
    for (let n = 0; n < 10_000; n++) register({ user: `u${n}`, contacts: [`<sip:u${n}@198.51.100.7>`] });
    const response = register({ user: 'late' });
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '60']);
    expect(register({ user: 'u7', contacts: ['<sip:u7@198.51.100.7>'] }).status).toBe(200);
  });
});

describe('the order of a user’s devices', () => {
  const device = (n: number) => `<sip:agent@198.51.100.7:${6000 + n}>`;

  it('W17: stays the same when one of them refreshes, or starts again under another port', () => {
    for (const n of [1, 2, 3]) register({ contacts: [device(n)], callId: `c${n}` });
    const order = ['sip:agent@198.51.100.7:6003', 'sip:agent@198.51.100.7:6002', 'sip:agent@198.51.100.7:6001'];
    expect(targets()).toEqual(order);
    changes = [];
    for (const n of [1, 2, 1, 3, 2]) {
      clock.advance(1000);
      register({ contacts: [device(n)], callId: `c${n}` });
    }
    expect(targets()).toEqual(order);
    expect(changes).toEqual([]);
    const instance = '+sip.instance="<urn:uuid:f81d4fae>";reg-id=1';
    register({ contacts: [`${device(2)};${instance}`], callId: 'c2' });
    register({ contacts: [`${device(4)};${instance}`], callId: 'c4' });
    expect(targets()).toEqual([order[0], 'sip:agent@198.51.100.7:6004', order[2]]);
  });

  it('W17: a device that left comes back as the newest', () => {
    for (const n of [1, 2]) register({ contacts: [device(n)], callId: `c${n}` });
    register({ contacts: [device(1)], callId: 'c1', expires: '0' });
    register({ contacts: [device(1)], callId: 'c1' });
    expect(targets()).toEqual(['sip:agent@198.51.100.7:6001', 'sip:agent@198.51.100.7:6002']);
  });
});

it('W17: the Contact of somebody else, registered from elsewhere, is not found for their requests', () => {
  const contact = '<sip:victim@192.168.1.20>';
  const victim = { host: '198.51.100.7', port: 40_001 };
  // At the same public address, behind the same NAT.
  const stranger = { host: '198.51.100.7', port: 40_002 };
  register({ user: 'victim', contacts: [contact], from: { remote: victim } });
  register({ user: 'stranger', contacts: [contact], from: { remote: stranger }, callId: 'c2' });
  expect(ownerOf('sip:victim@192.168.1.20', victim)).toBe('victim');
  expect(ownerOf('sip:victim@192.168.1.20', stranger)).toBe('stranger');
  expect(ownerOf('sip:victim@192.168.1.20', { host: '203.0.113.1', port: 5060 })).toBeUndefined();
});

describe('the way to a binding', () => {
  it('is its Contact when the REGISTER came from that host, whatever port it came from', () => {
    register({ from: { remote: { host: '198.51.100.7', port: 49_152 } } });
    expect(registrar.bindings('agent')[0]?.hop).toEqual({ transport: 'UDP', ...PHONE });
    register({ contacts: ['<sip:agent@198.51.100.7;transport=tcp>'] });
    expect(registrar.bindings('agent')[0]?.hop).toEqual({ transport: 'TCP', host: '198.51.100.7', port: 5060 });
    register({ contacts: ['<sips:agent@198.51.100.7>'] });
    expect(registrar.bindings('agent')[0]?.hop).toEqual({ transport: 'TLS', host: '198.51.100.7', port: 5061 });
  });

  it.each([
    ['another host: there is NAT between', '<sip:agent@192.168.1.20:5060>'],
    ['a name', '<sip:agent@phone.invalid;ob>'],
    ['a transport that we do not have', '<sip:agent@198.51.100.7;transport=sctp>'],
  ])('is the source of the REGISTER when the Contact says %s; it stays the Request-URI', (_, contact) => {
    const remote = { host: '198.51.100.7', port: 49_152 };
    register({ contacts: [contact], from: { remote } });
    expect(targets()).toEqual([contact.slice(1, -1)]);
    expect(registrar.bindings('agent')[0]?.hop).toEqual({ transport: 'UDP', ...remote });
    expect(ownerOf(contact.slice(1, -1), remote)).toBe('agent');
    expect(ownerOf('sip:agent@192.168.1.99', remote)).toBeUndefined();
  });

  it('is the connection that it was made on; when that closes, the Contact if it can be reached, else nothing', () => {
    const remote = { host: '198.51.100.7', port: 49_152 };
    const from = { transport: 'TCP', remote, flow: 'tcp-1' } as const;
    register({ contacts: ['<sip:agent@192.168.1.20;transport=tcp>', '<sip:agent@198.51.100.7;transport=tcp>'], from });
    register({ user: 'other', contacts: ['<sip:other@198.51.100.8>'] });
    const flow = { transport: 'TCP', ...remote, flow: 'tcp-1' };
    expect(registrar.bindings('agent').map(({ hop }) => hop)).toEqual([flow, flow]);
    changes = [];
    registrar.flowClosed('tcp-1');
    expect(registrar.bindings('agent').map(({ hop }) => hop)).toEqual([{ transport: 'TCP', ...PHONE }]);
    expect(changes).toEqual(['agent']);
    registrar.flowClosed('tcp-1');
    expect(changes).toEqual(['agent']);
  });

  it('is found for each of the users of one phone, until the last is gone', () => {
    for (const user of ['agent', 'boss']) {
      register({ user, contacts: ['<sip:phone@192.168.1.20>'], callId: user });
    }
    register({ user: 'boss', contacts: ['*'], expires: '0', callId: 'boss' });
    expect(ownerOf('sip:phone@192.168.1.20')).toBe('agent');
    register({ user: 'agent', contacts: ['*'], expires: '0', callId: 'agent' });
    expect(ownerOf('sip:phone@192.168.1.20')).toBeUndefined();
  });
});

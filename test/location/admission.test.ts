/** Who gets in: from where, with what, and what it costs those who guess. On the memory network, without media. */
import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import { createRequest, type SipResponse } from '../../src/core/message/index.ts';
import type { ServerTransaction } from '../../src/core/transaction/index.ts';
import type { Arrival, Hop } from '../../src/core/transport/index.ts';
import { Admission } from '../../src/core/location/admission.ts';
import { parseConfig } from '../../src/core/config/config.ts';
import { Directory } from '../../src/core/location/directory.ts';
import { Domains } from '../../src/core/location/domains.ts';
import { LiveConfig } from '../../src/core/config/live-config.ts';
import { createIds } from '../../src/core/ua/ids.ts';
import { Registrar } from '../../src/core/ua/registrar.ts';
import { diary, startAgent, type Agent } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const DOMAIN = 'demo.zt.patchcord.test';
const LINE = '+14155550101';
const PARTIES: Hop = { transport: 'UDP', host: '127.0.0.1', port: 40_000 };
const PASSWORDS = [
  { username: 'endpoint', password: 'secret' },
  { username: 'boss', password: 'other' },
];

let clock: VirtualClock;
let admission: Admission;
let live: LiveConfig;

beforeEach(() => {
  clock = new VirtualClock();
  admission = start({ allow: ['10.1.0.0/16', '10.9.0.1', '2001:db8::/32'], credentials: PASSWORDS });
});

function start(auth: object): Admission {
  const numbers = [
    { number: LINE, to: [`sip:agent@${DOMAIN}`] },
    { number: '+14155550100', to: ['console'] },
  ];
  const config = parseConfig({ numbers, auth, domain: DOMAIN });
  if (!config.ok) throw new Error(config.error.join('\n'));
  live = new LiveConfig(config.value);
  const directory = new Directory(live);
  return new Admission({
    config: live,
    clock,
    log: silent,
    directory,
    domains: new Domains(live),
    parties: () => PARTIES,
    random: randomBytes,
  });
}

function from(
  host: string,
  more: Partial<Arrival> = {},
  method = 'INVITE',
  user = LINE,
  domain = DOMAIN,
): ServerTransaction {
  const request = createRequest({
    method,
    uri: `sip:${user}@${domain}`,
    headers: [
      ['Via', 'SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1'],
      ['From', '<sip:a@example.test>;tag=a'],
      ['To', '<sip:b@example.test>'],
      ['Call-ID', 'c'],
      ['CSeq', `1 ${method}`],
    ],
  });
  const arrival = { transport: 'UDP', remote: { host, port: 5060 }, local: { host: '10.0.0.1', port: 5060 }, ...more };
  return { request, arrival } as unknown as ServerTransaction;
}

describe('P29: the access list of networks', () => {
  it.each(['10.1.255.254', '10.9.0.1', '2001:db8::7', '::ffff:10.1.0.7'])('lets %s in without credentials', (host) => {
    expect(admission.authenticate(from(host))).toBeUndefined();
  });

  it.each(['10.2.0.1', '10.9.0.2', '2001:db9::7', '127.0.0.1', 'fe80::1%eth0'])('does not know %s', (host) => {
    expect(admission.authenticate(from(host))?.status).toBe(401);
  });

  it('is all there is when there are no credentials: others get 403', () => {
    admission = start({ allow: ['10.1.0.0/16'] });
    expect(admission.authenticate(from('10.1.0.1'))).toBeUndefined();
    expect(admission.authenticate(from('10.2.0.1'))).toEqual({ status: 403, reason: 'Address Not Allowed' });
  });
});

it('W19: challenges with MD5 alone unless it is told otherwise, and then in that order', () => {
  const offered = () =>
    admission.authenticate(from('10.2.0.1'))?.headers?.map(([, value]) => /algorithm="?([\w-]+)/.exec(value)?.[1]);
  expect(offered()).toEqual(['MD5']);
  admission = start({ credentials: PASSWORDS, algorithms: ['SHA-256', 'MD5', 'SHA-512-256'] });
  expect(offered()).toEqual(['SHA-256', 'MD5', 'SHA-512-256']);
});

it('the simulated phones and the console are known, by their address and by their connection', () => {
  const { host, port } = PARTIES;
  expect(admission.authenticate(from(host, { remote: { host, port } }))).toBeUndefined();
  expect(admission.authenticate(from(host, { remote: { host, port: port + 1 } }))?.status).toBe(401);
  expect(admission.authenticate(from(host, { remote: { host, port }, transport: 'TCP' }))?.status).toBe(401);
  expect(admission.authenticate(from('10.2.0.1', { transport: 'WS' }))).toBeUndefined();
});

it('tells callers, endpoints and the console apart', () => {
  const { host, port } = PARTIES;
  expect(admission.admit(from('10.1.0.1'))).toEqual({ role: 'caller' });
  expect(admission.admit(from('10.1.0.1', {}, 'INVITE', '+14155551234'))).toEqual({ role: 'endpoint' });
  expect(admission.admit(from(host, { remote: { host, port } }, 'INVITE', 'once-1'))).toEqual({ role: 'caller' });
  expect(admission.admit(from('10.2.0.1', { transport: 'WS' }))).toEqual({ role: 'console' });
});

it('T1: whoever dials a number with an application is an endpoint, unless it is a simulated phone', () => {
  const numbers = [{ number: LINE, twiml: 'http://127.0.0.1:9/voice' }];
  const config = parseConfig({ numbers, domain: DOMAIN, provider: 'twilio', auth: { allow: ['10.1.0.0/16'] } });
  if (!config.ok) throw new Error(config.error.join('\n'));
  live.set(config.value);
  const { host, port } = PARTIES;
  expect(admission.admit(from('10.1.0.1'))).toEqual({ role: 'endpoint' });
  expect(admission.admit(from(host, { remote: { host, port } }))).toEqual({ role: 'caller' });
});

describe('a changed configuration', () => {
  function change(auth: object, domain = DOMAIN): void {
    const config = parseConfig({ auth, domain });
    if (!config.ok) throw new Error(config.error.join('\n'));
    live.set(config.value);
  }

  it('lets in whom the new access list names, and no longer whom the old one did', () => {
    change({ allow: ['192.0.2.0/24'], credentials: PASSWORDS });
    expect(admission.authenticate(from('192.0.2.7'))).toBeUndefined();
    expect(admission.authenticate(from('10.1.2.3'))?.status).toBe(401);
  });

  it('challenges in the new domain, and not at all once there are no credentials', () => {
    change({ credentials: PASSWORDS }, 'new.example.test');
    const challenge = admission.authenticate(from('10.5.5.5'))?.headers?.[0]?.[1];
    expect(challenge).toContain('realm="new.example.test"');
    change({ credentials: [] });
    expect(admission.authenticate(from('10.5.5.5'))).toEqual({ status: 403, reason: 'Address Not Allowed' });
  });

  it('challenges in the domain that a request names', () => {
    const config = parseConfig({
      domain: 'one.example.test',
      domains: [{ domain: DOMAIN, provider: 'sinch' }],
      auth: { credentials: PASSWORDS },
    });
    if (!config.ok) throw new Error(config.error.join('\n'));
    live.set(config.value);
    const challenged = (transaction: ServerTransaction) =>
      /realm="(.*?)"/.exec(admission.authenticate(transaction)?.headers?.[0]?.[1] ?? '')?.[1];
    expect(challenged(from('10.5.5.5'))).toBe(DOMAIN);
    expect(challenged(from('10.5.5.5', {}, 'INVITE', LINE, 'elsewhere.test'))).toBe('one.example.test');
  });

  it('keeps its challenges for a domain when another one comes', () => {
    const opaque = () => /opaque="(\w+)"/.exec(admission.authenticate(from('10.5.5.5'))?.headers?.[0]?.[1] ?? '')?.[1];
    const before = opaque();
    live.set({ ...live.get(), domains: [{ domain: 'two.example.test', provider: 'sinch', numbers: [] }] });
    expect(opaque()).toBe(before);
  });

  it('lets users register once they have credentials, and no longer when these are gone', () => {
    const carol = from('127.0.0.1', {}, 'REGISTER');
    expect(admission.refuseRegistration(carol, 'carol', DOMAIN)).toEqual({ status: 404 });
    change({ credentials: [...PASSWORDS, { username: 'carol', password: 'x' }] });
    expect(admission.refuseRegistration(carol, 'carol', DOMAIN)).toBeUndefined();
    change({ credentials: PASSWORDS });
    expect(admission.refuseRegistration(carol, 'carol', DOMAIN)).toEqual({ status: 404 });
  });

  it('keeps the challenges that it has made when something else changes', () => {
    const nonceOf = () => /opaque="(\w+)"/.exec(admission.authenticate(from('10.5.5.5'))?.headers?.[0]?.[1] ?? '')?.[1];
    const before = nonceOf();
    live.set({ ...live.get(), countries: ['FR'] });
    expect(nonceOf()).toBe(before);
    change({ credentials: PASSWORDS.slice(0, 1) });
    expect(nonceOf()).not.toBe(before);
  });
});

describe('registering', () => {
  let network: MemoryNetwork;
  let port = 20_000;
  let registrar: Registrar;
  let trunk: Agent;

  beforeEach(async () => {
    network = new MemoryNetwork(clock, { delayMs: [1, 1] });
    registrar = new Registrar({
      clock,
      ids: createIds((bytes) => randomBytes(bytes).toString('hex')),
      domain: DOMAIN,
      admit: (transaction, user, of) => admission.refuseRegistration(transaction, user, of),
    });
    trunk = await startAgent({
      network,
      clock,
      host: '10.0.0.1',
      registrar,
      authenticate: (transaction) => admission.authenticate(transaction),
    });
  });

  async function register(host: string, user: string, as?: string, password = 'secret'): Promise<number[]> {
    const statuses: number[] = [];
    const credentialsFor = () => (as === undefined ? undefined : { username: as, password });
    // A port of its own: an agent at the same address would make the same branches again.
    const phone = await startAgent({ network, clock, host, port: (port += 1), credentialsFor });
    const request = createRequest({
      method: 'REGISTER',
      uri: `sip:${DOMAIN}`,
      headers: [
        ['From', `<sip:${user}@${DOMAIN}>;tag=a`],
        ['To', `<sip:${user}@${DOMAIN}>`],
        ['Call-ID', `${host} ${user} ${as}`.replaceAll(' ', '-')],
        ['CSeq', '1 REGISTER'],
        ['Contact', `<sip:${user}@${host}>`],
      ],
    });
    phone.ua.send(request, trunk.hop, {
      response: ({ status }: SipResponse) => statuses.push(status),
      timeout: () => statuses.push(408),
      transportError: () => statuses.push(503),
    });
    clock.advance(100);
    await phone.transport.close();
    return statuses;
  }

  it('P29: is for users with credentials, and for those whom a number rings', async () => {
    expect(await register('10.2.0.1', 'endpoint', 'endpoint')).toEqual([200]);
    expect(await register('10.2.0.1', 'agent', 'endpoint')).toEqual([200]);
    expect(await register('10.1.0.1', 'agent')).toEqual([200]);
    expect(registrar.bindings('agent')).toHaveLength(2);
  });

  it('needs the right password, and credentials at all from elsewhere', async () => {
    expect(await register('10.2.0.1', 'agent')).toEqual([401]);
    expect(await register('10.2.0.1', 'nobody')).toEqual([401]);
    expect(await register('10.2.0.1', 'endpoint', 'endpoint', 'wrong')).toEqual([401]);
    expect(registrar.bindings('agent')).toEqual([]);
  });

  it('is refused with 404 for anybody else, and with 403 in the name of another who has credentials', async () => {
    expect(await register('10.2.0.1', 'nobody', 'endpoint')).toEqual([404]);
    expect(await register('10.1.0.1', 'nobody')).toEqual([404]);
    expect(await register('10.2.0.1', 'boss', 'endpoint')).toEqual([403]);
    expect(await register('10.1.0.1', 'boss')).toEqual([200]);
  });

  it('takes a user whom a number rings in the domain where it rings, and the console in the main one', async () => {
    live.set({ ...live.get(), domains: [{ domain: 'two.example.test', provider: 'sinch', numbers: [] }] });
    const request = from('10.1.0.1', {}, 'REGISTER');
    expect(admission.refuseRegistration(request, 'agent', 'two.example.test')?.status).toBe(404);
    expect(admission.refuseRegistration(request, 'console', 'two.example.test')?.status).toBe(404);
    live.set({ ...live.get(), numbers: [{ number: LINE, to: ['sip:agent@Two.example.test'] }] });
    expect(admission.refuseRegistration(request, 'agent', 'two.example.test')).toBeUndefined();
    expect(admission.refuseRegistration(request, 'agent', DOMAIN)?.status).toBe(404);
  });

  it("keeps the console's name for the console", async () => {
    expect(await register('10.1.0.1', 'console')).toEqual([403]);
    const ws = from('10.2.0.1', { transport: 'WS' }, 'REGISTER');
    expect(admission.refuseRegistration(ws, 'console', DOMAIN)).toBeUndefined();
    expect(admission.refuseRegistration(ws, 'agent', DOMAIN)?.status).toBe(403);
  });

  it('blocks the address that guesses, but nobody else', async () => {
    for (let i = 0; i < 10; i++) await register('10.2.0.1', 'endpoint', 'endpoint', `guess ${i}`);
    expect(await register('10.2.0.1', 'endpoint', 'endpoint')).toEqual([403]);
    expect(await register('10.2.0.2', 'endpoint', 'endpoint')).toEqual([200]);
    clock.advance(60_000);
    expect(await register('10.2.0.1', 'endpoint', 'endpoint')).toEqual([200]);
  });

  it('comes before everything else: who has no credentials does not learn what there is', async () => {
    const phone = await startAgent({ network, clock, host: '10.2.0.1' });
    const caller = diary();
    const placement = { from: '<sip:a@example.test>', to: '<sip:b@example.test>', hop: trunk.hop, sdp: 'offer' };
    for (const user of [LINE, 'nobody']) phone.ua.invite({ uri: `sip:${user}@10.0.0.1`, ...placement }, caller.user);
    clock.advance(100);
    expect(caller.events).toEqual(['failed 401', 'failed 401']);
    const bye = createRequest({
      method: 'BYE',
      uri: 'sip:trunk@10.0.0.1',
      headers: [
        ['From', '<sip:a@example.test>;tag=a'],
        ['To', '<sip:b@example.test>;tag=guessed'],
        ['Call-ID', 'guessed'],
        ['CSeq', '2 BYE'],
      ],
    });
    const statuses: number[] = [];
    phone.ua.send(bye, trunk.hop, {
      response: ({ status }) => statuses.push(status),
      timeout() {},
      transportError() {},
    });
    clock.advance(100);
    expect(statuses).toEqual([401]);
  });
});

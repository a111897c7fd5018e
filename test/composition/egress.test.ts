/** W16: where the words of somebody else may lead a call. Real sockets: a service on loopback counts who connects. */
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dnsResolver } from '../../src/core/transport/index.ts';
import { startDnsServer } from '../support/dns-server.ts';
import { startHttpApplication, twiml, type HttpApplication } from '../support/http-application.ts';
import { nextPhone, startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';

const LINE = '+14155550101';
const VOICE = '+14155550102';
const DANA = '+14155550142';

const disposers: (() => unknown)[] = [];
afterEach(async () => {
  for (const dispose of disposers.splice(0).toReversed()) await dispose();
});

/** A private service, as a database on this machine would be. */
interface Service {
  readonly port: number;
  connections: number;
}

async function startService(): Promise<Service> {
  const service = { port: 0, connections: 0 };
  const server = createServer((socket) => {
    service.connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  service.port = (server.address() as AddressInfo).port;
  disposers.push(() => server.close());
  return service;
}

let service: Service;
let agent: RealEndpoint;
let application: HttpApplication;

beforeEach(async () => {
  service = await startService();
  agent = await startEndpoint(700);
  disposers.push(() => agent.close());
  application = await startHttpApplication();
  disposers.push(() => application.close());
});

async function start(provider: 'sinch' | 'twilio', more: object = {}): Promise<RealTrunk> {
  const dns = await startDnsServer({ a: { 'inside.test': ['127.0.0.1'] } });
  disposers.push(() => dns.close());
  const voice = provider === 'twilio' ? [{ number: VOICE, twiml: `${application.origin}/voice` }] : [];
  const real = await startRealTrunk(
    {
      provider,
      numbers: [{ number: LINE, to: [agent.uri('agent')] }, ...voice],
      parties: [{ number: DANA, name: 'Dana', behaviour: 'answer', afterMs: 0, caller: true }],
      twilio: { authToken: 'secret' },
      ...more,
    },
    {},
    ':memory:',
    undefined,
    { resolver: dnsResolver([dns.address]) },
  );
  disposers.push(() => real.close());
  return real;
}

/** The places that the words of others name here. */
const places = (): string[] => [
  `sip:x@127.0.0.1:${service.port};transport=tcp`,
  `sip:x@localhost:${service.port};transport=tcp`,
  `sip:x@[::ffff:127.0.0.1]:${service.port};transport=tcp`,
  `sip:x@inside.test:${service.port};transport=tcp`,
];

async function dialled(real: RealTrunk, uri: string): Promise<string | undefined> {
  application.asked.length = 0;
  application.on('/voice', twiml(`<Dial action="/done"><Sip>${uri}</Sip></Dial>`));
  application.on('/done', twiml('<Hangup/>'));
  await real.trunk.practiceCall({ caller: DANA, to: VOICE });
  await vi.waitFor(() => expect(application.to('/done')).toHaveLength(1), { timeout: 8000 });
  return application.to('/done')[0]!.parameters['DialCallStatus'];
}

/** Every status that a REFER of the endpoint led to. */
async function referred(real: RealTrunk, uri: string): Promise<number[]> {
  const [agents, danas] = [nextPhone(agent.host), nextPhone(real.trunk.parties)];
  await real.trunk.practiceCall({ caller: DANA, to: LINE });
  const [phone, dana] = await Promise.all([agents, danas]);
  const statuses: number[] = [];
  await new Promise<void>((resolve) => {
    phone.session?.refer(`<${uri}>`, [], {
      accepted: ({ status }) => statuses.push(status),
      refused: (status) => {
        statuses.push(status);
        resolve();
      },
      notified: ({ status }) => {
        statuses.push(status);
        if (status >= 200) resolve();
      },
    });
  });
  dana.hangUp();
  await vi.waitFor(() => expect(real.trunk.calls()).toEqual([]));
  return statuses;
}

describe('W16: a place that is not public', () => {
  it('is not called by a document, by address or by name', async () => {
    const real = await start('twilio');
    for (const uri of places()) expect(await dialled(real, uri)).toBe('failed');
    expect(service.connections).toBe(0);
    const notices = real.trunk.notices().map(({ code, text }) => `${code} ${text}`);
    expect(notices).toHaveLength(places().length);
    for (const notice of notices) expect(notice).toMatch(/^13243 .* is not a public address; .*"webhooks.allow"/);
  });

  it('is not called by a Refer-To: 403 for an address, NOTIFY 403 for a name', async () => {
    const real = await start('sinch');
    for (const uri of places().slice(0, 3)) expect(await referred(real, uri)).toEqual([403]);
    const [, , , name] = places();
    expect(await referred(real, name!)).toEqual([202, 100, 403]);
    // Looked up by now.
    expect(await referred(real, name!)).toEqual([403]);
    expect(service.connections).toBe(0);
  });

  it('is not called by the API, which says what would allow it', async () => {
    const real = await start('twilio');
    const refused = { code: 'refused', message: expect.stringContaining('"webhooks.allow"') };
    for (const uri of places()) {
      const source = { url: `${application.origin}/voice` };
      await expect(real.trunk.placeCall({ to: uri, from: LINE, source })).rejects.toMatchObject(refused);
      await expect(real.trunk.dial({ from: DANA, to: uri })).rejects.toMatchObject(refused);
    }
    await real.trunk.practiceCall({ caller: DANA, to: LINE });
    await vi.waitFor(() => expect(real.trunk.calls()[0]?.state).toBe('answered'));
    const [{ id } = { id: '' }] = real.trunk.calls();
    await expect(real.trunk.transfer(id, places()[0]!)).rejects.toMatchObject(refused);
    expect(service.connections).toBe(0);
  });

  it('is called when the configuration allows its network, or a number of it leads there', async () => {
    const target = await startEndpoint(900);
    disposers.push(() => target.close());
    const uri = target.uri('target');
    const real = await start('sinch');
    expect(await referred(real, uri)).toEqual([403]);
    real.trunk.configure({ webhooks: { allow: ['127.0.0.0/8'] } });
    expect((await referred(real, uri)).at(-1)).toBe(200);
    real.trunk.configure({ webhooks: { allow: [] } });
    expect(await referred(real, uri)).toEqual([403]);
    const numbers = [
      { number: LINE, to: [agent.uri('agent')] },
      { number: VOICE, to: [uri] },
    ];
    real.trunk.configure({ numbers });
    expect((await referred(real, uri)).at(-1)).toBe(200);
  });
});

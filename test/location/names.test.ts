/** Endpoints with names, found through a name server on loopback. */
import { afterEach, expect, it } from 'vitest';
import { dnsResolver } from '../../src/core/transport/index.ts';
import { startDnsServer, type Zone } from '../support/dns-server.ts';
import { RawPhone, type PhoneTransport } from '../support/raw-phone.ts';
import { startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';

const LINE = '+14155550101';
const DANA = '+14155550142';

const disposers: (() => unknown)[] = [];

afterEach(async () => {
  for (const dispose of disposers.splice(0).toReversed()) await dispose();
});

async function phone(name: PhoneTransport): Promise<{ phone: RawPhone; port: number }> {
  const started = await RawPhone.start(name);
  disposers.push(() => started.close());
  return { phone: started, port: Number(/:(\d+)/.exec(started.uri.slice(4))![1]) };
}

async function trunkFor(to: string, zone: Zone): Promise<RealTrunk> {
  const dns = await startDnsServer(zone);
  disposers.push(() => dns.close());
  const real = await startRealTrunk(
    {
      webhooks: { allow: ['127.0.0.0/8'] },
      numbers: [{ number: LINE, to: [to] }],
      parties: [{ number: DANA, name: 'Dana', behaviour: 'answer', afterMs: 0 }],
    },
    {},
    ':memory:',
    undefined,
    { resolver: dnsResolver([dns.address]) },
  );
  disposers.push(() => real.close());
  return real;
}

/** Calls until the name was looked up. */
async function ring(real: RealTrunk, endpoint: RawPhone): Promise<void> {
  await expect
    .poll(
      async () => {
        await real.trunk.practiceCall({ caller: DANA, to: LINE });
        return endpoint.requests('INVITE').length;
      },
      { interval: 100, timeout: 4000 },
    )
    .toBe(1);
}

it('RFC 3263: rings an endpoint by its name, over the transport that NAPTR prefers', async () => {
  const { phone: endpoint, port } = await phone('TCP');
  const real = await trunkFor('sip:phone@pbx.test', {
    naptr: {
      'pbx.test': [{ flags: 's', service: 'SIP+D2T', replacement: '_sip._tcp.pbx.test', order: 1, preference: 1 }],
    },
    srv: { '_sip._tcp.pbx.test': [{ name: 'host.pbx.test', port, priority: 1, weight: 1 }] },
    a: { 'host.pbx.test': ['127.0.0.1'] },
  });
  await ring(real, endpoint);
  const { message, from } = endpoint.requests('INVITE')[0]!;
  expect(message.uri).toBe('sip:phone@pbx.test');
  expect(from.transport).toBe('TCP');
});

it('RFC 3263 4.3: goes on to the next server when the first cannot be reached', async () => {
  const { phone: endpoint, port } = await phone('TCP');
  const real = await trunkFor('sip:phone@pbx.test;transport=tcp', {
    srv: {
      '_sip._tcp.pbx.test': [
        { name: 'down.pbx.test', port, priority: 1, weight: 1 },
        { name: 'up.pbx.test', port, priority: 2, weight: 1 },
      ],
    },
    // Nobody listens at 127.0.0.3.
    a: { 'down.pbx.test': ['127.0.0.3'], 'up.pbx.test': ['127.0.0.1'] },
  });
  await ring(real, endpoint);
});

it('dials the name of an endpoint at once', async () => {
  const { phone: endpoint, port } = await phone('UDP');
  const real = await trunkFor('console', { a: { 'pbx.test': ['127.0.0.1'] } });
  await real.trunk.dial({ from: DANA, to: `sip:phone@pbx.test:${port}` });
  await expect.poll(() => endpoint.requests('ACK').length).toBe(1);
});

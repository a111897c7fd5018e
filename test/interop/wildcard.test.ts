/**
 * W29: a trunk that listens on every address of its machine, and baresip on two other machines, each on a network of
 * its own with the trunk's.
 */
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { LadderMessage } from '../../src/nouns/ladder.ts';
import { AUDIBLE } from '../support/ear.ts';
import { startBaresip, type Baresip } from './support/baresip.ts';
import { startDistant, type DistantTrunk } from './support/distant-trunk.ts';
import { createNamespace, join, type Namespace } from './support/namespace.ts';
import { requireTool } from './support/tool.ts';
import { DOMAIN, LINE, SECOND_LINE } from './support/trunk.ts';

/** Says what he hears. */
const ECHO = '+14155550143';
const HZ = { desk: 550, lab: 750 };
const CREDENTIALS = { username: 'operator', password: 'cord-and-plug' };

/** The trunk's address on each network, and its peer's there. */
const NETWORKS = {
  4: { desk: ['10.77.1.1', '10.77.1.2'], lab: ['10.77.2.1', '10.77.2.2'] },
  6: { desk: ['fd77:1::1', 'fd77:1::2'], lab: ['fd77:2::1', 'fd77:2::2'] },
} as const;
type Family = keyof typeof NETWORKS;
type Place = 'desk' | 'lab';
const PLACES = ['desk', 'lab'] as const;

let machines: Record<Place | 'trunk', Namespace>;
let trunk: DistantTrunk | undefined;
let agents: Baresip[] = [];

beforeAll(() => (['baresip', 'ip'] as const).forEach(requireTool));
beforeEach(() => {
  machines = { trunk: createNamespace(), desk: createNamespace(), lab: createNamespace() };
  for (const place of PLACES) {
    const [ours, theirs] = [0, 1].map((end) => [`${NETWORKS[4][place][end]}/24`, `${NETWORKS[6][place][end]}/64`]);
    join({ in: machines.trunk, addresses: ours! }, { in: machines[place], addresses: theirs! });
  }
});
afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  agents = [];
  await trunk?.close();
  trunk = undefined;
  for (const machine of Object.values(machines)) machine.close();
});

async function start(listen: object): Promise<DistantTrunk> {
  trunk = await startDistant(machines.trunk, {
    domain: DOMAIN,
    listen: { udp: 0, tcp: 0, tls: 0, http: 0, ...listen },
    auth: { credentials: [CREDENTIALS, { username: 'second', password: 'cord-and-plug' }] },
    numbers: [
      { number: LINE, to: [`sip:desk@${DOMAIN}`] },
      { number: SECOND_LINE, to: [`sip:lab@${DOMAIN}`] },
    ],
  });
  return trunk;
}

async function register(place: Place, family: Family): Promise<Baresip> {
  const [ours, theirs] = NETWORKS[family][place];
  const agent = await startBaresip({
    trunk: `${family === 6 ? `[${ours}]` : ours}:${trunk!.port}`,
    domain: DOMAIN,
    user: place,
    hz: HZ[place],
    credentials: place === 'desk' ? CREDENTIALS : { ...CREDENTIALS, username: 'second' },
    at: { machine: machines[place], host: theirs },
  });
  agents.push(agent);
  await expect.poll(() => agent.output(), { timeout: 15_000 }).toMatch(/200 OK .*\[1 binding\]/);
  return agent;
}

/** Calls the phone at a place from the party that echoes, until it has heard two seconds of it. @returns the call's id */
async function call(place: Place): Promise<string> {
  const { id } = trunk!.ask('/api/calls', 'POST', { from: ECHO, to: place === 'desk' ? LINE : SECOND_LINE });
  await expect.poll(() => heardOf(id, 'received'), { timeout: 20_000, interval: 250 }).toBeGreaterThan(100);
  await expect.poll(() => heardOf(id, 'sent'), { timeout: 20_000, interval: 250 }).toBeGreaterThan(100);
  return id;
}

/** RTP packets of the phone's leg. */
function heardOf(id: string, way: 'received' | 'sent'): number {
  const { legs = [] } = trunk!.ask(`/api/calls/${id}`);
  return legs.find(({ role }: { role: string }) => role === 'endpoint')?.rtp?.[way] ?? 0;
}

/** Every address by which the trunk names itself to a phone, and where. */
function named(id: string): Record<'Via' | 'Contact' | 'SDP', string[]> {
  const { lifelines } = trunk!.ask(`/api/calls/${id}/trace`);
  const leg = lifelines.find(({ role }: { role: string }) => role === 'endpoint')?.id;
  expect(leg).toBeDefined();
  const ours = trunk!.messages(id).filter(({ legId, from }: LadderMessage) => legId === leg && from === 'trunk');
  const all = (pattern: RegExp, of = ours): string[] => [
    ...new Set(of.flatMap(({ text }) => [...text.matchAll(pattern)].map((match) => match[1]!))),
  ];
  const requests = ours.filter(({ kind }) => kind === 'request');
  return {
    Via: all(/^Via: SIP\/2\.0\/\w+ (\[[^\]]+\]|[\d.]+)/gm, requests),
    Contact: all(/^Contact: <sip:[^@]*@(\[[^\]]+\]|[\d.]+)/gm),
    SDP: all(/^(?:c=|o=.* )IN IP[46] (\S+)/gm),
  };
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);

it.each([
  ['0.0.0.0', 4, 4],
  ['::', 4, 6],
  ['::', 6, 4],
] as const)(
  'W29: on %s, phones over IPv%i and IPv%i on two networks each get theirs, and sound',
  async (host, desk, lab) => {
    const { ready } = await start({ host });
    // Of the first interface; the console and the API are for the machine itself.
    expect(ready.sip.udp).toMatch(/^10\.77\.1\.1:\d+$/);
    expect([ready.sip.ws, ready.http]).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:/),
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
    ]);
    for (const [place, family] of [
      ['desk', desk],
      ['lab', lab],
    ] as const) {
      const agent = await register(place, family);
      const id = await call(place);
      const [ours] = NETWORKS[family][place];
      expect(named(id)).toEqual({ Via: [bracketed(ours)], Contact: [bracketed(ours)], SDP: [ours] });
      trunk!.ask(`/api/calls/${id}`, 'DELETE');
      // Its own voice, there and back: from it to the trunk, to the party, and all the way again.
      const [heard] = await agent.stop();
      expect(heard?.(HZ[place])).toBeGreaterThan(AUDIBLE);
    }
  },
);

it('W29: answers a call of theirs with the address by which they reach it', async () => {
  await start({ host: '0.0.0.0' });
  const agent = await register('lab', 4);
  agent.command('dial', `sip:${ECHO}@${DOMAIN}`);
  const live = (): { id: string } | undefined => trunk!.ask('/api/calls').calls[0];
  await expect.poll(live, { timeout: 10_000 }).toBeDefined();
  const { id } = live()!;
  await expect.poll(() => heardOf(id, 'sent'), { timeout: 20_000, interval: 250 }).toBeGreaterThan(100);
  expect(named(id)).toMatchObject({ Contact: ['10.77.2.1'], SDP: ['10.77.2.1'] });
  agent.command('hangup');
  const [heard] = await agent.stop();
  expect(heard?.(HZ.lab)).toBeGreaterThan(AUDIBLE);
});

it('W29: tells them the address that is set to be advertised, and hears them on its own', async () => {
  // As behind a NAT: it is the trunk's all the same, on no interface that leads to the phone.
  const outside = '203.0.113.9';
  machines.trunk.ask('ip', ['address', 'add', `${outside}/32`, 'dev', 'lo']);
  machines.desk.ask('ip', ['route', 'add', outside, 'via', NETWORKS[4].desk[0]]);
  const { ready } = await start({ host: '0.0.0.0', advertise: outside });
  expect(ready.sip.udp.split(':')[0]).toBe(outside);
  const agent = await register('desk', 4);
  const id = await call('desk');
  expect(named(id)).toEqual({ Via: [outside], Contact: [outside], SDP: [outside] });
  const [heard] = await agent.stop();
  expect(heard?.(HZ.desk)).toBeGreaterThan(AUDIBLE);
});

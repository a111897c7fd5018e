/** baresip from an address that has to prove who it is: every request of its own is challenged first. */
import { afterEach, beforeAll, expect, it } from 'vitest';
import { AUDIBLE } from '../support/ear.ts';
import { startBaresip, type Baresip, type BaresipOptions } from './support/baresip.ts';
import { requireTool } from './support/tool.ts';
import {
  BILLING,
  brief,
  DANA,
  DOMAIN,
  hears,
  HELP_DESK,
  HZ,
  ladderOf,
  LINE,
  listenTo,
  records,
  startTrunk,
  type InteropTrunk,
} from './support/trunk.ts';

const AGENT_HZ = 550;
const CREDENTIALS = { username: 'operator', password: 'cord-and-plug' };

let trunk: InteropTrunk;
let agent: Baresip;

beforeAll(() => requireTool('baresip'));
afterEach(async () => {
  await agent.stop();
  await trunk.close();
});

async function start({ transport = 'udp', ...more }: Partial<BaresipOptions> = {}): Promise<void> {
  trunk = await startTrunk({
    line: [`sip:agent@${DOMAIN}`],
    ringSeconds: 10,
    config: { auth: { allow: [], credentials: [CREDENTIALS] } },
  });
  agent = await startBaresip({
    trunk: trunk.real.trunk.addresses[transport]!,
    transport,
    domain: DOMAIN,
    user: 'agent',
    hz: AGENT_HZ,
    credentials: CREDENTIALS,
    ...more,
  });
}

async function registered(): Promise<void> {
  await expect.poll(() => agent.output(), { timeout: 15_000 }).toMatch(/200 OK .*\[1 binding\]/);
}

const endpointLeg = () => trunk.real.trunk.calls()[0]?.legs.find(({ role }) => role === 'endpoint');

/** Resolves when baresip has had more than a second of sound. */
async function talked(): Promise<void> {
  await expect.poll(() => endpointLeg()?.rtp?.sent, { timeout: 10_000 }).toBeGreaterThan(75);
}

it.each(['udp', 'tcp', 'tls'] as const)(
  'W19: baresip registers over %s with credentials, is called with sound both ways, and is known by its dialog when it hangs up',
  async (transport) => {
    await start({ transport });
    await registered();
    const caller = listenTo(trunk, DANA);
    const { callId } = await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
    const { ear } = await caller;
    await hears(ear, AGENT_HZ);
    await talked();
    agent.command('hangup');
    expect((await records(trunk)).map(brief)).toEqual([`original ${DANA} → ${LINE}: answered, ended by endpoint`]);
    const { arrows, messages } = ladderOf(trunk, callId, 'endpoint');
    expect(arrows).toEqual(['← INVITE (sdp)', '→ 180 Ringing', '→ 200 Answering (sdp)', '← ACK', '→ BYE', '← 200 OK']);
    const vias = messages.map(({ text }) => /^Via: (\S+)/m.exec(text)?.[1]);
    expect(new Set(vias)).toEqual(new Set([`SIP/2.0/${transport.toUpperCase()}`]));
    const [heard] = await agent.stop();
    expect(heard?.(HZ[DANA])).toBeGreaterThan(AUDIBLE);
  },
);

it('W19 P1 P3 P5 P6: baresip calls, holds, resumes and transfers, each challenged or counted on', async () => {
  await start();
  await registered();
  const billing = listenTo(trunk, BILLING);
  const helpDesk = listenTo(trunk, HELP_DESK);
  agent.command('dial', `sip:${BILLING}@${DOMAIN}`);
  const { ear } = await billing;
  await hears(ear, AGENT_HZ);
  await talked();
  const [live] = trunk.real.trunk.calls();
  agent.command('hold');
  await expect.poll(() => endpointLeg()?.held, { timeout: 5000 }).toBe(true);
  agent.command('resume');
  await expect.poll(() => endpointLeg()?.held, { timeout: 5000 }).toBe(false);
  await hears(ear, AGENT_HZ);
  agent.command('transfer', `sip:${HELP_DESK}@${DOMAIN}`);
  const { phone } = await helpDesk;
  await hears(ear, HZ[HELP_DESK]);
  phone.hangUp();
  expect((await records(trunk)).map(({ kind, result }) => [kind, result])).toEqual([
    ['original', 'transferred'],
    ['transfer', 'answered'],
  ]);
  const { arrows, messages } = ladderOf(trunk, live!.id, 'endpoint');
  expect(arrows.slice(0, 18)).toEqual([
    '→ INVITE (sdp)',
    '← 401 Unauthorized',
    '→ ACK',
    '→ INVITE (sdp)',
    '← 180 Ringing',
    '← 200 OK (sdp)',
    '→ ACK',
    '→ INVITE (sdp)',
    '← 200 OK (sdp)',
    '→ ACK',
    '→ INVITE (sdp)',
    '← 200 OK (sdp)',
    '→ ACK',
    '→ REFER',
    '← 401 Unauthorized',
    '→ REFER',
    '← 202 Accepted',
    '← NOTIFY (100 Trying)',
  ]);
  // Hold and resume go on with the nonce of the call, and are not asked again.
  const invites = messages.filter(({ method, kind }) => method === 'INVITE' && kind === 'request');
  expect(invites.map(({ text }) => /^Authorization: Digest/m.test(text))).toEqual([false, true, true, true]);
  const [heard] = await agent.stop();
  expect(heard?.(HZ[BILLING])).toBeGreaterThan(AUDIBLE);
});

it('is not registered with a wrong password, which it tries until the trunk has had enough', async () => {
  await start({ credentials: { ...CREDENTIALS, password: 'plug-and-cord' } });
  await expect.poll(() => agent.output(), { timeout: 15_000 }).toContain('403 Too Many Failed Attempts');
  expect(agent.output()).not.toContain('200 OK');
});

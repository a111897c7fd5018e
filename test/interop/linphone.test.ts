/** linphone as people install it, against the default configuration: only whom to let in is set. */
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { SrtpMode } from '../../src/core/sdp/sdes.ts';
import { AUDIBLE } from '../support/ear.ts';
import { startLinphone, type Linphone } from './support/linphone.ts';
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
const CREDENTIALS = { username: 'agent', password: 'cord-and-plug' };
/** Nobody is let in without the password. */
const CHALLENGED = { allow: [], credentials: [CREDENTIALS] };

let trunk: InteropTrunk;
let agent: Linphone;

beforeAll(() => requireTool('linphonec'));
afterEach(async () => {
  await agent.stop();
  await trunk.close();
});

async function start(
  auth: object = CHALLENGED,
  transport: 'udp' | 'tcp' = 'udp',
  srtp: SrtpMode = 'off',
): Promise<void> {
  trunk = await startTrunk({ line: [`sip:agent@${DOMAIN}`], ringSeconds: 10, config: { auth, media: { srtp } } });
  agent = await startLinphone({
    trunk: trunk.real.trunk.addresses[transport]!,
    transport,
    domain: DOMAIN,
    user: 'agent',
    password: CREDENTIALS.password,
    hz: AGENT_HZ,
    encrypted: srtp !== 'off',
  });
  await expect
    .poll(
      () => {
        agent.command('status', 'register');
        return agent.output();
      },
      { timeout: 15_000, interval: 250 },
    )
    .toContain('registered, identity=sip:agent@');
}

const endpointLeg = () => trunk.real.trunk.calls()[0]?.legs.find(({ role }) => role === 'endpoint');

/** Resolves when linphone has had two seconds of sound: its recording is looked at in half seconds. */
async function talked(): Promise<void> {
  await expect.poll(() => endpointLeg()?.rtp?.sent, { timeout: 10_000 }).toBeGreaterThan(100);
}

it.each(['udp', 'tcp'] as const)(
  'W19: linphone registers over %s with its password, is called with sound both ways, and hangs up',
  async (transport) => {
    await start(CHALLENGED, transport);
    const caller = listenTo(trunk, DANA);
    const { callId } = await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
    const { ear } = await caller;
    await hears(ear, AGENT_HZ);
    await talked();
    agent.command('terminate');
    expect((await records(trunk)).map(brief)).toEqual([`original ${DANA} → ${LINE}: answered, ended by endpoint`]);
    const { arrows } = ladderOf(trunk, callId, 'endpoint');
    expect(arrows.slice(-3)).toEqual(['← ACK', '→ BYE', '← 200 OK']);
    const heard = await agent.stop();
    expect(heard(HZ[DANA])).toBeGreaterThan(AUDIBLE);
    expect(heard(HZ[BILLING])).toBeLessThan(AUDIBLE / 10);
  },
);

it('W19: linphone calls, holds, resumes and transfers, each challenged or counted on', async () => {
  await start();
  const billing = listenTo(trunk, BILLING);
  const helpDesk = listenTo(trunk, HELP_DESK);
  agent.command('call', `sip:${BILLING}@${DOMAIN}`);
  const { ear } = await billing;
  await hears(ear, AGENT_HZ);
  await talked();
  const [live] = trunk.real.trunk.calls();
  agent.command('pause');
  await expect.poll(() => endpointLeg()?.held, { timeout: 5000 }).toBe(true);
  agent.command('resume', '1');
  await expect.poll(() => endpointLeg()?.held, { timeout: 5000 }).toBe(false);
  await hears(ear, AGENT_HZ);
  agent.command('transfer', `sip:${HELP_DESK}@${DOMAIN}`);
  const { phone } = await helpDesk;
  await hears(ear, HZ[HELP_DESK]);
  phone.hangUp();
  expect((await records(trunk)).map(({ kind, result, to }) => [kind, result, to])).toEqual([
    ['original', 'transferred', BILLING],
    ['transfer', 'answered', HELP_DESK],
  ]);
  const { arrows } = ladderOf(trunk, live!.id, 'endpoint');
  expect(arrows.slice(0, 4)).toEqual(['→ INVITE (sdp)', '← 401 Unauthorized', '→ ACK', '→ INVITE (sdp)']);
  expect(arrows).toEqual(expect.arrayContaining(['→ REFER', '← 202 Accepted', '← NOTIFY (200 OK)']));
  const heard = await agent.stop();
  expect(heard(HZ[BILLING])).toBeGreaterThan(AUDIBLE);
});

it.each([
  ['W19: linphone on an address that is let in', { credentials: [CREDENTIALS] }],
  ['W20: linphone that has registered with its password', CHALLENGED],
])('%s transfers its caller, and the others hear each other', async (_, auth) => {
  await start(auth);
  const caller = listenTo(trunk, DANA);
  await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
  const { ear: danaHears, phone } = await caller;
  await hears(danaHears, AGENT_HZ);
  const target = listenTo(trunk, HELP_DESK);
  agent.command('transfer', `sip:${HELP_DESK}@${DOMAIN}`);
  const { ear: targetHears } = await target;
  await hears(danaHears, HZ[HELP_DESK]);
  await hears(targetHears, HZ[DANA]);
  expect(danaHears.energy(AGENT_HZ)).toBeLessThan(AUDIBLE / 10);
  phone.hangUp();
  expect((await records(trunk)).map(({ kind, result, to }) => [kind, result, to])).toEqual([
    ['original', 'transferred', LINE],
    ['transfer', 'answered', HELP_DESK],
  ]);
});

it('W19: linphone is not registered with a wrong password', async () => {
  trunk = await startTrunk({ line: [`sip:agent@${DOMAIN}`], config: { auth: CHALLENGED } });
  agent = await startLinphone({
    trunk: trunk.address,
    domain: DOMAIN,
    user: 'agent',
    password: 'plug-and-cord',
    hz: AGENT_HZ,
  });
  await expect.poll(() => agent.output(), { timeout: 15_000 }).toContain(`Password for agent on ${DOMAIN}`);
  expect(agent.output()).not.toContain('registered, identity');
});

it('M5: linphone, which takes nothing but SRTP, is called and calls, with sound both ways', async () => {
  await start(CHALLENGED, 'udp', 'required');
  const caller = listenTo(trunk, DANA);
  await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
  const { ear } = await caller;
  await hears(ear, AGENT_HZ);
  expect(endpointLeg()?.encryption?.kind).toBe('sdes');
  agent.command('terminate');
  await records(trunk);
  const billing = listenTo(trunk, BILLING);
  agent.command('call', `sip:${BILLING}@${DOMAIN}`);
  const { ear: billingHears, phone } = await billing;
  await hears(billingHears, AGENT_HZ);
  expect(endpointLeg()?.encryption?.kind).toBe('sdes');
  await talked();
  phone.hangUp();
  await records(trunk);
  const heard = await agent.stop();
  expect(heard(HZ[BILLING])).toBeGreaterThan(AUDIBLE);
});

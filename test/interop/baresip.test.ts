/** baresip as the endpoint, with sound: it answers by itself, plays a tone and records what it hears. */
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { AUDIBLE } from '../support/ear.ts';
import { startBaresip, type Baresip } from './support/baresip.ts';
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

let trunk: InteropTrunk;
let baresip: Baresip | undefined;

beforeAll(() => requireTool('baresip'));
beforeEach(async () => {
  trunk = await startTrunk({ line: [`sip:agent@${DOMAIN}`], ringSeconds: 10 });
});
afterEach(async () => {
  await baresip?.stop();
  await trunk.close();
});

async function start(codec?: 'PCMU' | 'PCMA'): Promise<Baresip> {
  const started = await startBaresip({
    trunk: trunk.address,
    domain: DOMAIN,
    user: 'agent',
    hz: AGENT_HZ,
    ...(codec && { codec }),
  });
  baresip = started;
  await expect.poll(() => started.output(), { timeout: 15_000 }).toMatch(/200 OK .*\[1 binding\]/);
  return started;
}

const endpointLeg = () => trunk.real.trunk.calls()[0]?.legs.find(({ role }) => role === 'endpoint');

/** Resolves when baresip has had two seconds of sound: its recording is looked at in half seconds. */
async function talked(): Promise<void> {
  await expect.poll(() => endpointLeg()?.rtp?.sent, { timeout: 10_000 }).toBeGreaterThan(100);
}

it.each(['PCMU', 'PCMA'] as const)(
  'is called through a number, registered, with sound both ways in %s',
  async (codec) => {
    const agent = await start(codec);
    const caller = listenTo(trunk, DANA);
    await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
    const { ear, phone } = await caller;
    await hears(ear, AGENT_HZ);
    expect(endpointLeg()).toMatchObject({ codec });
    await talked();
    phone.hangUp();
    expect((await records(trunk)).map(brief)).toEqual([`original ${DANA} → ${LINE}: answered, ended by caller`]);
    const [heard, ...others] = await agent.stop();
    expect(others).toEqual([]);
    expect(heard?.(HZ[DANA])).toBeGreaterThan(AUDIBLE);
    expect(heard?.(HZ[BILLING])).toBeLessThan(AUDIBLE / 10);
  },
);

it('P1 P3 P5 P6 P8: transfers its caller with its own REFER, in PCMA, and the others hear each other', async () => {
  const agent = await start('PCMA');
  const caller = listenTo(trunk, DANA);
  const { callId } = await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
  const { ear: danaHears, phone } = await caller;
  await hears(danaHears, AGENT_HZ);
  const target = listenTo(trunk, HELP_DESK);
  agent.command('transfer', `sip:${HELP_DESK}@${DOMAIN}`);
  const { ear: targetHears } = await target;
  await hears(danaHears, HZ[HELP_DESK]);
  await hears(targetHears, HZ[DANA]);
  expect(danaHears.energy(AGENT_HZ)).toBeLessThan(AUDIBLE / 10);
  await expect.poll(() => ladderOf(trunk, callId, 'endpoint').arrows.some((arrow) => arrow.endsWith('BYE'))).toBe(true);
  phone.hangUp();
  expect((await records(trunk)).map(({ kind, result, to }) => [kind, result, to])).toEqual([
    ['original', 'transferred', LINE],
    ['transfer', 'answered', HELP_DESK],
  ]);
});

it('P1: calls a party through the trunk, holds and resumes, and hears it', async () => {
  const agent = await start();
  const billing = listenTo(trunk, BILLING);
  agent.command('dial', `sip:${BILLING}@${DOMAIN}`);
  const { ear, phone } = await billing;
  await hears(ear, AGENT_HZ);
  await talked();
  agent.command('hold');
  await expect.poll(() => endpointLeg()?.held, { timeout: 5000 }).toBe(true);
  expect(trunk.real.trunk.calls()[0]?.hears.map(({ listener }) => listener)).not.toContain(endpointLeg()?.id);
  agent.command('resume');
  await expect.poll(() => endpointLeg()?.held, { timeout: 5000 }).toBe(false);
  await hears(ear, AGENT_HZ);
  phone.hangUp();
  await records(trunk);
  const [heard] = await agent.stop();
  expect(heard?.(HZ[BILLING])).toBeGreaterThan(AUDIBLE);
});

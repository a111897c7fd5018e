/** SRTP by SDES with baresip, with sound both ways. M5, A9. */
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SrtpMode } from '../../src/core/sdp/sdes.ts';
import { AUDIBLE } from '../support/ear.ts';
import { startBaresip, type Baresip } from './support/baresip.ts';
import { requireTool } from './support/tool.ts';
import {
  BILLING,
  DANA,
  DOMAIN,
  hears,
  HZ,
  ladderOf,
  LINE,
  listenTo,
  records,
  startTrunk,
  type InteropTrunk,
} from './support/trunk.ts';

const AGENT_HZ = 550;

let trunk: InteropTrunk | undefined;
let baresip: Baresip | undefined;

beforeAll(() => requireTool('baresip'));
beforeEach(() => {
  trunk = baresip = undefined;
});
afterEach(async () => {
  await baresip?.stop();
  await trunk?.close();
});

async function start(
  srtp: SrtpMode,
  encryption?: 'srtp' | 'srtp-mand',
  transport: 'udp' | 'tls' = 'udp',
): Promise<[InteropTrunk, Baresip]> {
  const started = await startTrunk({
    line: [`sip:agent@${DOMAIN}`],
    ringSeconds: 10,
    config: { media: { srtp } },
  });
  trunk = started;
  const at = transport === 'tls' ? started.real.trunk.addresses.tls! : started.address;
  const options = { trunk: at, transport, domain: DOMAIN, user: 'agent', hz: AGENT_HZ };
  const agent = await startBaresip({ ...options, ...(encryption && { encryption }) });
  baresip = agent;
  await expect.poll(() => agent.output(), { timeout: 15_000 }).toMatch(/200 OK .*\[1 binding\]/);
  return [started, agent];
}

const endpointLeg = () => trunk!.real.trunk.calls()[0]?.legs.find(({ role }) => role === 'endpoint');

/** baresip has had two seconds of sound since `from` packets. */
async function talked(from = 0): Promise<void> {
  await expect.poll(() => endpointLeg()?.rtp?.sent, { timeout: 10_000 }).toBeGreaterThan(from + 100);
}

it('M5: calls baresip, which takes nothing but SRTP: sound both ways, over hold and resume', async () => {
  const [real, agent] = await start('required', 'srtp-mand');
  const caller = listenTo(real, DANA);
  const { callId } = await real.real.trunk.practiceCall({ caller: DANA, to: LINE });
  const { ear, phone } = await caller;
  await hears(ear, AGENT_HZ);
  expect(endpointLeg()?.encryption).toEqual({ kind: 'sdes', suite: 'AES_CM_128_HMAC_SHA1_80' });
  await talked();
  agent.command('hold');
  await expect.poll(() => endpointLeg()?.held, { timeout: 5000 }).toBe(true);
  agent.command('resume');
  await expect.poll(() => endpointLeg()?.held, { timeout: 5000 }).toBe(false);
  await hears(ear, AGENT_HZ);
  await talked(endpointLeg()?.rtp?.sent);
  expect(endpointLeg()?.encryption?.rejected ?? 0).toBeLessThan(10);
  const { messages } = ladderOf(real, callId, 'endpoint');
  const shown = JSON.stringify(messages);
  expect(shown).toContain('RTP/SAVP');
  expect(shown).toContain('inline:[redacted]');
  expect(shown).not.toMatch(/inline:[A-Za-z0-9+/]/);
  phone.hangUp();
  const [record] = await records(real);
  expect(record?.quality?.map(({ encryption }) => encryption)).toEqual(['sdes', 'sdes']);
  const [heard] = await agent.stop();
  expect(heard?.(HZ[DANA])).toBeGreaterThan(AUDIBLE);
});

it.each([
  ['optional', 'srtp', 'sdes'],
  ['optional', 'srtp-mand', 'sdes'],
  ['required', 'srtp', 'sdes'],
  ['off', 'srtp', 'none'],
] as const)('M5: is called with srtp %s by baresip with %s: %s', async (srtp, encryption, kind) => {
  const [real, agent] = await start(srtp, encryption);
  const billing = listenTo(real, BILLING);
  agent.command('dial', `sip:${BILLING}@${DOMAIN}`);
  const { ear, phone } = await billing;
  await hears(ear, AGENT_HZ);
  await talked();
  expect(endpointLeg()?.encryption?.kind).toBe(kind);
  phone.hangUp();
  await records(real);
  const [heard] = await agent.stop();
  expect(heard?.(HZ[BILLING])).toBeGreaterThan(AUDIBLE);
});

it.each([
  ['required', undefined, /^302 .*SRTP is required/],
  ['off', 'srtp-mand', /^302 .*RTP\/SAVP is encrypted/],
] as const)(
  'M5: refuses with srtp %s a call of baresip with %s, and no sound passes',
  async (srtp, encryption, why) => {
    const [real, agent] = await start(srtp, encryption);
    agent.command('dial', `sip:${BILLING}@${DOMAIN}`);
    await expect.poll(() => agent.output(), { timeout: 10_000 }).toContain('488');
    const [record] = await records(real);
    expect(record).toMatchObject({ result: 'failed', sipStatus: 488 });
    const { messages } = ladderOf(real, record!.callId, 'endpoint');
    const refusal = messages.find(({ status }) => status === 488);
    expect(/^Warning: (.*)$/m.exec(refusal?.text ?? '')?.[1]).toMatch(why);
    expect(real.real.trunk.ladder(record!.callId)?.findings?.map(({ id }) => id)).toEqual(['srtp-refused']);
    expect(await agent.stop()).toEqual([]);
  },
);

it.each([
  ['srtp', 'sdes', []],
  [undefined, 'none', ['srtp-fell-back']],
] as const)(
  'M5: offers SRTP over TLS to baresip with %s, and says so where it is %s',
  async (encryption, kind, ids) => {
    const [real] = await start('optional', encryption, 'tls');
    const caller = listenTo(real, DANA);
    const { callId } = await real.real.trunk.practiceCall({ caller: DANA, to: LINE });
    const { ear, phone } = await caller;
    await hears(ear, AGENT_HZ);
    expect(endpointLeg()?.encryption?.kind).toBe(kind);
    const [invite] = ladderOf(real, callId, 'endpoint').messages;
    expect(invite?.text).toMatch(/^m=audio \d+ RTP\/AVP /m);
    expect(invite?.text.match(/^a=crypto:/gm)).toHaveLength(3);
    phone.hangUp();
    await records(real);
    expect(real.real.trunk.ladder(callId)?.findings?.map(({ id }) => id) ?? []).toEqual(ids);
  },
);

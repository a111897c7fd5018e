/** The main job over real sockets and real RTP, measured by ear. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import { AUDIBLE, Ear } from '../support/ear.ts';
import { nextPhone, startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';

const LINE = '+14155550101';
const DANA = '+14155550142';
const BILLING = '+14155551234';
const HZ = { dana: 440, billing: 1000, agent: 700 };

let real: RealTrunk;
let agent: RealEndpoint;

beforeEach(async () => {
  agent = await startEndpoint(HZ.agent);
  real = await startRealTrunk(
    { numbers: [{ number: LINE, to: [agent.uri('agent')] }], limits: { ringSeconds: 2 } },
    { [DANA]: HZ.dana, [BILLING]: HZ.billing },
  );
});

afterEach(async () => {
  await real.close();
  await agent.close();
});

const hearing = (ear: Ear, hz: number) =>
  vi.waitFor(() => expect(ear.energy(hz)).toBeGreaterThan(AUDIBLE), { timeout: 8000, interval: 50 });

interface Connected {
  callId: string;
  dana: PartyPhone;
  phone: PartyPhone;
  danaHears: Ear;
  agentHears: Ear;
}

async function connected(): Promise<Connected> {
  const danas = nextPhone(real.trunk.parties);
  const agents = nextPhone(agent.host);
  const { callId } = await real.trunk.practiceCall({ caller: DANA, to: LINE });
  const [dana, phone] = await Promise.all([danas, agents]);
  if (!dana.media || !phone.media) throw new Error('no media');
  return { callId, dana, phone, danaHears: new Ear(dana.media), agentHears: new Ear(phone.media) };
}

function refer(phone: PartyPhone, number: string): { log: string[]; done: Promise<void> } {
  const log: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  phone.session?.refer(`<sip:${number}@demo.zt.patchcord.test>`, [], {
    accepted: ({ status }) => log.push(String(status)),
    refused: (status) => {
      log.push(`refused ${status}`);
      resolve();
    },
    notified: ({ status }) => {
      log.push(`NOTIFY ${status}`);
      if (status >= 200) resolve();
    },
  });
  return { log, done: promise };
}

it.each([
  ['the API', (callId: string) => real.trunk.hangUp(callId)],
  ['the stop of the trunk', () => real.trunk.stop()],
])('W2: %s ends the call while the target rings: the REFER hears 487, and then comes the BYE', async (_who, end) => {
  real.trunk.setParty(BILLING, 'no-answer');
  const { callId, phone } = await connected();
  const { log, done } = refer(phone, BILLING);
  await vi.waitFor(() => expect(log).toContain('NOTIFY 180'));
  await end(callId);
  await done;
  expect(log).toEqual(['202', 'NOTIFY 100', 'NOTIFY 180', 'NOTIFY 487']);
  await vi.waitFor(() => expect(phone.over).toBe(true));
  await vi.waitFor(() => expect([...agent.host.ua.sessions]).toEqual([]));
});

it('carries sound both ways, transfers, and caller and target hear each other', async () => {
  const { callId, dana, phone, danaHears, agentHears } = await connected();
  await hearing(danaHears, HZ.agent);
  await hearing(agentHears, HZ.dana);

  const billings = nextPhone(real.trunk.parties);
  const { log, done } = refer(phone, BILLING);
  await done;
  expect(log).toEqual(['202', 'NOTIFY 100', 'NOTIFY 180', 'NOTIFY 200']);
  const billing = await billings;
  if (!billing.media) throw new Error('no media');
  danaHears.clear();
  await hearing(danaHears, HZ.billing);
  await hearing(new Ear(billing.media), HZ.dana);
  await vi.waitFor(() => expect(phone.over).toBe(true));
  danaHears.clear();
  await hearing(danaHears, HZ.billing);
  expect(danaHears.energy(HZ.agent)).toBeLessThan(AUDIBLE / 10);

  dana.hangUp();
  await vi.waitFor(() => expect(real.trunk.calls()).toEqual([]));
  const { records } = real.trunk.records.list({});
  expect(
    records
      .map(({ kind, result, endedBy, to }) => [kind, result, endedBy, to])
      .toSorted((a, b) => String(a).localeCompare(String(b))),
  ).toEqual([
    ['original', 'transferred', 'trunk', LINE],
    ['transfer', 'answered', 'caller', BILLING],
  ]);
  const labels = await vi.waitFor(() => {
    const all = real.trunk.ladder(callId)?.messages.map(({ label }) => label) ?? [];
    expect(all.filter((label) => label.startsWith('BYE'))).toHaveLength(3);
    return all;
  });
  const order = ['REFER', '202', 'NOTIFY (100 Trying)', 'NOTIFY (180 Ringing)', 'NOTIFY (200 OK)', 'BYE'].map((start) =>
    labels.findIndex((label) => label.startsWith(start)),
  );
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

it('leaves the caller on the line with a busy target; the second transfer succeeds', async () => {
  const { phone, danaHears, agentHears } = await connected();
  const busy = refer(phone, '+14155550486');
  await busy.done;
  expect(busy.log.at(-1)).toBe('NOTIFY 486');
  danaHears.clear();
  agentHears.clear();
  await hearing(danaHears, HZ.agent);
  await hearing(agentHears, HZ.dana);
  const second = refer(phone, BILLING);
  await second.done;
  expect(second.log.at(-1)).toBe('NOTIFY 200');
  danaHears.clear();
  await hearing(danaHears, HZ.billing);
});

it('reports 408 for a target that does not answer within the ring time, and the caller hears ring-back meanwhile', async () => {
  const { phone, danaHears } = await connected();
  const lab = refer(phone, '+14155550408');
  await hearing(danaHears, 480);
  await lab.done;
  expect(lab.log).toEqual(['202', 'NOTIFY 100', 'NOTIFY 180', 'NOTIFY 408']);
  danaHears.clear();
  await hearing(danaHears, HZ.agent);
});

it('refuses what it cannot find, and says what to do', async () => {
  await expect(real.trunk.practiceCall({ caller: '+19999999999' })).rejects.toThrow('no simulated caller');
  await expect(real.trunk.practiceCall({ caller: DANA })).rejects.toThrow('No number of the trunk rings the console');
  await expect(real.trunk.dial({ from: 'x', to: LINE })).rejects.toThrow('E.164');
  await expect(real.trunk.hangUp('none')).rejects.toThrow('no live call');
});

it('dials an endpoint by its URI for the control API, and hangs up', async () => {
  const agents = nextPhone(agent.host);
  const { callId } = await real.trunk.dial({ from: DANA, to: agent.uri('somebody') });
  const phone = await agents;
  await vi.waitFor(() => expect(real.trunk.call(callId)?.state).toBe('answered'));
  await real.trunk.hangUp(callId);
  await vi.waitFor(() => expect(phone.over).toBe(true));
  expect(real.trunk.records.list({}).records.map(({ endedBy, result }) => [endedBy, result])).toEqual([
    ['trunk', 'answered'],
  ]);
});

it('says BYE to everybody when it stops', async () => {
  const { dana, phone } = await connected();
  await real.trunk.stop();
  expect([dana.over, phone.over]).toEqual([true, true]);
});

it('P32: transfers for the control API over real sockets: no NOTIFY, and caller and target hear each other', async () => {
  const { callId, phone, danaHears } = await connected();
  await expect(real.trunk.transfer(callId, 'sip:sales@elsewhere.example')).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringMatching(/^The transfer is refused \(P14\): elsewhere.example is a foreign domain/),
  });
  await expect(real.trunk.transfer(callId, '12')).rejects.toMatchObject({ code: 'bad-request' });
  await expect(real.trunk.transfer('none', BILLING)).rejects.toMatchObject({ code: 'not-found' });
  await real.trunk.transfer(callId, 'Billing');
  await vi.waitFor(() => expect(phone.over).toBe(true), { timeout: 5000 });
  danaHears.clear();
  await hearing(danaHears, HZ.billing);
  expect(real.trunk.call(callId)?.transfers).toMatchObject([{ state: 'succeeded', target: { number: BILLING } }]);
  const labels = real.trunk.ladder(callId)?.messages.map(({ label }) => label) ?? [];
  expect(labels.filter((label) => /^(NOTIFY|REFER)/.test(label))).toEqual([]);
});

/** The profile of Sinch over real sockets, with sound. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sinchList } from '../../src/core/cdr/renderings/sinch.ts';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import { AUDIBLE, Ear } from '../support/ear.ts';
import { nextPhone, startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';

const LINE = '+14155550101';
const DANA = '+14155550142';
const BILLING = '+14155551234';
const DOMAIN = 'demo.zt.patchcord.test';
const HZ = { dana: 440, billing: 1000, agent: 700, elsewhere: 1300 };

let real: RealTrunk;
let agent: RealEndpoint;
let elsewhere: RealEndpoint;

beforeEach(async () => {
  agent = await startEndpoint(HZ.agent);
  elsewhere = await startEndpoint(HZ.elsewhere);
  real = await startRealTrunk(
    {
      provider: 'sinch',
      numbers: [{ number: LINE, to: [agent.uri('agent')] }],
      countries: ['US'],
      webhooks: { allow: ['127.0.0.0/8'] },
    },
    { [DANA]: HZ.dana, [BILLING]: HZ.billing },
  );
});

afterEach(async () => {
  await real.close();
  await agent.close();
  await elsewhere.close();
});

async function connected(): Promise<{ dana: PartyPhone; phone: PartyPhone }> {
  const danas = nextPhone(real.trunk.parties);
  const agents = nextPhone(agent.host);
  await real.trunk.practiceCall({ caller: DANA, to: LINE });
  const [dana, phone] = await Promise.all([danas, agents]);
  return { dana, phone };
}

/** Resolves with the last status that the REFER led to. */
function refer(phone: PartyPhone, referTo: string): Promise<number> {
  return new Promise((resolve) => {
    phone.session?.refer(referTo, [], {
      refused: resolve,
      notified: ({ status }) => {
        if (status >= 200) resolve(status);
      },
    });
  });
}

const hears = async ({ media }: PartyPhone, hz: number) => {
  if (!media) throw new Error('no media');
  const ear = new Ear(media);
  await vi.waitFor(() => expect(ear.energy(hz)).toBeGreaterThan(AUDIBLE), { timeout: 8000, interval: 50 });
};

it('S1, S3, S4, S5: forwards to another SIP host, outside of rules and bills, and both hear each other', async () => {
  const { dana, phone } = await connected();
  const others = nextPhone(elsewhere.host);
  expect(await refer(phone, `<${elsewhere.uri('sales')}>`)).toBe(200);
  const other = await others;
  await hears(dana, HZ.elsewhere);
  await hears(other, HZ.dana);
  await vi.waitFor(() => expect(phone.over).toBe(true));
  dana.hangUp();
  await vi.waitFor(() => expect(real.trunk.calls()).toEqual([]));
  const { records, total } = real.trunk.records.slice({ provider: 'sinch', offset: 0, limit: 10 });
  expect(sinchList(records, { projectId: 'p', page: 1, size: 10, total })).toMatchObject({
    totalItems: 2,
    calls: [
      { to: elsewhere.uri('sales'), from: DANA, callResult: 'COMPLETED', referred: true, billable: false },
      { to: LINE, from: DANA, callResult: 'COMPLETED', referred: false, billable: true },
    ],
  });
});

it('S2: a number of its own domain is a new call of the trunk, which shows the number of the trunk', async () => {
  const { dana, phone } = await connected();
  expect(await refer(phone, `<sip:+4930901820@${DOMAIN}>`)).toBe(403);
  expect(await refer(phone, `<sip:${BILLING}@${DOMAIN}>`)).toBe(200);
  await hears(dana, HZ.billing);
  dana.hangUp();
  await vi.waitFor(() => expect(real.trunk.calls()).toEqual([]));
  const [transfer] = real.trunk.records.list({}).records;
  expect(transfer).toMatchObject({ kind: 'transfer', from: LINE, to: BILLING, callerIdRule: 'S2 trunk number' });
});

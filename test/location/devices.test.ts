/** A user who has registered several devices: who rings, and what the others are told. Over real sockets. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RawPhone } from '../support/raw-phone.ts';
import { startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';

const DOMAIN = 'demo.zt.patchcord.test';
const LINE = '+14155550101';
const DANA = '+14155550142';

let real: RealTrunk | undefined;
let phones: RawPhone[] = [];

beforeEach(async () => {
  phones = await Promise.all([RawPhone.start('UDP'), RawPhone.start('UDP'), RawPhone.start('UDP')]);
});

afterEach(async () => {
  await real?.close();
  for (const phone of phones) await phone.close();
});

/** All phones register as one user, the first one first. @param config in place of the setting of the trunk */
async function start(config: object, number: object = {}): Promise<void> {
  real = await startRealTrunk({
    domain: DOMAIN,
    numbers: [{ number: LINE, to: [`sip:agent@${DOMAIN}`], ...number }],
    limits: { ringSeconds: 2, fallbackSeconds: 1 },
    ...config,
  });
  const [host = '', port] = real.trunk.addresses.udp.split(':');
  for (const [index, phone] of phones.entries()) {
    phone.answer = () => undefined;
    phone.send('REGISTER', `sip:${DOMAIN}`, { transport: 'UDP', host, port: Number(port) }, [
      ['From', `<sip:agent@${DOMAIN}>;tag=a`],
      ['To', `<sip:agent@${DOMAIN}>`],
      ['Call-ID', `registration-${index}`],
      ['CSeq', '1 REGISTER'],
    ]);
    await vi.waitFor(() => expect(phone.responses('REGISTER').at(-1)?.message.status).toBe(200));
  }
}

const call = async () => (await real!.trunk.practiceCall({ caller: DANA, to: LINE })).callId;
const rung = () =>
  phones.map((phone) => new Set(phone.requests('INVITE').map(({ message }) => message.head.callId)).size);
const reasons = (phone: RawPhone) => phone.requests('CANCEL').map(({ message }) => message.headers.get('Reason'));
const state = (callId: string) => real?.trunk.call(callId)?.state;

describe('W25: devices of one user', () => {
  it('the newest one rings unless it is set otherwise', async () => {
    await start({});
    const callId = await call();
    await vi.waitFor(() => expect(rung()).toEqual([0, 0, 1]));
    phones[2]!.respond(200);
    await vi.waitFor(() => expect(state(callId)).toBe('answered'));
    expect(rung()).toEqual([0, 0, 1]);
  });

  it('all ring at once, the first answer wins, and the others need not list the call as missed', async () => {
    await start({ devices: 'all' });
    const callId = await call();
    await vi.waitFor(() => expect(rung()).toEqual([1, 1, 1]));
    for (const phone of phones) phone.respond(180);
    phones[1]!.respond(200);
    await vi.waitFor(() => expect(state(callId)).toBe('answered'));
    const elsewhere = 'SIP;cause=200;text="Call completed elsewhere"';
    await vi.waitFor(() => expect(phones.map(reasons)).toEqual([[elsewhere], [], [elsewhere]]));
    const snapshot = real!.trunk.call(callId)!;
    expect(snapshot.legs.filter(({ answeredAt }) => answeredAt !== undefined)).toHaveLength(2);
    await real!.trunk.hangUp(callId);
    await vi.waitFor(() => expect(real!.trunk.records.list({}).records).toHaveLength(1));
  });

  it('all ring for one number alone, where that is set for the number', async () => {
    await start({}, { devices: 'all' });
    await call();
    await vi.waitFor(() => expect(rung()).toEqual([1, 1, 1]));
  });

  it('nobody answers: the caller hears of the busy one', async () => {
    await start({ devices: 'all' });
    const callId = await call();
    await vi.waitFor(() => expect(rung()).toEqual([1, 1, 1]));
    phones[0]!.respond(480);
    phones[1]!.respond(486);
    phones[2]!.respond(480);
    await vi.waitFor(() => expect(state(callId)).not.toBe('ringing'));
    await vi.waitFor(() =>
      expect(real!.trunk.records.list({}).records).toMatchObject([{ result: 'busy', sipStatus: 486 }]),
    );
  });

  it('one after the other, the newest first', async () => {
    await start({ devices: 'in-turn' });
    const callId = await call();
    await vi.waitFor(() => expect(rung()).toEqual([0, 0, 1]));
    phones[2]!.respond(486);
    await vi.waitFor(() => expect(rung()).toEqual([0, 1, 1]));
    // The second one stays silent for a second.
    await vi.waitFor(() => expect(rung()).toEqual([1, 1, 1]), { timeout: 3000 });
    phones[0]!.respond(200);
    await vi.waitFor(() => expect(state(callId)).toBe('answered'));
  });
});

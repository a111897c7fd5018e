/** Findings of a running trunk: live to whoever listens, then in the trace and in the records. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TrunkEvent } from '../../src/nouns/event.ts';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import { nextPhone, startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';

const LINE = '+14155550101';
const DANA = '+14155550142';
const BILLING = '+14155551234';

let real: RealTrunk;
let agent: RealEndpoint;
let events: TrunkEvent[];

beforeEach(async () => {
  agent = await startEndpoint(700);
  real = await startRealTrunk({ numbers: [{ number: LINE, to: [agent.uri('agent')] }] }, { [BILLING]: 0 });
  events = [];
  real.trunk.onEvent((event) => events.push(event));
});
afterEach(async () => {
  await real.close();
  await agent.close();
});

async function connect(): Promise<{ callId: string; dana: PartyPhone; phone: PartyPhone }> {
  const danas = nextPhone(real.trunk.parties);
  const agents = nextPhone(agent.host);
  const { callId } = await real.trunk.practiceCall({ caller: DANA, to: LINE });
  return { callId, dana: await danas, phone: await agents };
}

const refer = (phone: PartyPhone, target: string) =>
  phone.session?.refer(target, [], { accepted() {}, refused() {}, notified() {} });
const told = (callId: string) =>
  events.flatMap((event) => (event.type === 'findingsChanged' && event.callId === callId ? [event.findings] : []));
const ids = (findings: readonly { id: string }[] | undefined) => findings?.map(({ id }) => id);

it(
  'D5: is told live, in the trace and in the record, and stays when the call is over',
  { timeout: 20_000 },
  async () => {
    const { callId, dana, phone } = await connect();
    expect(real.trunk.findings(callId)).toEqual([]);
    refer(phone, '<sip:+14155550486@demo.zt.patchcord.test>');
    await vi.waitFor(() => expect(ids(told(callId).at(-1))).toEqual(['D5']), { timeout: 5000 });
    expect(real.trunk.findings(callId)![0]?.text).toMatch(
      /^Night desk itself answered 486 Busy Here .* Dana Reyes is still on the line of Endpoint\.$/,
    );

    dana.hangUp();
    await vi.waitFor(() => expect(real.trunk.calls()).toEqual([]));
    const changed = await vi.waitFor(
      () => {
        const found = events.flatMap((event) => (event.type === 'recordChanged' ? [event.record] : []));
        expect(found).toHaveLength(2);
        return found;
      },
      { timeout: 5000 },
    );
    expect(new Set(changed.map(({ kind }) => kind))).toEqual(new Set(['original', 'transfer']));
    expect(changed.map(({ findings }) => findings)).toEqual([['D5'], ['D5']]);
    expect(real.trunk.records.list({}).records.map(({ findings }) => findings)).toEqual([['D5'], ['D5']]);
    expect(ids(real.trunk.ladder(callId)?.findings)).toEqual(['D5']);
    expect(real.trunk.findings(callId)![0]?.text).toContain('stayed on the line of Endpoint for another');
  },
);

it(
  'D6: is told when the target has been silent for three seconds, though no message comes',
  { timeout: 20_000 },
  async () => {
    const { callId, phone } = await connect();
    refer(phone, `<sip:${BILLING}@demo.zt.patchcord.test>`);
    await vi.waitFor(() => expect(phone.over).toBe(true), { timeout: 5000 });
    expect(told(callId)).toEqual([]);
    await vi.waitFor(() => expect(ids(told(callId).at(-1))).toEqual(['D6']), { timeout: 8000 });
    const [finding] = real.trunk.findings(callId)!;
    expect(finding?.text).toMatch(
      /nothing came from Billing\. Dana Reyes \(PCM[UA]\): \d\d+ RTP packets received, 0 sent; Billing \(PCM[UA]\): 0 RTP packets received, \d\d+ sent\./,
    );
  },
);

it(
  'W28: is told within three seconds of the answer when a leg has no sound, without any transfer',
  { timeout: 20_000 },
  async () => {
    await real.close();
    real = await startRealTrunk({ numbers: [{ number: LINE, to: [agent.uri('agent')] }] }, { [DANA]: 0 });
    real.trunk.onEvent((event) => events.push(event));
    const { callId, dana } = await connect();
    const call = () => real.trunk.calls().find(({ id }) => id === callId)!;
    await vi.waitFor(() => expect(call().legs[1]?.media).toEqual({ state: 'connected' }), { timeout: 5000 });
    expect([call().legs[0]?.media, call().hears]).toEqual([{ state: 'connecting' }, []]);
    await vi.waitFor(() => expect(ids(told(callId).at(-1))).toEqual(['D6']), { timeout: 5000 });
    const answeredAt = call().legs[0]!.answeredAt!;
    expect(real.clock.wall() - answeredAt).toBeLessThan(3300);
    expect([call().legs[0]?.media, call().hears]).toEqual([{ state: 'failed', why: 'no-packets' }, []]);
    expect(real.trunk.findings(callId)![0]?.text).toMatch(
      /^The call was answered, but no RTP packet has come from Dana Reyes\. Dana Reyes \(PCM[UA]\): 0 RTP packets received, \d\d+ sent; .*: \d\d+ RTP packets received, 0 sent\.$/,
    );
    dana.hangUp();
    await vi.waitFor(
      () => expect(real.trunk.records.list({}).records.map(({ findings }) => findings)).toEqual([['D6']]),
      { timeout: 5000 },
    );
    expect(ids(real.trunk.ladder(callId)?.findings)).toEqual(['D6']);
  },
);

it('D1, D2: are told for a REFER that began no transfer; nothing is told twice', { timeout: 20_000 }, async () => {
  const { callId, phone } = await connect();
  refer(phone, '<sip:+14155551234@10.0.0.1>');
  await vi.waitFor(() => expect(ids(told(callId).at(-1))).toEqual(['D1']));
  refer(phone, '<sip:12@demo.zt.patchcord.test>');
  await vi.waitFor(() => expect(ids(told(callId).at(-1))).toEqual(['D1', 'D2']));
  expect(told(callId)).toHaveLength(2);
  expect(real.trunk.findings('unknown')).toBeUndefined();
});

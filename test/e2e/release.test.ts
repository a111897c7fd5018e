/** Who hangs up on the operator after a transfer: it is the provider's rule, and the console keeps to either. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LadderMessage } from '../../src/contract/model.ts';
import {
  BILLING,
  cardSteps,
  DANA,
  MICROPHONE_HZ,
  partyHears,
  phoneOf,
  practiceCall,
  startConsole,
  transferTo,
  type ConsoleFixture,
} from './console-fixture.ts';

let fixture: ConsoleFixture;
const problems: string[] = [];

afterEach(async () => {
  await fixture.close();
  expect(problems).toEqual([]);
});

async function start(config: object): Promise<void> {
  fixture = await startConsole(config);
  problems.length = 0;
  fixture.page.on('pageerror', (error) => problems.push(error.message));
}

/** Dana calls, and is moved to Billing, who answers. @returns the call's id, and the ears of the two */
async function transferred() {
  const { page, host, parties } = fixture;
  await practiceCall(page, DANA.name);
  const dana = await phoneOf(parties, DANA.number);
  await partyHears(dana.ear, MICROPHONE_HZ);
  const [call] = host.trunk.calls();
  await transferTo(page, BILLING.name);
  await page
    .getByText(/Billing answered after .* line was released\.|Billing answered after .* released your line\./)
    .first()
    .waitFor();
  return { callId: call!.id, dana, billing: await phoneOf(parties, BILLING.number) };
}

/** The messages about the release: NOTIFY 200 and every BYE on the leg of the console. */
function released(callId: string): { notify: LadderMessage; byes: { by: string; after: number }[] } {
  const ladder = fixture.host.trunk.ladder(callId);
  const leg = ladder?.lifelines.find(({ role }) => role === 'console')?.id;
  const messages = ladder?.messages.filter(({ legId }) => legId === leg) ?? [];
  const notify = messages.find(({ label }) => label.startsWith('NOTIFY (200'))!;
  const byes = messages.filter(({ kind, method }) => kind === 'request' && method === 'BYE');
  return {
    notify,
    byes: byes.map(({ from, at }) => ({ by: from === leg ? 'console' : from, after: at - notify.at })),
  };
}

describe('after NOTIFY 200', () => {
  it('P8: leaves by itself where the provider leaves the BYE to the transferor, and the two talk on', async () => {
    await start({ provider: 'twilio' });
    const { page, host } = fixture;
    const { callId, dana, billing } = await transferred();
    const { byes } = released(callId);
    expect(byes).toEqual([{ by: 'console', after: expect.any(Number) as number }]);
    expect(byes[0]!.after).toBeGreaterThan(950);
    expect(byes[0]!.after).toBeLessThan(2000);
    await page
      .getByText(/The console released your line\./)
      .first()
      .waitFor();
    expect((await cardSteps(page)).at(-1)).toMatch(/BYE\s+the console leaves/);

    await partyHears(dana.ear, BILLING.hz);
    await partyHears(billing.ear, DANA.hz);
    expect(dana.ear.energy(MICROPHONE_HZ)).toBeLessThan(100);

    expect(host.trunk.calls()).toMatchObject([{ id: callId, state: 'answered' }]);
    billing.phone.hangUp();
    await vi.waitFor(() => expect(host.trunk.calls()).toEqual([]), 10_000);
    const records = host.trunk.records.list({}).records.toReversed();
    expect(records.map(({ kind, to, result, endedBy }) => [kind, to, result, endedBy])).toEqual([
      ['original', '+14155550100', 'transferred', 'endpoint'],
      ['transfer', BILLING.number, 'answered', 'target'],
    ]);
    expect(new Set(records.map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(released(callId).byes).toHaveLength(1);
    expect(host.trunk.findings(callId)).toEqual([]);
  });

  it('P7: leaves it to the trunk where that hangs up', async () => {
    await start({ provider: 'plivo' });
    const { page } = fixture;
    const { callId, dana } = await transferred();
    const { notify, byes } = released(callId);
    expect(byes).toEqual([{ by: 'trunk', after: expect.any(Number) as number }]);
    await page
      .getByText(/Your line was released\./)
      .first()
      .waitFor();
    expect((await cardSteps(page)).at(-1)).toMatch(/BYE\s+your line is released/);
    // Past the moment at which the console would have hung up.
    await vi.waitFor(() => expect(Date.now() - notify.at).toBeGreaterThan(1500), 5000);
    expect(released(callId).byes).toHaveLength(1);
    await partyHears(dana.ear, BILLING.hz);
  });
});

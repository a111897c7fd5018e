/** What an operator does with a call besides transferring it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  BILLING,
  DANA,
  keysHeardBy,
  MICROPHONE_HZ,
  pageHears,
  partyHears,
  phoneOf,
  practiceCall,
  startConsole,
  type ConsoleFixture,
} from './console-fixture.ts';

let fixture: ConsoleFixture;

beforeEach(async () => {
  fixture = await startConsole({ limits: { ringSeconds: 3 } });
}, 60_000);

afterEach(() => fixture.close());

const quiet = (energy: () => number) =>
  vi.waitFor(() => expect(energy()).toBeLessThan(100), { timeout: 10_000, interval: 50 });

it('mutes: the caller no longer hears the operator, the operator still hears the caller', async () => {
  const { page, parties } = fixture;
  await practiceCall(page, DANA.name);
  const { ear } = await phoneOf(parties, DANA.number);
  await partyHears(ear, MICROPHONE_HZ);
  await page.keyboard.press('F7');
  await quiet(() => ear.energy(MICROPHONE_HZ));
  await pageHears(page, DANA.hz, [BILLING.hz]);
  await page.keyboard.press('F7');
  await partyHears(ear, MICROPHONE_HZ);
});

it('holds: the caller hears music until the operator is back', async () => {
  const { page, parties, host } = fixture;
  await practiceCall(page, DANA.name);
  const { ear } = await phoneOf(parties, DANA.number);
  await partyHears(ear, MICROPHONE_HZ);
  await page.keyboard.press('F6');
  await vi.waitFor(
    () => expect(host.trunk.calls()[0]?.hears.map(({ speaker }) => speaker)).toEqual(['hold-music']),
    10_000,
  );
  await quiet(() => ear.energy(MICROPHONE_HZ));
  await page.keyboard.press('F6');
  await partyHears(ear, MICROPHONE_HZ);
  await pageHears(page, DANA.hz, [BILLING.hz]);
});

it('sends the keys that are pressed as telephone events', async () => {
  const { page, parties } = fixture;
  await practiceCall(page, DANA.name);
  const { phone, ear } = await phoneOf(parties, DANA.number);
  // A browser loses the keys that are pressed before its media is connected.
  await partyHears(ear, MICROPHONE_HZ);
  const keys: number[] = [];
  phone.media?.tap({ write: (frame) => frame.kind === 'dtmf' && frame.end && keys.push(frame.event) });
  await page.keyboard.press('F9');
  // Until the keypad is open, a digit picks a line.
  await page.getByText(/^The keys send tones/).waitFor();
  await page.keyboard.press('4');
  await page.keyboard.press('2');
  await vi.waitFor(() => expect([...new Set(keys)]).toEqual([4, 2]), { timeout: 10_000 });
});

it('sends twelve keys that are typed 60 ms apart once each and in order', async () => {
  const { page, parties } = fixture;
  await practiceCall(page, DANA.name);
  const { phone } = await phoneOf(parties, DANA.number);
  const keys = keysHeardBy(phone);
  await page.keyboard.press('F9');
  await page.getByText(/^The keys send tones/).waitFor();
  // The same key twice is two keys; a key that is held down is one.
  for (const key of '55512340*#1') await page.keyboard.press(key, { delay: 20 }).then(() => page.waitForTimeout(40));
  for (let times = 0; times < 8; times += 1) await page.keyboard.down('9');
  await page.keyboard.up('9');
  await vi.waitFor(() => expect(keys()).toBe('55512340*#19'), { timeout: 15_000, interval: 100 });
});

it('hangs up: the caller is gone and the record says who did it', async () => {
  const { page, parties, host } = fixture;
  await practiceCall(page, DANA.name);
  const { phone } = await phoneOf(parties, DANA.number);
  await page.keyboard.press('F4');
  await vi.waitFor(() => expect(phone.over).toBe(true), 10_000);
  expect(host.trunk.records.list({}).records.map(({ result, endedBy }) => [result, endedBy])).toEqual([
    ['answered', 'endpoint'],
  ]);
});

it('dials out: rings, answers, and both hear each other', async () => {
  const { page, parties, host } = fixture;
  await page.getByRole('tab', { name: 'Keypad' }).click();
  await page.getByRole('combobox', { name: 'Number to call' }).fill(BILLING.number);
  await page.keyboard.press('Enter');
  await page.getByText('Talking').first().waitFor();
  const { ear } = await phoneOf(parties, BILLING.number);
  await partyHears(ear, MICROPHONE_HZ);
  await pageHears(page, BILLING.hz, [DANA.hz]);
  expect(host.trunk.calls()[0]?.from.number).toBe('+14155550100');
});

it.each([
  ['+14155550486', 'busy', /busy/i],
  ['+14155550603', 'declined', /declined/i],
  ['+14155550408', 'no-answer', /no answer|did not answer/i],
  ['+14155550404', 'not-found', /not found|no such|does not exist|unknown/i],
] as const)('dials %s and says what came of it: %s', async (number, result, says) => {
  const { page, host } = fixture;
  await page.getByRole('tab', { name: 'Keypad' }).click();
  await page.getByRole('combobox', { name: 'Number to call' }).fill(number);
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Call' }).getByText(says).first().waitFor();
  await vi.waitFor(
    () => expect(host.trunk.records.list({}).records.map((each) => each.result)).toEqual([result]),
    10_000,
  );
});

it('comes back after a reload and rings again', async () => {
  const { page, parties, open } = fixture;
  await page.reload();
  await open();
  await practiceCall(page, DANA.name);
  const { ear } = await phoneOf(parties, DANA.number);
  await partyHears(ear, MICROPHONE_HZ);
});

it('W6: keeps the call of a browser that vanished, and the caller hears music', async () => {
  const { page, parties, host } = fixture;
  await practiceCall(page, DANA.name);
  const { phone, ear } = await phoneOf(parties, DANA.number);
  await partyHears(ear, MICROPHONE_HZ);
  await page.close({ runBeforeUnload: false });
  await vi.waitFor(
    () => expect(host.trunk.calls()[0]?.hears.map(({ speaker }) => speaker)).toEqual(['hold-music']),
    10_000,
  );
  await quiet(() => ear.energy(MICROPHONE_HZ));
  // That it ends after 30 s is shown in virtual time.
  expect(phone.over).toBe(false);
});

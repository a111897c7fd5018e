/** W6: the window is reloaded in the middle of a call, and the operator has it back with one key. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  BILLING,
  DANA,
  MICROPHONE_HZ,
  pageHears,
  partyHears,
  phoneOf,
  practiceCall,
  startConsole,
  targetField,
  type ConsoleFixture,
} from './console-fixture.ts';

let fixture: ConsoleFixture;

beforeEach(async () => {
  fixture = await startConsole();
}, 60_000);

afterEach(() => fixture.close());

/** Reloads, and has the question that the browser asks. */
async function reload(): Promise<string[]> {
  const { page } = fixture;
  const asked: string[] = [];
  page.once('dialog', (dialog) => asked.push(dialog.type()));
  await page.reload();
  await page.getByText('Line ready').first().waitFor();
  return asked;
}

it('W6: asks, keeps the caller with music, and takes the call back with sound both ways', async () => {
  const { page, parties, host } = fixture;
  await practiceCall(page, DANA.name);
  const { phone, ear } = await phoneOf(parties, DANA.number);
  await partyHears(ear, MICROPHONE_HZ);
  const [before] = host.trunk.calls();
  expect(await reload()).toEqual(['beforeunload']);
  const offer = page.getByRole('region', { name: `Take back ${DANA.name}` });
  await offer.getByText(/^Dana Reyes is still here, 0:\d\d$/).waitFor();
  expect(host.trunk.calls()[0]?.hears.map(({ speaker }) => speaker)).toEqual(['hold-music']);
  // Nobody is joined before the operator wants it.
  ear.clear();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(ear.energy(MICROPHONE_HZ)).toBeLessThan(100);

  await page.keyboard.press('F3');
  await page.getByText('Talking').first().waitFor();
  await partyHears(ear, MICROPHONE_HZ);
  await pageHears(page, DANA.hz, [BILLING.hz]);
  await offer.waitFor({ state: 'detached' });
  expect(phone.over).toBe(false);
  const [after] = host.trunk.calls();
  expect([after?.id, after?.legs.length]).toEqual([before?.id, 2]);
  const labels = host.trunk.ladder(after?.id ?? '')?.messages.map(({ label }) => label);
  expect(labels?.filter((label) => label.startsWith('INVITE'))).toHaveLength(3);
  await page.keyboard.press('F4');
  await vi.waitFor(() => expect(host.trunk.records.list({}).records).toHaveLength(1), 10_000);
  expect(host.trunk.records.list({}).records[0]).toMatchObject({ result: 'answered', endedBy: 'endpoint' });
}, 90_000);

it('W6: offers each of several calls, joins none by itself, and never two', async () => {
  const { page, parties, host } = fixture;
  await practiceCall(page, DANA.name);
  const { ear: dana } = await phoneOf(parties, DANA.number);
  await partyHears(dana, MICROPHONE_HZ);
  await page.getByRole('tab', { name: 'Keypad' }).click();
  await page
    .getByRole('combobox', { name: /number|call/i })
    .first()
    .fill(BILLING.number);
  await page.keyboard.press('Enter');
  const { ear: billing } = await phoneOf(parties, BILLING.number);
  await partyHears(billing, MICROPHONE_HZ);
  await reload();
  await page
    .getByRole('region', { name: /^Take back/ })
    .nth(1)
    .waitFor();
  await page
    .getByRole('region', { name: `Take back ${DANA.name}` })
    .getByRole('button', { name: 'Take back' })
    .click();
  await partyHears(dana, MICROPHONE_HZ);
  expect(await page.getByRole('region', { name: /^Take back/ }).count()).toBe(1);
  await page.keyboard.press('F3');
  await partyHears(billing, MICROPHONE_HZ);
  dana.clear();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(dana.energy(MICROPHONE_HZ)).toBeLessThan(100);
  expect(host.trunk.calls()).toHaveLength(2);
}, 90_000);

it('W6: a transfer goes on while the window is away', async () => {
  const { page, parties, host } = fixture;
  await practiceCall(page, DANA.name);
  const { ear } = await phoneOf(parties, DANA.number);
  await partyHears(ear, MICROPHONE_HZ);
  await page.keyboard.press('F8');
  await targetField(page).fill(BILLING.number);
  await page.keyboard.press('Enter');
  await reload();
  await partyHears(ear, BILLING.hz);
  expect(host.trunk.calls()[0]?.transfers[0]?.state).toBe('succeeded');
}, 90_000);

/** A console whose trunk has a second domain, with a number of it that rings the console. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  BILLING,
  DANA,
  phoneOf,
  startConsole,
  targetField,
  transferTo,
  type ConsoleFixture,
} from './console-fixture.ts';

const OTHER = 'two.sinch.example.test';
const OTHER_LINE = '+14155550102';

let fixture: ConsoleFixture;

beforeEach(async () => {
  fixture = await startConsole({
    domains: [{ domain: OTHER, provider: 'sinch', numbers: [OTHER_LINE] }],
    numbers: ['+14155550100', OTHER_LINE].map((number) => ({ number, to: ['console'] })),
  });
}, 60_000);

afterEach(async () => {
  await fixture.close();
});

it('S2, S3: checks and transfers a call within the domain that it came in by', async () => {
  const { page, host, parties } = fixture;
  await host.trunk.practiceCall({ caller: DANA.number, to: OTHER_LINE });
  await page
    .getByRole('toolbar', { name: 'Call' })
    .getByRole('button', { name: /^Answer/ })
    .and(page.locator(':enabled'))
    .waitFor();
  await page.keyboard.press('F3');
  await page.getByText('Talking').first().waitFor();

  await page.getByText(`· in ${OTHER}`).waitFor();

  await page.keyboard.press('F8');
  await targetField(page).fill('sip:sales@elsewhere.example');
  const check = page.locator('#transfer-check');
  await check.getByText(/^Goes to sip:sales@elsewhere\.example directly/).waitFor();
  await check.getByRole('button', { name: 'Rules and other providers' }).click();
  await check.getByText(/Plivo: 403, elsewhere\.example is a foreign domain/).waitFor();
  await page.keyboard.press('Escape');

  await transferTo(page, BILLING.name);
  await page
    .getByText(/Billing answered after/)
    .first()
    .waitFor();
  const { phone } = await phoneOf(parties, DANA.number);
  phone.hangUp();
  await vi.waitFor(() => expect(host.trunk.calls()).toEqual([]), 10_000);
  expect(host.trunk.records.list({}).records).toMatchObject([
    { kind: 'transfer', provider: 'sinch', trunkDomain: OTHER, from: OTHER_LINE, billable: true },
    { kind: 'original', provider: 'sinch', trunkDomain: OTHER },
  ]);
}, 60_000);

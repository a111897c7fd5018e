/** The settings screen of the built console against a real trunk, with a call on the line. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DANA, practiceCall, startConsole, type ConsoleFixture } from './console-fixture.ts';

let fixture: ConsoleFixture;
let problems: string[];

beforeEach(async () => {
  fixture = await startConsole();
  problems = [];
  fixture.page.on('pageerror', (error) => problems.push(error.message));
  fixture.page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
}, 60_000);

afterEach(async () => {
  await fixture.close();
});

it('P14, S3: changes provider and domain under a live call, and what the check foretells follows', async () => {
  const { page, host } = fixture;
  const sent: string[] = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(String(payload))));
  await practiceCall(page, DANA.name);
  const check = page.locator('#transfer-check');
  const ask = async () => {
    await page.keyboard.press('F8');
    await page.locator('#transfer-target').fill('sip:sales@elsewhere.example');
  };
  await ask();
  await check.getByText('The trunk will refuse it: elsewhere.example is a foreign domain.').waitFor();
  await check.getByRole('button', { name: 'Rules and other providers' }).click();
  await check.getByText('Sinch: forwarded to sip:sales@elsewhere.example').waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitem', { name: 'Trunk settings' }).click();
  const sheet = page.getByRole('dialog', { name: 'Trunk settings' });
  await sheet.getByLabel('Sinch').check();
  await sheet.getByRole('textbox', { name: 'Domain' }).fill('-');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await sheet.getByText(/^Must be a host name/).waitFor();
  await sheet.getByRole('textbox', { name: 'Domain' }).fill('new.example.test');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await sheet.getByText('Saved. Provider: Plivo → Sinch; Domain: demo.zt.patchcord.test → new.example.test').waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await page.getByText('new.example.test').first().waitFor();

  expect(host.trunk.calls()).toHaveLength(1);
  await ask();
  await check.getByText(/^Goes to sip:sales@elsewhere\.example directly/).waitFor();
  await check.getByText('Caller ID by S3 unchanged.').waitFor();
  await page.keyboard.press('Escape');

  // Only with its call over does the phone register in the new domain; then it can be rung again.
  const registered = () => sent.some((text) => text.startsWith('REGISTER sip:new.example.test '));
  expect(registered()).toBe(false);
  await page.keyboard.press('F4');
  await vi.waitFor(() => expect(host.trunk.calls()).toEqual([]), 5000);
  await vi.waitFor(() => expect(registered()).toBe(true), 5000);
  await page.getByText('Line ready').first().waitFor();
  await practiceCall(page, DANA.name);
  // The refusal of the domain is an answer of HTTP too, and browsers log those.
  expect(problems.filter((problem) => !problem.includes('400 (Bad Request)'))).toEqual([]);
}, 60_000);

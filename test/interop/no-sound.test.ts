/**
 * W28: in a network namespace with loopback alone, a Chromium without its switch has no address for sound. The console
 * says so, and what to do, instead of *Talking*.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MICROPHONE_HZ } from '../e2e/console-fixture.ts';
import { createNamespace, type Namespace } from './support/namespace.ts';
import { startOffline, type OfflineConsole } from './support/offline-console.ts';
import { requireTool } from './support/tool.ts';

let machine: Namespace;
let console: OfflineConsole;

beforeAll(async () => {
  requireTool('ip');
  machine = createNamespace();
  console = await startOffline(machine, MICROPHONE_HZ, ['--allow-loopback-in-peer-connection']);
});
afterAll(async () => {
  await console.close();
  machine.close();
});

it('W28: says within 3 s after the answer that there is no sound, why, and what to do', async () => {
  const { page } = console;
  // By itself the console would take the WebSocket (M19).
  await page.getByRole('button', { name: 'Sound and devices' }).click();
  await page.getByLabel('How sound reaches the trunk').selectOption('webrtc');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Practice' }).click();
  await page.getByRole('button', { name: 'Practice call' }).click();
  const answer = page.getByRole('toolbar', { name: 'Call' }).getByRole('button', { name: /^Answer/ });
  await answer.and(page.locator(':enabled')).waitFor();
  await page.keyboard.press('F3');
  const call = page.getByRole('region', { name: 'Call' });
  // The answer does not hang although no candidate ever comes.
  await call.getByText('Connecting sound').waitFor({ timeout: 3000 });
  const answeredAt = Date.now();
  await call.getByText('No sound: no network address', { exact: true }).waitFor({ timeout: 10_000 });
  expect(Date.now() - answeredAt).toBeLessThan(3500);
  expect(await call.getByRole('banner').or(call.locator('header')).first().innerText()).toContain('No sound');
  expect(await call.getByRole('alert').innerText()).toContain('--allow-loopback-in-peer-connection');
  expect(await page.getByRole('navigation', { name: 'Lines' }).innerText()).toContain('No sound');
  const map = await call.getByRole('figure', { name: 'Who hears whom' }).innerText();
  expect(map).toContain('Dana Reyes hears nobody.');
  expect(map).toContain('You hear nobody.');
  expect(map).toContain('There is no sound: no network address.');
  expect(await page.getByText('Talking').count()).toBe(0);
  await page.keyboard.press('F4');
  await page.getByText('Ended').first().waitFor();
});

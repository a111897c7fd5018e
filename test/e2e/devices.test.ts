/** M14: microphone, speaker and ringer chosen apart; unplugged and plugged in during a call. Chromium's fake devices. */
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  DANA,
  MICROPHONE_HZ,
  partyHears,
  phoneOf,
  practiceCall,
  startConsole,
  type ConsoleFixture,
} from './console-fixture.ts';

let fixture: ConsoleFixture;
let page: Page;

beforeEach(async () => {
  fixture = await startConsole();
  ({ page } = fixture);
}, 60_000);
afterEach(() => fixture.close());

const sheet = () => page.getByRole('dialog', { name: 'Sound and devices' });
const choice = (label: string) => sheet().getByRole('combobox', { name: label, exact: true });
const openSheet = () => page.getByRole('button', { name: 'Sound and devices' }).click();

/** Chromium cannot unplug its fake devices: the page is told that one is not there, and its track ends. */
async function plug(label: string, there: boolean): Promise<void> {
  await page.evaluate(
    ([name, isThere]) => {
      const { mediaDevices } = navigator;
      const shimmed = globalThis as unknown as { gone?: Set<string>; tracks?: MediaStreamTrack[] };
      if (!shimmed.gone) {
        shimmed.gone = new Set();
        const list = mediaDevices.enumerateDevices.bind(mediaDevices);
        mediaDevices.enumerateDevices = async () => (await list()).filter((each) => !shimmed.gone!.has(each.label));
      }
      if (isThere) shimmed.gone.delete(name);
      else shimmed.gone.add(name);
      mediaDevices.dispatchEvent(new Event('devicechange'));
    },
    [label, there] as const,
  );
}

it('M14: devices are chosen apart, kept over a restart, and given up and taken back while a call is up', async () => {
  const { parties } = fixture;
  await openSheet();
  const names = (label: string) => choice(label).locator('option').allInnerTexts();
  expect(await names('Microphone')).toContain('Fake Audio Input 1');
  expect(await names('Speaker')).toContain('Fake Audio Output 1');
  await choice('Microphone').selectOption('Fake Audio Input 2');
  await choice('Speaker').selectOption('Fake Audio Output 2');
  await choice('Ringer').selectOption('Fake Audio Output 1');
  await sheet().getByLabel('Ring volume').fill('40');
  await sheet().getByLabel('Suppress noise').uncheck();
  const level = () => sheet().getByRole('meter', { name: 'Microphone level' }).getAttribute('aria-valuenow');
  await expect.poll(async () => Number(await level()), { timeout: 10_000 }).toBeGreaterThan(0);
  await sheet().getByRole('button', { name: 'Play a test tone', exact: true }).click();
  const out = () => sheet().getByRole('meter', { name: 'Speaker level' }).getAttribute('aria-valuenow');
  await expect.poll(async () => Number(await out()), { timeout: 5000 }).toBeGreaterThan(0);
  await page.keyboard.press('Escape');

  await page.reload();
  await page.getByText('Line ready').first().waitFor();
  await openSheet();
  await expect.poll(() => choice('Speaker').locator('option:checked').innerText()).toBe('Fake Audio Output 2');
  expect(await choice('Microphone').locator('option:checked').innerText()).toBe('Fake Audio Input 2');
  expect(await sheet().getByLabel('Suppress noise').isChecked()).toBe(false);
  await page.keyboard.press('Escape');

  await practiceCall(page, DANA.name);
  const { ear } = await phoneOf(parties, DANA.number);
  await partyHears(ear, MICROPHONE_HZ);
  const sink = () =>
    page.evaluate(async () => {
      const element = document.querySelector<HTMLAudioElement>('audio[data-remote-audio]')!;
      const devices = await navigator.mediaDevices.enumerateDevices();
      return devices.find(({ deviceId, kind }) => deviceId === element.sinkId && kind === 'audiooutput')?.label ?? '';
    });
  expect(await sink()).toBe('Fake Audio Output 2');

  await plug('Fake Audio Input 2', false);
  await page.getByText('Fake Audio Input 2 is not plugged in').first().waitFor();
  await partyHears(ear, MICROPHONE_HZ);
  await plug('Fake Audio Output 2', false);
  await expect.poll(sink).toBe('');
  await plug('Fake Audio Input 2', true);
  await plug('Fake Audio Output 2', true);
  await page.getByText('is not plugged in').first().waitFor({ state: 'detached' });
  await expect.poll(sink).toBe('Fake Audio Output 2');
  await partyHears(ear, MICROPHONE_HZ);
});

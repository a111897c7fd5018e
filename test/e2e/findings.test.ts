/** What went wrong, and what was said, shown by the built console under its own policy. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DANA, phoneOf, practiceCall, startConsole, transferTo, type ConsoleFixture } from './console-fixture.ts';

let fixture: ConsoleFixture;
let folder: string;
let problems: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'patchcord-e2e-'));
  fixture = await startConsole({ recording: { trunk: true, folder } }, folder);
  problems = [];
  fixture.page.on('pageerror', (error) => problems.push(error.message));
  fixture.page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
}, 60_000);

afterEach(async () => {
  await fixture.close();
  await rm(folder, { recursive: true });
  expect(problems).toEqual([]);
});

it('D5, P28: tells why a transfer failed, on the card, in the ladder and in the record, and plays the recording', async () => {
  const { page, parties, host } = fixture;
  await practiceCall(page, DANA.name);
  const dana = await phoneOf(parties, DANA.number);
  await transferTo(page, 'Night desk');
  const card = page.getByRole('article', { name: 'Transfer to Night desk' });
  await card.getByText('Night desk is busy (486). Dana Reyes is still on your line.').waitFor();
  await card.getByRole('button', { name: /^Show the message/ }).click();
  const message = page.getByRole('complementary', { name: /^Message NOTIFY \(486/ });
  const finding = message.getByRole('list', { name: 'Findings' });
  await finding.getByText(/Night desk itself answered 486 Busy Here/).waitFor();
  expect(await finding.innerText()).toContain('Dana Reyes is still on the line of the console.');
  await page.locator('[data-findings=D5][aria-selected=true]').waitFor();

  // More than a second of sound, at 50 packets a second.
  await expect.poll(() => host.trunk.calls()[0]?.legs[0]?.rtp?.received, { timeout: 10_000 }).toBeGreaterThan(75);
  dana.phone.hangUp();
  await page.getByRole('tab', { name: 'Records' }).click();
  await page.getByRole('button', { name: 'What was found: D5' }).first().waitFor();
  await page
    .getByRole('button', { name: /^Play the recording/ })
    .first()
    .click();
  const player = page.getByRole('group', { name: 'Recording' });
  await player.getByRole('button', { name: 'Pause' }).waitFor();
  const position = player.getByRole('slider', { name: 'Position' });
  await expect.poll(async () => Number(await position.inputValue())).toBeGreaterThan(0.3);
  // What plays is the sound of two people, each on a side.
  const audio = player.locator('audio');
  expect(await audio.evaluate((element: HTMLAudioElement) => element.error)).toBeNull();
  expect(await audio.evaluate((element: HTMLAudioElement) => element.duration)).toBeGreaterThan(1);

  const detail = page.getByRole('complementary', { name: 'Details of the record' });
  const sure = page.getByRole('dialog', { name: 'Delete this recording?' });
  await detail.getByRole('button', { name: 'Delete the recording' }).click();
  await sure.getByRole('button', { name: /^Keep it/ }).click();
  await sure.waitFor({ state: 'detached' });
  expect(await readdir(folder)).toHaveLength(1);
  await detail.getByRole('button', { name: 'Delete the recording' }).click();
  await sure.getByRole('button', { name: 'Delete', exact: true }).click();
  await detail.getByText(/^No recording: .* or was deleted/).waitFor();
  expect(await readdir(folder)).toEqual([]);
});

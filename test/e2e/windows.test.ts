/** O14, W6: two windows of one console, and a window that outlives its trunk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { configFile, runScript } from '../main/built/run-command.ts';
import { DANA, MICROPHONE_HZ, partyHears, phoneOf, practiceCall, startConsole } from './console-fixture.ts';

it('O14: the second window says where the phone is, takes it over by a button, and the first keeps its call', async () => {
  const { page: first, host, parties, close } = await startConsole();
  onTestFinished(close);
  const second = await first.context().newPage();
  second.on('dialog', (dialog) => void dialog.accept());
  await second.goto(`${host.url}/#token=${host.token}`);
  await second.getByText('The phone is in another window').first().waitFor();
  expect(await first.getByText('Line ready').first().isVisible()).toBe(true);
  await practiceCall(first, DANA.name);
  const { ear } = await phoneOf(parties, DANA.number);
  await partyHears(ear, MICROPHONE_HZ);

  await second.getByRole('button', { name: 'Use the phone here' }).click();
  await second.getByText('Line ready').first().waitFor();
  await first.getByText('Another window has taken the phone').waitFor();
  expect(await first.getByText('Line ready').count()).toBe(0);
  await partyHears(ear, MICROPHONE_HZ);
  expect(host.trunk.calls()).toHaveLength(1);
  // The next call rings in the second window alone.
  await host.trunk.practiceCall({ caller: '+14155550144' });
  await second
    .getByRole('button', { name: /^Answer/ })
    .first()
    .waitFor();
  expect(
    await first
      .getByRole('button', { name: /^Answer/ })
      .and(first.locator(':enabled'))
      .count(),
  ).toBe(0);

  // The window that is the phone goes: the one that is left takes over by itself.
  await second.close({ runBeforeUnload: false });
  await first.getByText('Line ready').first().waitFor({ timeout: 15_000 });
}, 90_000);

it('W6: a tab comes back by itself when its trunk was killed and started again', async () => {
  const data = mkdtempSync(path.join(tmpdir(), 'patchcord-data-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const start = async (file: string) => {
    const running = runScript('patchcord', ['serve', '--json', '--no-open', '--config', file], {
      env: { XDG_DATA_HOME: data },
    });
    const ready = JSON.parse(await running.line((line) => line.includes('"ready"')));
    return { running, ready: ready as { http: string; token: string } };
  };
  const probe = await start(configFile());
  const { port } = new URL(probe.ready.http);
  probe.running.child.kill('SIGKILL');
  await probe.running.ended;
  const listen = { udp: 0, tcp: 0, tls: 0, http: Number(port) };
  const file = configFile({ listen, records: { file: 'records.sqlite' } });
  const first = await start(file);
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.context.newPage();
  await page.goto(`${first.ready.http}/#token=${first.ready.token}`);
  await page.getByText('Line ready').first().waitFor();
  first.running.child.kill('SIGKILL');
  await first.running.ended;
  await page
    .getByText(/^Line lost/)
    .first()
    .waitFor();
  const second = await start(file);
  expect(second.ready.token).toBe(first.ready.token);
  await page.getByText('Line ready', { exact: true }).first().waitFor({ timeout: 30_000 });
  await vi.waitFor(
    async () => expect(await page.getByText('The trunk does not know this window').count()).toBe(0),
    10_000,
  );
}, 90_000);

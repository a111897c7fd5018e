import type { ConsoleMessage } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { launchBrowser } from '../../support/browser.ts';
import { configFile, runScript } from './run-command.ts';

it('the built console runs under its strict policy, connects, and keeps the token to its address', async () => {
  const running = runScript('patchcord', ['serve', '--json', '--no-open', '--config', configFile()]);
  const ready = JSON.parse(await running.line(() => true)) as { http: string; token: string };
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.context.newPage();
  const complaints: string[] = [];
  const requested: string[] = [];
  page.on('console', (message: ConsoleMessage) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requested.push(request.url()));

  await page.goto(`${ready.http}/#token=${ready.token}`);
  await page.getByText('Line ready').first().waitFor();
  // Every panel once: a widget that brings its own inline style or script would be refused here.
  for (const tab of await page.getByRole('tab').all()) await tab.click();

  expect(complaints).toEqual([]);
  expect(requested.filter((url) => new URL(url).origin !== ready.http)).toEqual([]);
  expect(requested.filter((url) => url.replace(/#.*/, '').includes(ready.token))).toEqual([]);
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]));
  expect(stored).not.toContain(ready.token);
});

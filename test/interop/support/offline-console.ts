/** `npm start` in a namespace without a network, and the browser that it opens there, driven by Playwright. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { keepTones } from '../../e2e/console-fixture.ts';
import { findBrowser, microphone, testToneWav } from '../../support/browser.ts';
import type { Namespace } from './namespace.ts';
import { temporaryFolder } from './tool.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** What a test's browser needs beside the command line that it was given: no screen, no root, no microphone. */
const TESTED = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--remote-debugging-pipe',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

export interface OfflineConsole {
  readonly page: Page;
  /** The browser's arguments as the launcher gave them. */
  readonly args: readonly string[];
  close(): Promise<void>;
}

/** The window that the browser opened by itself. The one of the npm package has no windows: there, a page goes to it. */
async function appWindow(context: BrowserContext, args: readonly string[]): Promise<Page> {
  const [first] = context.pages();
  const opened = first ?? (await context.waitForEvent('page', { timeout: 3000 }).catch(() => undefined));
  if (opened) return opened;
  const page = await context.newPage();
  await page.goto(args.find((arg) => arg.startsWith('--app='))!.slice('--app='.length));
  return page;
}

/**
 * @param micHz what the operator says, in hertz
 * @param without switches to take from the launcher's command line
 */
export async function startOffline(
  machine: Namespace,
  micHz: number,
  without: readonly string[] = [],
): Promise<OfflineConsole> {
  const folder = temporaryFolder();
  const [config, noting, noted] = ['config.json', 'browser', 'noted'].map((name) => path.join(folder.path, name));
  const listen = { udp: 0, tcp: 0, tls: 0, http: 0 };
  writeFileSync(config!, JSON.stringify({ listen, records: { file: ':memory:' } }));
  // Notes its arguments, and is done as a browser is that hands its window to another one.
  writeFileSync(noting!, `#!/bin/sh\nprintf '%s\\n' "$@" >'${noted}.part'\nmv '${noted}.part' '${noted}'\n`, {
    mode: 0o755,
  });
  const program = machine.start(
    process.execPath,
    [path.join(root, 'scripts/start.mjs'), '--browser', '--config', config!],
    folder.path,
    { env: { DISPLAY: ':99', PATCHCORD_BROWSER: noting!, XDG_DATA_HOME: folder.path } },
  );
  await vi.waitFor(
    () => {
      if (!existsSync(noted!)) throw new Error(`nothing was opened: ${program.output()}`);
    },
    { timeout: 60_000, interval: 50 },
  );
  const args = readFileSync(noted!, 'utf8').trimEnd().split('\n');
  const ours = args.filter((arg) => !without.includes(arg));
  const mic = await microphone(folder.path, testToneWav(micHz, 1));
  const context = await chromium.launchPersistentContext(path.join(folder.path, 'patchcord/browser'), {
    executablePath: machine.wrapper(await findBrowser(), [...ours, ...TESTED, ...mic]),
    // The launcher's arguments, and no others; this one tells Playwright how it is connected.
    ignoreDefaultArgs: true,
    permissions: ['microphone'],
    args: ['--remote-debugging-pipe'],
  });
  const page = await appWindow(context, ours);
  await page.getByText('Line ready').first().waitFor();
  expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=/);
  await page.addInitScript(keepTones);
  await page.reload();
  await page.getByText('Line ready').first().waitFor();
  return {
    page,
    args,
    close: async () => {
      await context.close();
      await program.stop();
      folder.remove();
    },
  };
}

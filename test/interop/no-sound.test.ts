/**
 * W28: in a network namespace with loopback alone, a Chromium without switches has no address for sound. The console
 * says so, and what to do, instead of *Talking*.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/lib/build.mjs';
import { temporaryFolder } from './support/tool.ts';

/** Of Debian's iproute2; namespaces take root. */
const IP = 'ip';
const root = path.resolve(import.meta.dirname, '../..');
const namespace = `patchcord-mute-${process.pid}`;
const folder = temporaryFolder();
let trunk: ChildProcess | undefined;
let context: BrowserContext | undefined;
let page: Page;

function ip(...args: string[]): void {
  const { status, stderr } = spawnSync(IP, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')} failed: ${stderr} (iproute2, as root)`);
}

beforeAll(async () => {
  if (!buildIfStale(root)) throw new Error('The build failed.');
  ip('netns', 'add', namespace);
  ip('netns', 'exec', namespace, 'ip', 'link', 'set', 'lo', 'up');
  const config = path.join(folder.path, 'config.json');
  writeFileSync(config, JSON.stringify({ listen: { udp: 0, tcp: 0, tls: 0, http: 0 }, records: { file: ':memory:' } }));
  const serve = ['scripts/patchcord.mjs', 'serve', '--json', '--config', config];
  trunk = spawn(IP, ['netns', 'exec', namespace, 'node', ...serve], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = await new Promise<{ http: string; token: string }>((resolve, reject) => {
    createInterface(trunk!.stdout!).once('line', (line) => resolve(JSON.parse(line)));
    trunk!.once('exit', (code) => reject(new Error(`The trunk ended with ${code}.`)));
  });
  const inside = path.join(folder.path, 'chromium');
  writeFileSync(inside, `#!/bin/sh\nexec ip netns exec ${namespace} /usr/bin/chromium "$@"\n`);
  chmodSync(inside, 0o755);
  context = await chromium.launchPersistentContext(path.join(folder.path, 'profile'), {
    executablePath: inside,
    args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    permissions: ['microphone'],
    viewport: { width: 1280, height: 800 },
  });
  page = await context.newPage();
  await page.goto(`${ready.http}/#token=${ready.token}`);
  await page.getByText('Line ready').first().waitFor();
});

afterAll(async () => {
  await context?.close();
  trunk?.kill('SIGTERM');
  if (trunk?.exitCode === null) await new Promise((resolve) => trunk!.once('exit', resolve));
  ip('netns', 'delete', namespace);
  folder.remove();
});

it('W28: says within 3 s after the answer that there is no sound, why, and what to do', async () => {
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
  const folderOfShots = process.env['SHOTS'];
  if (folderOfShots) await page.screenshot({ path: path.join(folderOfShots, 'no-sound.png') });
  await page.keyboard.press('F4');
  await page.getByText('Ended').first().waitFor();
});

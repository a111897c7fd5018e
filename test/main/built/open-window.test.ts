import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { configFile, runScript } from './run-command.ts';

/** A browser that only notes how it was started, and with which process id, until it is ended. */
function fakeBrowser() {
  const folder = mkdtempSync(path.join(tmpdir(), 'patchcord-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [program, noted] = [path.join(folder, 'browser'), path.join(folder, 'noted')];
  writeFileSync(
    program,
    `#!/bin/sh\nprintf '%s\\n' "$$" "$@" >'${noted}.part'\nmv '${noted}.part' '${noted}'\nexec sleep 60\n`,
    {
      mode: 0o755,
    },
  );
  return {
    program,
    async started() {
      await vi.waitUntil(() => existsSync(noted), { timeout: 10_000, interval: 20 });
      const [pid, ...args] = readFileSync(noted, 'utf8').trimEnd().split('\n');
      return { pid: Number(pid), args };
    },
  };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('W27: opens a window with loopback candidates, whose command line does not tell the token, and closes it again', async () => {
  const browser = fakeBrowser();
  const data = mkdtempSync(path.join(tmpdir(), 'patchcord-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const running = runScript('start', ['--browser', '--config', configFile()], {
    env: { DISPLAY: ':99', PATCHCORD_BROWSER: browser.program, XDG_DATA_HOME: data },
  });
  const row = await running.line((line) => line.includes('Console'));
  const page = /http:\S+#token=[\w-]+/.exec(row)?.[0] ?? '';
  const { pid, args } = await browser.started();
  expect(args).toContain('--allow-loopback-in-peer-connection');
  expect(args).toContain(`--user-data-dir=${path.join(data, 'patchcord', 'browser')}`);
  expect(args.join(' ')).not.toContain(page.split('=')[1]);
  const address = args.find((arg) => arg.startsWith('--app='))?.slice('--app='.length) ?? '';
  const led = await fetch(address, { redirect: 'manual' });
  expect([led.status, led.headers.get('location')]).toEqual([303, page]);
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(404);
  // What a browser of one's own would need is for those alone who open one.
  expect(running.lines.join('\n')).not.toContain('--allow-loopback-in-peer-connection');
  expect(running.stderr()).toBe('');
  running.child.kill('SIGTERM');
  expect(await running.ended).toBe(0);
  await vi.waitUntil(() => !isAlive(pid), { timeout: 5000, interval: 20 });
});

it('W27: says beside the address what a browser that is opened by hand needs', async () => {
  const running = runScript('start', ['--no-open', '--config', configFile()]);
  await running.line((line) => line.includes('SIP'));
  const text = running.lines.join('\n');
  expect(text).toContain('--allow-loopback-in-peer-connection');
  expect(text).toContain('media.peerconnection.ice.loopback');
});

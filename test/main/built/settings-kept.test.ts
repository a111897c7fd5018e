/** The configuration without --config: what was changed is there after a restart, however the program ended. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { configFile, runScript } from './run-command.ts';

const ports = { listen: { udp: 0, tcp: 0, tls: 0, http: 0 }, records: { file: ':memory:' } };

interface Started {
  send(command: string, request: object): Promise<unknown>;
  kill(signal: NodeJS.Signals): Promise<unknown>;
  stderr(): string;
}

async function started(args: readonly string[], data: string): Promise<Started> {
  const running = runScript('patchcord', ['trunk', '--json', ...args], { env: { XDG_DATA_HOME: data } });
  const { http, token } = JSON.parse(await running.line((line) => line.includes('"ready"')));
  return {
    async send(command, request) {
      const response = await fetch(`${http}/contract/${command}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      return response.json();
    },
    kill(signal) {
      running.child.kill(signal);
      return running.ended;
    },
    stderr: running.stderr,
  };
}

function dataFolder(): { data: string; own: string; file: string } {
  const data = mkdtempSync(path.join(tmpdir(), 'patchcord-data-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const own = path.join(data, 'patchcord');
  mkdirSync(own);
  const file = path.join(own, 'config.json');
  writeFileSync(file, JSON.stringify(ports, undefined, 2));
  return { data, own, file };
}

it('W9: a changed setting outlives kill -9, and is in the file with what was there', async () => {
  const { data, file } = dataFolder();
  const first = await started([], data);
  const reply = await first.send('settings.set', { patch: { limits: { ringSeconds: 44 }, domain: 'kept.example' } });
  expect(reply).toMatchObject({ storage: { file, given: false, state: 'saved', notices: [] } });
  await first.kill('SIGKILL');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    ...ports,
    limits: { ringSeconds: 44 },
    domain: 'kept.example',
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const second = await started([], data);
  expect(await second.send('settings.get', {})).toMatchObject({
    settings: { domain: 'kept.example', limits: { ringSeconds: 44 } },
    needsRestart: [],
  });
  expect(await second.kill('SIGTERM')).toBe(0);
  expect(second.stderr()).toBe('');
}, 60_000);

it('W9: a damaged file is said on stderr and to the console, and set aside', async () => {
  const { data, own, file } = dataFolder();
  const first = await started([], data);
  await first.send('settings.set', { patch: { limits: { ringSeconds: 44 } } });
  await first.kill('SIGKILL');
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, whole.slice(0, whole.length / 2));
  const second = await started([], data);
  const aside = readdirSync(own).find((name) => name.startsWith('config.damaged-'));
  expect(aside).toBeDefined();
  expect(second.stderr()).toContain(`patchcord: ${file}: line `);
  expect(second.stderr()).toContain(`patchcord: It was set aside as ${path.join(own, aside ?? '')}.\n`);
  const { storage } = (await second.send('snapshot', {})) as { storage: { notices: string[] } };
  expect(storage.notices.at(-1)).toBe(
    `The trunk has started with the version before it, ${path.join(own, 'config.1.json')}.`,
  );
  await second.kill('SIGKILL');
}, 60_000);

it('W9: a file that was chosen with --config is written only on request', async () => {
  const { data } = dataFolder();
  const file = configFile({ domain: 'mine.example' });
  const before = readFileSync(file, 'utf8');
  const first = await started(['--config', file], data);
  const reply = await first.send('settings.set', { patch: { limits: { ringSeconds: 44 } } });
  expect(reply).toMatchObject({ storage: { file, given: true, state: 'unsaved' } });
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(await first.send('settings.save', {})).toMatchObject({ state: 'saved' });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...JSON.parse(before), limits: { ringSeconds: 44 } });
  writeFileSync(file, before);
  await first.send('settings.set', { patch: { limits: { ringSeconds: 45 } } });
  expect(await first.send('settings.save', {})).toMatchObject({ state: 'conflict' });
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(await first.send('settings.save', { overwrite: true })).toMatchObject({ state: 'saved' });
  await first.kill('SIGKILL');
}, 60_000);

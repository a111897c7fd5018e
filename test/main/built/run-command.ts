import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

export interface Running {
  readonly child: ChildProcess;
  /** Lines of stdout so far. */
  readonly lines: string[];
  /** Without the notice of a build: whether there is one depends on who changed what meanwhile. */
  stderr(): string;
  /** The first line of stdout, now or to come, that fits. */
  line(fits: (line: string) => boolean): Promise<string>;
  /** Resolves with the exit status, or the signal's name. */
  readonly ended: Promise<number | string>;
}

/** Runs one of the project's scripts as a user would; it is killed with the test. */
export function runScript(
  script: 'patchcord' | 'start',
  args: readonly string[],
  { cwd = root, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Running {
  const { DISPLAY: _x, WAYLAND_DISPLAY: _w, ...inherited } = process.env;
  const child = spawn(process.execPath, [path.join(root, 'scripts', `${script}.mjs`), ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const ended = once(child, 'close').then(([status, signal]: (number | string)[]) => status ?? signal ?? '');
  return {
    child,
    lines,
    stderr: () => stderr.replace('Building Patchcord…\n', ''),
    ended,
    async line(fits) {
      for (;;) {
        const found = lines.find(fits);
        if (found !== undefined) return found;
        const status = await Promise.race([once(reader, 'line').then(() => undefined), ended]);
        if (status !== undefined) throw new Error(`ended with ${status} before that line: ${stderr}`);
      }
    },
  };
}

/** A configuration file in a folder of its own, with free ports and records in memory unless told otherwise. */
export function configFile(extra: object = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'patchcord-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'config.json');
  writeFileSync(
    file,
    JSON.stringify({
      listen: { udp: 0, tcp: 0, tls: 0, http: 0 },
      records: { file: ':memory:' },
      // The endpoints of tests are on loopback, where calls of the API may lead only when that is allowed.
      webhooks: { allow: ['127.0.0.0/8'] },
      ...extra,
    }),
  );
  return file;
}

import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keptToken } from '../../src/main/host/kept-token.ts';

const DAY_MS = 24 * 3600 * 1000;

function tokenFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'patchcord-token-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'tokens', 'own');
}

it('W6: the token is the same at the next start, in a file for its owner alone', () => {
  const file = tokenFile();
  const token = keptToken(file, Date.now());
  expect(token).toMatch(/^[\w-]{32}$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(keptToken(file, Date.now())).toBe(token);
});

it('a token that others could read, that is old, or that is none, is replaced', () => {
  const file = tokenFile();
  const first = keptToken(file, Date.now());
  chmodSync(file, 0o644);
  const second = keptToken(file, Date.now());
  expect(second).not.toBe(first);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  utimesSync(file, new Date(), new Date(Date.now() - 31 * DAY_MS));
  const third = keptToken(file, Date.now());
  expect(third).not.toBe(second);
  writeFileSync(file, 'short');
  expect(keptToken(file, Date.now())).not.toBe('short');
  expect(readFileSync(file, 'utf8')).toMatch(/^[\w-]{32}$/);
});

it('a folder that cannot be written costs no start', () => {
  const file = tokenFile();
  writeFileSync(path.dirname(file), '');
  expect(keptToken(file, Date.now())).toMatch(/^[\w-]{32}$/);
});

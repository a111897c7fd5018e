import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildIfStale } from '../../scripts/lib/build.mjs';
import { desktopObstacle, electronBinary } from '../../scripts/lib/electron.mjs';

const root = path.resolve(import.meta.dirname, '../..');

it('finds the binary of Electron only when it is really there', () => {
  const project = folder();
  const electron = path.join(project, 'node_modules/electron');
  expect(electronBinary(project, {})).toBeUndefined();
  mkdirSync(path.join(electron, 'dist'), { recursive: true });
  writeFileSync(path.join(electron, 'path.txt'), 'electron');
  expect(electronBinary(project, {})).toBeUndefined();
  writeFileSync(path.join(electron, 'dist/electron'), '');
  expect(electronBinary(project, {})).toBe(path.join(electron, 'dist/electron'));
  expect(electronBinary(project, { ELECTRON_OVERRIDE_DIST_PATH: project })).toBeUndefined();
});

it('knows what keeps the desktop app from showing', () => {
  expect(desktopObstacle('linux', {}, 1000)).toBe('there is no display');
  expect(desktopObstacle('linux', { DISPLAY: ':0' }, 0)).toBe('Electron does not run as root');
  expect(desktopObstacle('linux', { WAYLAND_DISPLAY: 'wayland-0' }, 1000)).toBeUndefined();
  expect(desktopObstacle('darwin', {}, 501)).toBeUndefined();
  expect(desktopObstacle('win32', {}, undefined)).toBeUndefined();
});

it('builds by the content of the sources: what was built stays, and a build that is not possible is said to be', () => {
  const project = folder();
  mkdirSync(path.join(project, 'src'));
  writeFileSync(path.join(project, 'src/a.ts'), '1');
  mkdirSync(path.join(project, 'node_modules/vite/bin'), { recursive: true });
  const vite = path.join(project, 'node_modules/vite/bin/vite.js');
  const builds = path.join(project, 'builds');
  writeFileSync(vite, `require('node:fs').appendFileSync(${JSON.stringify(builds)}, 'built ')`);
  const built = (): string => readFileSync(builds, 'utf8');

  expect([buildIfStale(project), built()]).toEqual([true, 'built ']);
  expect([buildIfStale(project), built()]).toEqual([true, 'built ']);
  writeFileSync(path.join(project, 'src/a.ts'), '2');
  expect([buildIfStale(project), built()]).toEqual([true, 'built built ']);
  writeFileSync(path.join(project, 'src/b.ts'), '');
  writeFileSync(vite, 'process.exit(1)');
  expect(buildIfStale(project)).toBe(false);
  rmSync(vite);
  expect(buildIfStale(project)).toBe(false);
});

it('asks in one line for what is missing when nothing was installed', () => {
  const project = folder();
  cpSync(path.join(root, 'scripts'), path.join(project, 'scripts'), { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/patchcord.mjs', 'trunk'], {
    cwd: project,
    encoding: 'utf8',
  });
  expect([status, stdout, stderr]).toEqual([
    1,
    '',
    'Patchcord is not built, and what builds it is missing: run "npm ci".\n',
  ]);
});

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'patchcord-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

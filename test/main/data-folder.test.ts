import path from 'node:path';
import { expect, it } from 'vitest';
import { hasDisplay } from '../../src/main/cli/browser.ts';
import { dataFolder } from '../../src/main/host/data-folder.ts';

it('keeps records where each platform wants an application to keep its data', () => {
  expect(dataFolder('linux', {}, '/home/dana')).toBe(path.join('/home/dana', '.local/share/patchcord'));
  expect(dataFolder('linux', { XDG_DATA_HOME: '/data' }, '/home/dana')).toBe(path.join('/data', 'patchcord'));
  expect(dataFolder('darwin', {}, '/Users/dana')).toBe(
    path.join('/Users/dana', 'Library', 'Application Support', 'Patchcord'),
  );
  const roaming = 'C:\\Users\\dana\\AppData\\Roaming';
  expect(dataFolder('win32', {}, 'C:\\Users\\dana')).toBe(`${roaming}\\Patchcord`);
  expect(dataFolder('win32', { APPDATA: 'D:\\Data' }, 'C:\\Users\\dana')).toBe('D:\\Data\\Patchcord');
});

it('opens a browser only where one could show', () => {
  expect(hasDisplay('linux', {})).toBe(false);
  expect(hasDisplay('linux', { DISPLAY: '' })).toBe(false);
  expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
  expect(hasDisplay('linux', { DISPLAY: ':0' })).toBe(true);
  expect(hasDisplay('darwin', {})).toBe(true);
  expect(hasDisplay('win32', {})).toBe(true);
});

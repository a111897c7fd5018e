import { describe, expect, it } from 'vitest';
import { findBrowser, type Machine } from '../../src/main/cli/browsers.ts';

function machine(platform: NodeJS.Platform, files: readonly string[], env: NodeJS.ProcessEnv = {}): Machine {
  const home = platform === 'win32' ? 'C:\\Users\\ann' : '/home/ann';
  return { platform, env, home, exists: (file) => files.includes(file) };
}

const PATH = '/usr/local/bin:/usr/bin:relative::/snap/bin';
const programs = {
  ProgramFiles: 'C:\\Program Files',
  'ProgramFiles(x86)': 'C:\\Program Files (x86)',
  LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local',
};

describe('W27: a Chromium-family browser is found', () => {
  it.each([
    ['linux', '/usr/bin/google-chrome-stable', 'Google Chrome'],
    ['linux', '/usr/local/bin/chromium', 'Chromium'],
    ['linux', '/usr/bin/chromium-browser', 'Chromium'],
    ['linux', '/usr/bin/microsoft-edge', 'Microsoft Edge'],
    ['linux', '/usr/bin/brave-browser', 'Brave'],
    ['linux', '/usr/bin/vivaldi-stable', 'Vivaldi'],
    ['darwin', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'Google Chrome'],
    ['darwin', '/home/ann/Applications/Chromium.app/Contents/MacOS/Chromium', 'Chromium'],
    ['darwin', '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge', 'Microsoft Edge'],
    ['darwin', '/Applications/Brave Browser.app/Contents/MacOS/Brave Browser', 'Brave Browser'],
    ['win32', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'Google Chrome'],
    ['win32', 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe', 'Microsoft Edge'],
    ['win32', 'C:\\Users\\ann\\AppData\\Local\\Chromium\\Application\\chrome.exe', 'Chromium'],
    ['win32', 'C:\\Program Files\\BraveSoftware\\Brave-Browser\\Application\\brave.exe', 'Brave'],
  ] as const)('on %s at %s', (platform, program, name) => {
    expect(findBrowser(machine(platform, [program], { PATH, ...programs }))).toEqual({ name, program });
  });

  it.each([
    ['/snap/bin/chromium', '/home/ann/snap/chromium/common'],
    ['/snap/bin/brave', '/home/ann/snap/brave/common'],
    ['/var/lib/flatpak/exports/bin/com.google.Chrome', '/home/ann/.var/app/com.google.Chrome/data'],
    [
      '/home/ann/.local/share/flatpak/exports/bin/org.chromium.Chromium',
      '/home/ann/.var/app/org.chromium.Chromium/data',
    ],
  ])('shut in by its packaging at %s, with the folder that it may write to', (program, profiles) => {
    expect(findBrowser(machine('linux', [program], { PATH }))).toMatchObject({ program, profiles });
  });

  it('as a snap behind the script that Ubuntu has in its place', () => {
    const found = findBrowser(machine('linux', ['/usr/bin/chromium-browser', '/snap/bin/chromium'], { PATH }));
    expect(found).toMatchObject({ profiles: '/home/ann/snap/chromium/common' });
  });

  it('where the user says, and nowhere else then', () => {
    const files = ['/usr/bin/chromium', '/opt/my/browser'];
    const found = (named: string) => findBrowser(machine('linux', files, { PATH, PATCHCORD_BROWSER: named }));
    expect(found('/opt/my/browser')).toEqual({ name: 'browser', program: '/opt/my/browser' });
    expect(found('/opt/no/browser')).toBeUndefined();
    expect(found('')).toMatchObject({ program: '/usr/bin/chromium' });
  });

  it.each(['linux', 'darwin', 'win32'] as const)('or not, on %s', (platform) => {
    expect(findBrowser(machine(platform, ['/usr/bin/firefox', 'relative/chromium'], { PATH }))).toBeUndefined();
  });
});

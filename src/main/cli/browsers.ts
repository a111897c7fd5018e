/** Where browsers of Chromium's family are installed: they take the switch without which loopback alone has no sound. */
import path from 'node:path';

export interface Browser {
  readonly name: string;
  readonly program: string;
  /** Where alone it may keep a profile, when its packaging shuts it in. */
  readonly profiles?: string;
}

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  exists(file: string): boolean;
}

/** Names the browser to use, before any that is found. */
export const BROWSER_VARIABLE = 'PATCHCORD_BROWSER';

/** The first one there is, or undefined. */
export function findBrowser(machine: Machine): Browser | undefined {
  const wanted = machine.env[BROWSER_VARIABLE];
  if (wanted) return machine.exists(wanted) ? { name: path.basename(wanted), program: wanted } : undefined;
  return installed(machine).find(({ program }) => machine.exists(program));
}

function installed(machine: Machine): Browser[] {
  if (machine.platform === 'darwin') return onMac(machine);
  return machine.platform === 'win32' ? onWindows(machine) : onLinux(machine);
}

const macApps = ['Google Chrome', 'Microsoft Edge', 'Brave Browser', 'Chromium', 'Vivaldi'];

function onMac({ home }: Machine): Browser[] {
  return macApps.flatMap((name) =>
    ['/Applications', path.posix.join(home, 'Applications')].map((folder) => ({
      name,
      program: path.posix.join(folder, `${name}.app`, 'Contents', 'MacOS', name),
    })),
  );
}

const windowsPrograms: readonly (readonly [name: string, program: string])[] = [
  ['Google Chrome', 'Google\\Chrome\\Application\\chrome.exe'],
  ['Microsoft Edge', 'Microsoft\\Edge\\Application\\msedge.exe'],
  ['Brave', 'BraveSoftware\\Brave-Browser\\Application\\brave.exe'],
  ['Chromium', 'Chromium\\Application\\chrome.exe'],
  ['Vivaldi', 'Vivaldi\\Application\\vivaldi.exe'],
];

function onWindows({ env }: Machine): Browser[] {
  const folders = [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']];
  return windowsPrograms.flatMap(([name, program]) =>
    folders.flatMap((folder) => (folder ? [{ name, program: path.win32.join(folder, program) }] : [])),
  );
}

const linuxPrograms: readonly (readonly [name: string, programs: readonly string[]])[] = [
  ['Google Chrome', ['google-chrome-stable', 'google-chrome']],
  ['Chromium', ['chromium', 'chromium-browser']],
  ['Microsoft Edge', ['microsoft-edge-stable', 'microsoft-edge']],
  ['Brave', ['brave-browser-stable', 'brave-browser', 'brave']],
  ['Vivaldi', ['vivaldi-stable', 'vivaldi']],
];

const flatpaks: readonly (readonly [name: string, id: string])[] = [
  ['Google Chrome', 'com.google.Chrome'],
  ['Chromium', 'org.chromium.Chromium'],
  ['Microsoft Edge', 'com.microsoft.Edge'],
  ['Brave', 'com.brave.Browser'],
];

function onLinux({ env, home, exists }: Machine): Browser[] {
  const folders = (env['PATH'] ?? '').split(':').filter(path.posix.isAbsolute);
  const found = linuxPrograms.flatMap(([name, programs]) =>
    programs.flatMap((program) =>
      folders.map((folder): Browser => {
        const file = path.posix.join(folder, program);
        // Ubuntu's chromium-browser is a script that starts the snap.
        const snap = program === 'chromium-browser' && exists('/snap/bin/chromium') ? 'chromium' : snapOf(file);
        return { name, program: file, ...(snap && { profiles: path.posix.join(home, 'snap', snap, 'common') }) };
      }),
    ),
  );
  const exports = ['/var/lib/flatpak', path.posix.join(home, '.local/share/flatpak')];
  const packed = flatpaks.flatMap(([name, id]) =>
    exports.map((folder) => ({
      name,
      program: path.posix.join(folder, 'exports/bin', id),
      profiles: path.posix.join(home, '.var/app', id, 'data'),
    })),
  );
  return [...found, ...packed];
}

/** A snap may not write into hidden folders of the home folder, but has one of its own there. */
function snapOf(program: string): string | undefined {
  return /^\/snap\/bin\/([\w-]+)$/.exec(program)?.[1];
}

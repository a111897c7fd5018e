/** Opens the console: in a window of a Chromium-family browser, else in the default browser. */
import { spawn as spawnProcess, type ChildProcess, type SpawnOptions } from 'node:child_process';
import type { Clock } from '../../core/time/clock.ts';
import { appArguments, LOOPBACK_SWITCH, profileOf } from './app-window.ts';
import { BROWSER_VARIABLE, findBrowser, type Browser, type Machine } from './browsers.ts';

/** Whether there is a screen on which a browser could show. */
export function hasDisplay(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  return platform === 'darwin' || platform === 'win32' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

/** What a browser that somebody opens by hand needs, in lines. */
export const byHand = [
  'In a browser of yours calls have sound while a network is up. Where loopback is the only one (flight mode), start',
  `Chrome, Chromium or Edge with ${LOOPBACK_SWITCH}; in Firefox set`,
  'media.peerconnection.ice.loopback in about:config.',
];

const LOST = 'In it, calls have no sound where loopback is the only network that is up (flight mode).';

/** A browser that ends with a failure sooner than this could not start: a library is missing, its profile is locked. */
const START_LIMIT_MS = 10_000;

export interface Surroundings extends Machine {
  readonly clock: Clock;
  readonly dataFolder: string;
  /** Whether we run as root, on a system that has one. */
  readonly root: boolean;
  /** Tells people something, in one line. */
  say(line: string): void;
  spawn?(program: string, args: readonly string[], options: SpawnOptions): ChildProcess;
}

export interface OpenConsole {
  /** Closes the window that was opened, if it is a process of its own. What the default browser shows stays. */
  close(): void;
}

/**
 * Does what it can: a browser that cannot be had is no failure, for the address was printed.
 * @param address without the token, or good for one use: command lines can be read by everybody on the machine
 */
export function openConsole(address: () => string, around: Surroundings): OpenConsole {
  const { platform, env, root, say } = around;
  const browser = findBrowser(around);
  const chosen = env[BROWSER_VARIABLE];
  const fallBack = (why: string): void => {
    say(`${why}, so the default browser opens. ${LOST}`);
    openDefault(address(), around);
  };
  if (!browser) {
    fallBack(chosen ? `There is no ${chosen}` : 'No Chrome, Chromium, Edge or Brave was found');
  } else if (root && platform === 'linux' && !chosen) {
    fallBack(`As root ${browser.name} would need --no-sandbox, which is for you to decide`);
  } else {
    return openWindow(browser, address(), around, () => fallBack(`${browser.name} could not start`));
  }
  return { close() {} };
}

/** @param failed called when the browser ends at once, with a failure */
function openWindow(browser: Browser, address: string, around: Surroundings, failed: () => void): OpenConsole {
  const args = appArguments(address, profileOf(browser, around.dataFolder));
  const { clock } = around;
  const begun = clock.now();
  const child = start(around, browser.program, args);
  let ended = false;
  const end = (unexpected: boolean): void => {
    if (!ended && unexpected) failed();
    ended = true;
  };
  child.once('error', () => end(true));
  // With 0 somebody closed the window, or a browser with this profile, which runs already, has taken it over.
  child.once('exit', (status) => end(status !== null && status !== 0 && clock.now() - begun < START_LIMIT_MS));
  return {
    close() {
      // On Windows a signal would not close the browser but kill it.
      if (!ended && around.platform !== 'win32') child.kill('SIGTERM');
      ended = true;
    },
  };
}

function openDefault(address: string, around: Surroundings): void {
  const [program, ...args] = opener(around.platform);
  start(around, program, [...args, address]).on('error', () => {});
}

/** In a process group of its own: Ctrl+C in the terminal is for us, who have calls to end first. */
function start({ spawn = spawnProcess }: Surroundings, program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.unref();
  return child;
}

function opener(platform: NodeJS.Platform): [program: string, ...args: string[]] {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}

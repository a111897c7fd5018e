/** The command line of a browser that shows the console in a window of its own, like the desktop app's. */
import path from 'node:path';
import type { Browser } from './browsers.ts';

/** Without it, Chromium looks for no way to a peer where loopback is the only interface that is up (W27). */
export const LOOPBACK_SWITCH = '--allow-loopback-in-peer-connection';

/**
 * A profile that nobody else uses: a browser that runs already takes a new window into itself, and ignores the
 * switches. Whoever runs with this profile was started with them.
 * @param dataFolder of the application
 */
export function profileOf(browser: Browser, dataFolder: string): string {
  return browser.profiles === undefined
    ? path.join(dataFolder, 'browser')
    : path.join(browser.profiles, 'patchcord-browser');
}

export function appArguments(address: string, profile: string): string[] {
  return [
    `--app=${address}`,
    `--user-data-dir=${profile}`,
    LOOPBACK_SWITCH,
    // As in the desktop app: it rings before anybody has clicked anything, and also while it is hidden.
    '--autoplay-policy=no-user-gesture-required',
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--window-size=1280,800',
    '--no-first-run',
    '--no-default-browser-check',
    '--hide-crash-restore-bubble',
  ];
}

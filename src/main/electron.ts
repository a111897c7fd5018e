/** The desktop shell: one window on the same host that the `patchcord` command starts. */
import path from 'node:path';
import { app, dialog, ipcMain, powerMonitor, session, type BrowserWindow } from 'electron';
import { createLogger } from '../core/log/pino-logger.ts';
import { configFileIn } from './desktop/arguments.ts';
import { bridgeContract } from './desktop/bridge.ts';
import { askBeforeLeaving, type Leaving } from './desktop/leaving.ts';
import { limitPermissions, lockNavigation } from './desktop/lockdown.ts';
import { consoleOrigin } from './desktop/origin.ts';
import { registerScheme, serveScheme } from './desktop/scheme.ts';
import { createWindow, raise } from './desktop/window.ts';
import type { Host } from './host/host.ts';
import { startFailure } from './host/start-failure.ts';
import { outliveExceptions } from './last-resort.ts';
import { BadConfig, start } from './start.ts';

const consoleFolder = path.join(import.meta.dirname, '../renderer');
const preload = path.join(import.meta.dirname, '../preload/preload.cjs');

/** The development server's console, instead of the built one. Never in a packaged app. */
const devServer = app.isPackaged ? undefined : process.env['PATCHCORD_DEV_SERVER'];
const origin = devServer === undefined ? consoleOrigin : new URL(devServer).origin;

let host: Host | undefined;
let window: BrowserWindow | undefined;
let leaving: Leaving | undefined;

// With no interface but loopback up, Chromium would find no candidate for the console's audio. Only before `ready`.
app.commandLine.appendSwitch('allow-loopback-in-peer-connection');
registerScheme();
lockNavigation(app, origin);

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => window && raise(window));
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (!host) return;
    // Quits for good once every call has its BYE and its record.
    event.preventDefault();
    void stop().finally(() => app.quit());
  });
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Whoever sends a second one has waited long enough.
      if (asked) app.exit(1);
      asked = true;
      leaving?.force();
      app.quit();
    });
  }
  // Not awaited at the top level: Electron is ready only after this module has run.
  void app.whenReady().then(open).catch(fail);
} else {
  app.quit();
}

/** Every call gets its BYE and its record. */
async function stop(): Promise<void> {
  const stopping = host;
  host = undefined;
  await stopping?.stop();
}

async function open(): Promise<void> {
  const configFile = configFileIn(process.argv);
  const log = createLogger('warn');
  host = await start({ configFile, log, warn: (sentence) => log.warn({}, sentence), origins: [origin] });
  outliveExceptions(process, log);
  limitPermissions(session.defaultSession, origin);
  serveScheme(consoleFolder, host.sockets);
  window = createWindow(preload);
  const { trunk } = host;
  leaving = askBeforeLeaving(window, () => trunk.calls().length);
  const unbridge = bridgeContract(ipcMain, window, host, origin);
  // The session is logged off, or the machine shuts down: nobody can be asked, and there are a few seconds (Windows).
  window.on('session-end', () => void stop());
  // The same on macOS and Linux, where the system waits for us.
  powerMonitor.on('shutdown', () => {
    leaving?.force();
    app.quit();
  });
  window.once('closed', () => {
    unbridge();
    window = undefined;
  });
  await window.loadURL(`${origin}/`);
}

function fail(error: unknown): void {
  const text = error instanceof BadConfig ? error.message : startFailure(error);
  dialog.showErrorBox('Patchcord cannot start', text ?? String(error));
  app.exit(1);
}

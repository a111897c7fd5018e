/** The console's window. */
import { BrowserWindow } from 'electron';

/** @param preload path of the preload script */
export function createWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 380,
    minHeight: 560,
    show: false,
    title: 'Patchcord',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // It rings before anybody has clicked anything, and also while it is hidden.
      autoplayPolicy: 'no-user-gesture-required',
      backgroundThrottling: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  return window;
}

/** Brings a window to the front, for a second start of the app. */
export function raise(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.focus();
}

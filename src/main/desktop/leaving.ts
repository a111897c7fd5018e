/** Asks before the window goes away with a call up or with settings that are not saved: the page says that it would lose something. */
import { dialog, type BrowserWindow } from 'electron';

export interface Leaving {
  /** Somebody who cannot be asked ends the app: a signal. */
  force(): void;
}

/** @param callsUp how many calls there are now */
export function askBeforeLeaving(window: BrowserWindow, callsUp: () => number): Leaving {
  const { webContents } = window;
  let allowed = false;
  let asking = false;
  /** Electron tells of a close before the page is asked, and of a reload not at all. */
  let closing = false;
  const ask = async (): Promise<void> => {
    const act = closing ? () => window.close() : () => webContents.reload();
    const [leave, loses] = closing ? ['Close', 'Closing ends them.'] : ['Reload', 'They wait for half a minute.'];
    closing = false;
    const calls = callsUp();
    // Not the one that waits: the trunk lives in this process, and its sound would stop with it.
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      buttons: ['Stay', leave],
      defaultId: 0,
      cancelId: 0,
      message:
        calls > 0 ? `${calls === 1 ? 'A call is' : `${calls} calls are`} up` : 'Changes of the settings are not saved',
      detail: calls > 0 ? loses : 'They would be lost.',
    });
    if (response !== 1 || window.isDestroyed()) return;
    allowed = true;
    act();
  };
  window.on('close', () => {
    closing = true;
  });
  webContents.on('will-prevent-unload', (event) => {
    if (allowed) {
      // The page may go, whatever it says.
      event.preventDefault();
      return;
    }
    if (asking) {
      closing = false;
      return;
    }
    asking = true;
    void ask()
      // The question could not be shown: the window stays, and the calls with it.
      .catch(() => {})
      .finally(() => {
        asking = false;
      });
  });
  webContents.on('did-finish-load', () => {
    allowed = false;
    closing = false;
  });
  return {
    force: () => {
      allowed = true;
    },
  };
}

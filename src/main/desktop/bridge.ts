/** The contract over Electron IPC, for the main frame of one window. */
import type { BrowserWindow, IpcMain } from 'electron';
import { channels } from '../../contract/channels.ts';
import type { Outcome } from '../../contract/ipc.ts';
import type { Host } from '../host/host.ts';
import { isOf } from './origin.ts';

/** Returns the function that takes the bridge down. */
export function bridgeContract(ipc: IpcMain, window: BrowserWindow, host: Host, origin: string): () => void {
  const { webContents } = window;

  ipc.handle(channels.command, async ({ senderFrame }, name: unknown, request: unknown): Promise<Outcome> => {
    if (!senderFrame || senderFrame !== webContents.mainFrame || !isOf(origin, senderFrame.url)) {
      return { ok: false, error: { code: 'refused', message: 'Only the console may send commands.' } };
    }
    if (typeof name !== 'string') {
      return { ok: false, error: { code: 'bad-request', message: 'A command has a name.' } };
    }
    return host.run(name, request);
  });
  const unsubscribe = host.feed.subscribe(({ event }) => {
    if (!webContents.isDestroyed()) webContents.send(channels.event, event);
  });
  return () => {
    unsubscribe();
    ipc.removeHandler(channels.command);
  };
}

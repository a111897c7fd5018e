/** Runs isolated before the page and gives it the contract's bridge, nothing else. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { channels, type Bridge } from '../contract/channels.ts';

const bridge: Bridge = {
  send: (name, request) => ipcRenderer.invoke(channels.command, name, request),
  onEvent(listener) {
    // The page must not get hold of the IPC event, which carries the sender.
    const deliver = (_: IpcRendererEvent, event: unknown): void => listener(event);
    ipcRenderer.on(channels.event, deliver);
    return () => void ipcRenderer.off(channels.event, deliver);
  },
};

contextBridge.exposeInMainWorld('patchcord', bridge);

/** The console's one way to the trunk, whichever shell it runs in. */
import type { Bridge } from './channels.ts';
import type { ContractClient } from './client.ts';
import { httpClient } from './http-client.ts';
import { ipcClient } from './ipc.ts';
import { tokenOfFragment } from './wire.ts';

declare global {
  interface Window {
    /** Present in the desktop app only. */
    readonly patchcord?: Bridge;
  }
}

/** Over the desktop app's bridge if there is one, else over HTTP to where the page came from. */
export function openContract(): ContractClient {
  if (window.patchcord) return ipcClient(window.patchcord);
  return httpClient({ base: location.origin, token: tokenOfFragment(location.hash) });
}

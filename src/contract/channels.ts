/** How the contract travels over Electron IPC. Kept apart from the schemas: the preload script needs only this. */

export const channels = { command: 'patchcord:command', event: 'patchcord:event' } as const;

/** What the preload script puts on `window.patchcord`. */
export interface Bridge {
  /** Resolves with an `Outcome`: a rejection would lose the failure's code on its way through Electron. */
  send(name: string, request: unknown): Promise<unknown>;
  /** Returns the function that ends the subscription. */
  onEvent(listener: (event: unknown) => void): () => void;
}

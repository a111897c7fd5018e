/** The console's side of the contract, the same over Electron IPC and over HTTP with a WebSocket. */
import type { CommandError, CommandName, ReplyOf, RequestOf } from './commands.ts';
import type { ContractEvent } from './events.ts';

export type LinkState = 'connecting' | 'connected' | 'reconnecting' | 'refused';

export interface ContractClient {
  /** @throws ContractFailure when the trunk refuses, or cannot be reached. */
  send<N extends CommandName>(name: N, request: RequestOf<N>): Promise<ReplyOf<N>>;
  /** Returns the function that ends the subscription. After a reconnect, ask for a `snapshot` again. */
  onEvent(listener: (event: ContractEvent) => void): () => void;
  /** Tells the present state at once, then every change. */
  onLink(listener: (state: LinkState) => void): () => void;
  close(): void;
}

export class ContractFailure extends Error {
  override readonly name = 'ContractFailure';
  readonly code: CommandError['code'];
  constructor(error: CommandError) {
    super(error.message);
    this.code = error.code;
  }
}

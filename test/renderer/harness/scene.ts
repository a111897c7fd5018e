/** What a scene of the console is made with. */
import type { ConsoleStore } from '../../../src/renderer/store/store.ts';
import type { picture } from './calls.ts';
import type { ScriptedContract } from './scripted-contract.ts';
import type { ScriptedPhone } from './scripted-phone.ts';

export interface Harness {
  phone: ScriptedPhone;
  contract: ScriptedContract;
  store: ConsoleStore;
  picture: typeof picture;
  now(): number;
  /** Moves the console's clock; nothing waits for it. */
  advance(ms: number): void;
  /** Lets promises and React finish. */
  settle(): Promise<void>;
}

export type Scene = (harness: Harness) => Promise<void> | void;

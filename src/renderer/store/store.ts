/**
 * The console's state: one store made of a slice per noun. Slices hold plain data; their actions send a
 * contract command, call a verb of the phone, or reduce an event. Components select the narrowest value.
 */
import { createContext, use } from 'react';
import { createStore, useStore, type StateCreator, type StoreApi } from 'zustand';
import type { ContractClient } from '../../contract/client.ts';
import type { Phone } from '../phone/phone.ts';
import { createTrunkSlice, type TrunkSlice } from './trunk.ts';
import { createUiSlice, type UiSlice } from './ui.ts';

/** What the slices reach outside of the store with. */
export interface Outside {
  contract: ContractClient;
  phone: Phone;
  /** Epoch milliseconds. */
  now: () => number;
}

/** Sends a contract command; a slice uses it as `get().send('ladder.get', { callId })`. */
export interface OutsideSlice {
  send: ContractClient['send'];
  phone: Phone;
  now: () => number;
}

export type ConsoleState = OutsideSlice & TrunkSlice & UiSlice;
export type Slice<T> = StateCreator<ConsoleState, [], [], T>;
export type ConsoleStore = StoreApi<ConsoleState>;

export function createConsole({ contract, phone, now }: Outside): ConsoleStore {
  return createStore<ConsoleState>()((...tools) => ({
    send: contract.send.bind(contract),
    phone,
    now,
    ...createTrunkSlice(...tools),
    ...createUiSlice(...tools),
  }));
}

const ConsoleContext = createContext<ConsoleStore | undefined>(undefined);
export const ConsoleProvider = ConsoleContext.Provider;

/** Selects from the console's store; the selector must return a stored value, not a fresh object. */
export function useConsole<T>(select: (state: ConsoleState) => T): T {
  const store = use(ConsoleContext);
  if (!store) throw new Error('useConsole outside of ConsoleProvider');
  return useStore(store, select);
}

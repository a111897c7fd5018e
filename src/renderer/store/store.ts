/**
 * The console's state: one store made of a slice per noun. Slices hold plain data; their actions send a
 * contract command, call a verb of the phone, or reduce an event. Components select the narrowest value.
 */
import { createContext, use } from 'react';
import { createStore, useStore, type StateCreator, type StoreApi } from 'zustand';
import type { ContractClient } from '../../contract/client.ts';
import type { Phone } from '../phone/phone.ts';
import { createCallsSlice, type CallsSlice } from './calls.ts';
import { withCleanNames } from './names.ts';
import { createDialSlice, type DialSlice } from './dial.ts';
import { createDirectorySlice, type DirectorySlice } from './directory.ts';
import { createFindingsSlice, type FindingsSlice } from './findings.ts';
import { createFollowSlice, type FollowSlice } from './follow.ts';
import { createLadderSlice, type LadderSlice } from './ladder.ts';
import { createLinesSlice, type LinesSlice } from './lines.ts';
import { createPhoneSlice, type PhoneSlice } from './phone.ts';
import { createRecentSlice, type RecentSlice } from './recent.ts';
import { createRecordsSlice, type RecordsSlice } from './records.ts';
import { createRequestsSlice, type RequestsSlice } from './requests.ts';
import { createTakeBackSlice, type TakeBackSlice } from './take-back.ts';
import { createTransferSlice, type TransferSlice } from './transfer.ts';
import { createTrunkSlice, type TrunkSlice } from './trunk.ts';
import { createUiSlice, type UiSlice } from './ui.ts';

/** What the slices reach outside of the store with. */
export interface Outside {
  contract: ContractClient;
  phone: Phone;
  /** Epoch milliseconds. */
  now: () => number;
  /** Runs what can wait until the screen is drawn next; at once without it. */
  atNextFrame?: (run: () => void) => void;
}

export interface OutsideSlice {
  /** Sends a contract command: `get().send('ladder.get', { callId })`. */
  send: ContractClient['send'];
  phone: Phone;
  now: () => number;
}

export type ConsoleState = OutsideSlice &
  TrunkSlice &
  PhoneSlice &
  LinesSlice &
  CallsSlice &
  DialSlice &
  TransferSlice &
  TakeBackSlice &
  FollowSlice &
  DirectorySlice &
  FindingsSlice &
  LadderSlice &
  RecentSlice &
  RecordsSlice &
  RequestsSlice &
  UiSlice;
export type Slice<T> = StateCreator<ConsoleState, [], [], T>;
export type ConsoleStore = StoreApi<ConsoleState>;

export function createConsole({ contract, phone, now }: Outside): ConsoleStore {
  // Settings are edited and sent back: they stay as they are.
  const send: ContractClient['send'] = async (name, request) => {
    const reply = await contract.send(name, request);
    return name.startsWith('settings.') ? reply : withCleanNames(reply);
  };
  return createStore<ConsoleState>()((...tools) => ({
    send,
    phone,
    now,
    ...createTrunkSlice(...tools),
    ...createPhoneSlice(...tools),
    ...createLinesSlice(...tools),
    ...createCallsSlice(),
    ...createDialSlice(...tools),
    ...createTransferSlice(...tools),
    ...createTakeBackSlice(...tools),
    ...createFollowSlice(...tools),
    ...createDirectorySlice(...tools),
    ...createFindingsSlice(tools[0], tools[1], send),
    ...createLadderSlice(tools[0], tools[1], send),
    ...createRecentSlice(...tools),
    ...createRecordsSlice(tools[0], tools[1], send),
    ...createRequestsSlice(tools[0], tools[1], send),
    ...createUiSlice(...tools),
  }));
}

const ConsoleContext = createContext<ConsoleStore | undefined>(undefined);
export const ConsoleProvider = ConsoleContext.Provider;

export function useConsoleStore(): ConsoleStore {
  const store = use(ConsoleContext);
  if (!store) throw new Error('The console is used outside of ConsoleProvider');
  return store;
}

/** Selects from the console's store; the selector must return a stored value, not a fresh object. */
export function useConsole<T>(select: (state: ConsoleState) => T): T {
  return useStore(useConsoleStore(), select);
}

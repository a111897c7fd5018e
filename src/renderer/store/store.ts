/**
 * The console's state: one store made of a slice per noun. Slices hold plain data; their actions send a
 * contract command, call a verb of the phone, or reduce an event. Components select the narrowest value.
 */
import { createContext, use } from 'react';
import { createStore, useStore, type StoreApi } from 'zustand';
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
import { createQualitySlice, type QualitySlice } from './quality.ts';
import { createRecentSlice, type RecentSlice } from './recent.ts';
import { createRecordsSlice, type RecordsSlice } from './records.ts';
import { createRequestsSlice, type RequestsSlice } from './requests.ts';
import type { OutsideSlice } from './slice.ts';
import { createTakeBackSlice, type TakeBackSlice } from './take-back.ts';
import { createTransferSlice, type TransferSlice } from './transfer.ts';
import { createTrunkSlice, type TrunkSlice } from './trunk.ts';
import { createUiSlice, type UiSlice } from './ui.ts';

/** What the console is built on. */
export interface Outside {
  contract: ContractClient;
  phone: Phone;
  /** Epoch milliseconds. */
  now: () => number;
  /** Runs what can wait until the screen is drawn next; at once without it. */
  atNextFrame?: (run: () => void) => void;
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
  QualitySlice &
  RecentSlice &
  RecordsSlice &
  RequestsSlice &
  UiSlice;
export type ConsoleStore = StoreApi<ConsoleState>;

export function createConsole({ contract, phone, now }: Outside): ConsoleStore {
  // Settings are edited and sent back: they stay as they are.
  const send: ContractClient['send'] = async (name, request) => {
    const reply = await contract.send(name, request);
    return name.startsWith('settings.') ? reply : withCleanNames(reply);
  };
  return createStore<ConsoleState>()((set, get) => ({
    send,
    phone,
    now,
    ...createTrunkSlice(set, get),
    ...createPhoneSlice(set, get),
    ...createLinesSlice(set, get),
    ...createCallsSlice(),
    ...createQualitySlice(),
    ...createDialSlice(set, get),
    ...createTransferSlice(set, get),
    ...createTakeBackSlice(set, get),
    ...createFollowSlice(set, get),
    ...createDirectorySlice(set, get),
    ...createFindingsSlice(set, get, send),
    ...createLadderSlice(set, get, send),
    ...createRecentSlice(set, get),
    ...createRecordsSlice(set, get, send),
    ...createRequestsSlice(set, get, send),
    ...createUiSlice(set, get),
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

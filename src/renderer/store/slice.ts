/** How a slice of the console's state is made. Each names the state that it needs beside its own, and no more. */
import type { ContractClient } from '../../contract/client.ts';
import type { Phone } from '../phone/phone.ts';

/** What the slices reach outside of the store with. */
export interface OutsideSlice {
  /** Sends a contract command: `get().send('ladder.get', { callId })`. */
  send: ContractClient['send'];
  phone: Phone;
  /** Epoch milliseconds. */
  now: () => number;
}

export type Change<S> = (change: Partial<S> | ((state: S) => Partial<S>)) => void;
export type Slice<Own, Needs = object> = (set: Change<Own & Needs>, get: () => Own & Needs) => Own;

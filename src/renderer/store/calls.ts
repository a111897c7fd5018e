/** The trunk's picture of the calls: legs, transfers, and who hears whom. */
import type { ContractEvent } from '../../contract/events.ts';
import type { CallView } from '../../contract/model.ts';

/** Ended calls that are kept for what the screen still shows of them. */
const ENDED_KEPT = 20;

/** How long the far side has heard nothing of this console. */
export interface Silence {
  since: number;
  /** Set when it hears us again. */
  until?: number;
}

export interface CallsSlice {
  calls: Readonly<Record<string, CallView>>;
  /** By call id; from the bridge's state, not from what was asked of it. */
  silences: Readonly<Record<string, Silence>>;
}

export const createCallsSlice = (): CallsSlice => ({ calls: {}, silences: {} });

export function reduceCalls(state: CallsSlice, event: ContractEvent, now: number): Partial<CallsSlice> | undefined {
  if (event.type !== 'callChanged') return undefined;
  const { call } = event;
  const calls = prune({ ...state.calls, [call.id]: call });
  const before = state.silences[call.id];
  const after = silence(call, before, now);
  if (after === before) return { calls };
  const { [call.id]: _dropped, ...others } = state.silences;
  return { calls, silences: after ? { ...others, [call.id]: after } : others };
}

export function callsById(calls: readonly CallView[]): CallsSlice['calls'] {
  return Object.fromEntries(calls.map((call) => [call.id, call]));
}

/** The call to which a session of this console belongs. */
export function callOfSession(calls: CallsSlice['calls'], sipCallId: string): CallView | undefined {
  return Object.values(calls).find((call) => call.legs.some((leg) => leg.sipCallId === sipCallId));
}

/** Does the trunk think that this session of the console goes on? */
export function isUp(call: CallView | undefined, sipCallId: string): boolean {
  return call?.legs.some((leg) => leg.sipCallId === sipCallId && leg.state !== 'ended') ?? false;
}

function silence(call: CallView, before: Silence | undefined, now: number): Silence | undefined {
  const consoleLeg = call.legs.find((leg) => leg.role === 'console');
  if (call.state !== 'answered' || consoleLeg?.state !== 'answered') return before;
  // An application is nobody who waits for us.
  if (call.legs.every((leg) => leg === consoleLeg || leg.state === 'ended')) {
    return before?.until === undefined ? undefined : before;
  }
  // For a moment after the answer nobody hears anybody: that is no silence to be warned of.
  if (call.legs.some(({ state, media }) => state === 'answered' && media?.state === 'connecting')) return before;
  const heard = call.hears.some((edge) => edge.speaker === consoleLeg.id);
  if (!heard) return before && before.until === undefined ? before : { since: now };
  return before && before.until === undefined ? { ...before, until: now } : before;
}

function prune(calls: Record<string, CallView>): Record<string, CallView> {
  const ended = Object.values(calls)
    .filter((call) => call.state === 'ended')
    .toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  for (const call of ended.slice(ENDED_KEPT)) delete calls[call.id];
  return calls;
}

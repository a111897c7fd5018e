/**
 * SIP ladders by call, as values: which one is shown, what is selected in it, what is filtered out.
 * Live messages are appended as they come; a hole in their numbering makes the whole ladder be fetched again.
 */
import type { ContractEvent } from '../../contract/events.ts';
import type { CallView, Ladder, LadderMessage } from '../../contract/model.ts';
import { append, logged, type LoggedLadder } from './message-log.ts';

/** A call that the picker offers. */
export interface RecentCall {
  readonly id: string;
  readonly from: { readonly number: string; readonly name: string };
  readonly to: { readonly number: string; readonly name: string };
  readonly live: boolean;
  readonly startedAt: number;
}

export interface LadderEntry {
  /** `stale`: a message is missing, or the link was down; it is fetched again as soon as it is shown. */
  readonly status: 'loading' | 'ready' | 'stale' | 'failed';
  readonly ladder: LoggedLadder | undefined;
  /** Live messages that came while the ladder was on its way, or after a hole. */
  readonly waiting: readonly LadderMessage[];
  /** Fetches in a row that still left a hole. */
  readonly holes: number;
  /** One line for people, when `failed`. */
  readonly problem: string | undefined;
}

export interface LadderFilter {
  readonly hiddenLegs: readonly string[];
  /** Method of the CSeq; empty shows all. */
  readonly method: string;
  readonly text: string;
}

export type TimeMode = 'absolute' | 'start' | 'previous';

export interface LadderState {
  readonly entries: Readonly<Record<string, LadderEntry>>;
  /** Newest first. */
  readonly recent: readonly RecentCall[];
  /** The call whose ladder is drawn. */
  readonly shown: string | undefined;
  /** Picked by a person; stays until it is unpicked. */
  readonly chosen: string | undefined;
  /** The call of a message that somebody wanted to see; it is shown as long as that is open. */
  readonly peek: string | undefined;
  /** The call that is selected among the operator's lines. */
  readonly line: string | undefined;
  /** `seq` of the selected message. */
  readonly selected: number | undefined;
  readonly opened: boolean;
  /** Rises each time a message is opened: then it takes the focus. */
  readonly openings: number;
  /** Open the message with this `seq`, or the last one whose label begins like this, as soon as it is there. */
  readonly revealing: string | number | undefined;
  /** The message that was wanted is not in the trace. */
  readonly missing: boolean;
  readonly following: boolean;
  /** `seq` of the newest message when following was paused. */
  readonly pausedAt: number | undefined;
  readonly filter: LadderFilter;
  readonly timeMode: TimeMode;
}

export type TracedEvent = Extract<ContractEvent, { type: 'messageTraced' }>;

const RECENT_CALLS = 50;
const KEPT_LADDERS = 12;
/** After so many fetches with a hole the trunk really lacks the message: go on without it. */
const HOLES_BEFORE_GIVING_UP = 3;

const noFilter: LadderFilter = { hiddenLegs: [], method: '', text: '' };

export const initialLadder: LadderState = {
  entries: {},
  recent: [],
  shown: undefined,
  chosen: undefined,
  peek: undefined,
  line: undefined,
  selected: undefined,
  opened: false,
  openings: 0,
  revealing: undefined,
  missing: false,
  following: true,
  pausedAt: undefined,
  filter: noFilter,
  timeMode: 'start',
};

/** The ladder after something happened at the trunk. */
export function reduceLadder(state: LadderState, event: ContractEvent): LadderState {
  switch (event.type) {
    case 'callChanged':
      return withShown({ ...state, recent: withCall(state.recent, event.call) });
    case 'messageTraced':
      return addTraced(state, [event]);
    default:
      return state;
  }
}

/** Calls that nobody has looked at have no ladder here, and get none. */
export function addTraced(state: LadderState, events: readonly TracedEvent[]): LadderState {
  const ofCalls = Map.groupBy(
    events.filter(({ callId }) => state.entries[callId] !== undefined),
    ({ callId }) => callId,
  );
  const changed = [...ofCalls]
    .map(([callId, traced]): [string, LadderEntry] => [callId, addMessages(state.entries[callId]!, traced)])
    .filter(([callId, entry]) => entry !== state.entries[callId]);
  if (changed.length === 0) return state;
  return { ...state, entries: { ...state.entries, ...Object.fromEntries(changed) } };
}

/** Starts over from a snapshot: messages may have been missed, so every ladder is stale. */
export function beginLadder(state: LadderState, calls: readonly CallView[]): LadderState {
  const ended = state.recent.map((call) => (call.live ? { ...call, live: false } : call));
  const oldestFirst = [...calls].sort((a, b) => a.startedAt - b.startedAt);
  const entries: Record<string, LadderEntry> = {};
  for (const [id, entry] of Object.entries(state.entries)) {
    entries[id] = { ...entry, status: 'stale', holes: 0, problem: undefined };
  }
  return withShown({ ...state, entries, recent: oldestFirst.reduce(withCall, ended) });
}

export function focusLine(state: LadderState, line: string | undefined): LadderState {
  return state.line === line ? state : withShown({ ...state, line });
}

/** With a message the call is shown as long as that is open; without one it is picked. */
export function chooseCall(state: LadderState, callId: string | undefined, message?: string | number): LadderState {
  if (callId !== undefined && message !== undefined) {
    return reveal({ ...withShown({ ...state, peek: callId }), revealing: message, missing: false });
  }
  // Unpicking goes to what is live now, not to what happened to be shown.
  const shown = callId === undefined ? undefined : state.shown;
  return withShown({ ...state, chosen: callId, peek: undefined, missing: false, shown }, state.shown);
}

export function openMessage(state: LadderState, seq: number): LadderState {
  return { ...state, selected: seq, opened: true, openings: state.openings + 1, missing: false };
}

/** Closes the message, and goes back to the picked, selected or live call if it was shown for the message only. */
export function closeMessage(state: LadderState): LadderState {
  const closed = { ...state, opened: false, revealing: undefined, missing: false };
  if (state.peek === undefined) return closed;
  return pauseOrFollow(withShown({ ...closed, peek: undefined, shown: undefined }, state.shown), true);
}

function reveal(state: LadderState): LadderState {
  const { revealing } = state;
  const entry = shownEntry(state);
  if (revealing === undefined || entry?.status !== 'ready') return state;
  const message = entry.ladder?.messages.findLast(({ seq, label }) =>
    typeof revealing === 'number' ? seq === revealing : label.startsWith(revealing),
  );
  if (message === undefined) return { ...state, revealing: undefined, missing: true };
  return { ...openMessage(pauseOrFollow(state, false), message.seq), revealing: undefined };
}

/** Marks a call's ladder as being fetched. */
export function ladderRequested(state: LadderState, callId: string): LadderState {
  const entry = state.entries[callId] ?? emptyEntry;
  return withEntry(state, callId, { ...entry, status: 'loading', problem: undefined });
}

/** The trunk's answer, joined with what came while it was on its way. */
export function ladderArrived(state: LadderState, ladder: Ladder): LadderState {
  const entry = state.entries[ladder.callId];
  if (entry === undefined) return state;
  const messages = [...ladder.messages].sort((a, b) => a.seq - b.seq);
  const last = messages.at(-1)?.seq;
  const later = uniqueBySeq([...(entry.ladder?.messages ?? []), ...entry.waiting]).filter(
    (message) => last === undefined || message.seq > last,
  );
  const hole = later.some(
    (message, index) => message.seq !== (index === 0 ? (last ?? message.seq - 1) : later[index - 1]!.seq) + 1,
  );
  if (hole && entry.holes + 1 < HOLES_BEFORE_GIVING_UP) {
    return withEntry(state, ladder.callId, {
      status: 'stale',
      ladder: logged(ladder, messages),
      waiting: later,
      holes: entry.holes + 1,
      problem: undefined,
    });
  }
  const complete: LadderEntry = {
    status: 'ready',
    ladder: logged(ladder, [...messages, ...later]),
    waiting: [],
    holes: 0,
    problem: undefined,
  };
  return reveal(withEntry(state, ladder.callId, complete));
}

export function ladderFailed(state: LadderState, callId: string, problem: string): LadderState {
  const entry = state.entries[callId];
  if (entry === undefined) return state;
  return withEntry(state, callId, { ...entry, status: 'failed', problem });
}

export function pauseOrFollow(state: LadderState, following: boolean): LadderState {
  if (state.following === following) return state;
  const newest = shownLadder(state)?.messages.at(-1)?.seq;
  return { ...state, following, pausedAt: following ? undefined : newest };
}

export function shownEntry(state: LadderState): LadderEntry | undefined {
  return state.shown === undefined ? undefined : state.entries[state.shown];
}

export function shownLadder(state: LadderState): LoggedLadder | undefined {
  return shownEntry(state)?.ladder;
}

/** Messages that came since following was paused. */
export function missedSincePause(state: LadderState): number {
  if (state.following) return 0;
  const messages = shownLadder(state)?.messages ?? [];
  let missed = 0;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    if (messages[index]!.seq <= (state.pausedAt ?? 0)) break;
    missed += 1;
  }
  return missed;
}

const emptyEntry: LadderEntry = {
  status: 'stale',
  ladder: undefined,
  waiting: [],
  holes: 0,
  problem: undefined,
};

/** Call of a message that is looked at, else picked call, else selected line, else the live call that is shown already, else the newest live one. */
function withShown(state: LadderState, before = state.shown): LadderState {
  const stillLive = state.recent.find((call) => call.id === state.shown)?.live === true;
  const shown =
    state.peek ??
    state.chosen ??
    state.line ??
    (stillLive ? state.shown : undefined) ??
    state.recent.find((call) => call.live)?.id ??
    state.shown ??
    state.recent[0]?.id;
  if (shown === before) return { ...state, shown };
  return {
    ...state,
    shown,
    selected: undefined,
    opened: false,
    revealing: undefined,
    missing: false,
    following: true,
    pausedAt: undefined,
    filter: noFilter,
  };
}

function withCall(recent: readonly RecentCall[], call: CallView): readonly RecentCall[] {
  const entry: RecentCall = {
    id: call.id,
    from: call.from,
    to: call.to,
    live: call.state !== 'ended',
    startedAt: call.startedAt,
  };
  const place = recent.findIndex((known) => known.id === call.id);
  if (place >= 0) return recent.with(place, entry);
  return [entry, ...recent].slice(0, RECENT_CALLS);
}

/** The entry goes last; the ones longest unused fall out. */
function withEntry(state: LadderState, callId: string, entry: LadderEntry): LadderState {
  const { [callId]: _, ...others } = state.entries;
  const kept = Object.entries(others).slice(-(KEPT_LADDERS - 1));
  return { ...state, entries: { ...Object.fromEntries(kept), [callId]: entry } };
}

function addMessages(entry: LadderEntry, traced: readonly TracedEvent[]): LadderEntry {
  if (entry.status === 'failed') return entry;
  const messages = traced.map(({ message }) => message);
  if (entry.status !== 'ready' || entry.ladder === undefined) {
    return { ...entry, waiting: [...entry.waiting, ...messages] };
  }
  const { ladder, rest } = append(entry.ladder, messages, traced.at(-1)!.lifelines);
  if (rest !== undefined) return { ...entry, ladder, status: 'stale', waiting: rest };
  return ladder === entry.ladder ? entry : { ...entry, ladder };
}

function uniqueBySeq(messages: readonly LadderMessage[]): LadderMessage[] {
  return [...new Map(messages.map((message) => [message.seq, message])).values()].sort((a, b) => a.seq - b.seq);
}

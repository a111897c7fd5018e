/**
 * SIP ladders by call: which one is shown, what is selected in it, what is filtered out.
 * Live messages are appended as they come; a hole in their numbering makes the whole ladder be fetched again.
 */
import { ContractFailure } from '../../contract/client.ts';
import type { ContractClient } from '../../contract/client.ts';
import type { ContractEvent } from '../../contract/events.ts';
import type { CallView, Ladder, LadderMessage } from '../../contract/model.ts';

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
  readonly ladder: Ladder | undefined;
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
  /** The call that is selected among the operator's lines. */
  readonly line: string | undefined;
  /** `seq` of the selected message. */
  readonly selected: number | undefined;
  readonly opened: boolean;
  /** Open the message with this `seq`, or the last one whose label begins like this, as soon as it is there. */
  readonly revealing: string | number | undefined;
  readonly following: boolean;
  /** `seq` of the newest message when following was paused. */
  readonly pausedAt: number | undefined;
  readonly filter: LadderFilter;
  readonly timeMode: TimeMode;
}

interface LadderActions {
  receive(event: ContractEvent): void;
  /** Takes the calls of a snapshot; after a reconnect, what was known is fetched again. */
  begin(calls: readonly CallView[]): void;
  /** The operator selected another line. */
  focusLine(callId: string | undefined): void;
  /**
   * Shows this call until another is picked; `undefined` goes back to the selected or live call.
   * @param message opens the one with this `seq`, or the last one whose label begins like this, e.g. `NOTIFY (486`
   */
  show(callId: string | undefined, message?: string | number): void;
  retry(): void;
  select(seq: number | undefined): void;
  open(seq: number): void;
  close(): void;
  setFollowing(following: boolean): void;
  setFilter(filter: Partial<LadderFilter>): void;
  setTimeMode(mode: TimeMode): void;
}

export interface LadderSlice {
  readonly ladder: LadderState;
  readonly ladderActions: LadderActions;
}

const RECENT_CALLS = 50;
const KEPT_LADDERS = 12;
/** After so many fetches with a hole the trunk really lacks the message: go on without it. */
const HOLES_BEFORE_GIVING_UP = 3;

const noFilter: LadderFilter = { hiddenLegs: [], method: '', text: '' };

const initialLadder: LadderState = {
  entries: {},
  recent: [],
  shown: undefined,
  chosen: undefined,
  line: undefined,
  selected: undefined,
  opened: false,
  revealing: undefined,
  following: true,
  pausedAt: undefined,
  filter: noFilter,
  timeMode: 'start',
};

/** The ladder after something happened at the trunk. */
function reduceLadder(state: LadderState, event: ContractEvent): LadderState {
  switch (event.type) {
    case 'callChanged':
      return withShown({ ...state, recent: withCall(state.recent, event.call) });
    case 'messageTraced': {
      const entry = state.entries[event.callId];
      if (entry === undefined) return state;
      const next = addMessage(entry, event.message, event.lifelines);
      return next === entry ? state : { ...state, entries: { ...state.entries, [event.callId]: next } };
    }
    default:
      return state;
  }
}

/** Starts over from a snapshot: messages may have been missed, so every ladder is stale. */
function beginLadder(state: LadderState, calls: readonly CallView[]): LadderState {
  const ended = state.recent.map((call) => (call.live ? { ...call, live: false } : call));
  const oldestFirst = [...calls].sort((a, b) => a.startedAt - b.startedAt);
  const entries: Record<string, LadderEntry> = {};
  for (const [id, entry] of Object.entries(state.entries)) {
    entries[id] = { ...entry, status: 'stale', holes: 0, problem: undefined };
  }
  return withShown({ ...state, entries, recent: oldestFirst.reduce(withCall, ended) });
}

function focusLine(state: LadderState, line: string | undefined): LadderState {
  return state.line === line ? state : withShown({ ...state, line });
}

function chooseCall(state: LadderState, chosen: string | undefined, message?: string | number): LadderState {
  // Unpicking goes to what is live now, not to what happened to be shown.
  const shown = chosen === undefined ? undefined : state.shown;
  return reveal({ ...withShown({ ...state, chosen, shown }, state.shown), revealing: message });
}

function reveal(state: LadderState): LadderState {
  const { revealing } = state;
  const entry = shownEntry(state);
  if (revealing === undefined || entry?.status !== 'ready') return state;
  const message = entry.ladder?.messages.findLast(({ seq, label }) =>
    typeof revealing === 'number' ? seq === revealing : label.startsWith(revealing),
  );
  if (message === undefined) return { ...state, revealing: undefined };
  return { ...pauseOrFollow(state, false), selected: message.seq, opened: true, revealing: undefined };
}

/** Marks a call's ladder as being fetched. */
function ladderRequested(state: LadderState, callId: string): LadderState {
  const entry = state.entries[callId] ?? emptyEntry;
  return withEntry(state, callId, { ...entry, status: 'loading', problem: undefined });
}

/** The trunk's answer, joined with what came while it was on its way. */
function ladderArrived(state: LadderState, ladder: Ladder): LadderState {
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
      ladder: { ...ladder, messages },
      waiting: later,
      holes: entry.holes + 1,
      problem: undefined,
    });
  }
  const complete: LadderEntry = {
    status: 'ready',
    ladder: { ...ladder, messages: [...messages, ...later] },
    waiting: [],
    holes: 0,
    problem: undefined,
  };
  return reveal(withEntry(state, ladder.callId, complete));
}

function ladderFailed(state: LadderState, callId: string, problem: string): LadderState {
  const entry = state.entries[callId];
  if (entry === undefined) return state;
  return withEntry(state, callId, { ...entry, status: 'failed', problem });
}

function pauseOrFollow(state: LadderState, following: boolean): LadderState {
  if (state.following === following) return state;
  const newest = shownLadder(state)?.messages.at(-1)?.seq;
  return { ...state, following, pausedAt: following ? undefined : newest };
}

export function shownEntry(state: LadderState): LadderEntry | undefined {
  return state.shown === undefined ? undefined : state.entries[state.shown];
}

export function shownLadder(state: LadderState): Ladder | undefined {
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

type Update = (change: (state: LadderSlice) => Partial<LadderSlice>) => void;

/** The slice with its actions; `send` is the contract client's. */
export function createLadderSlice(set: Update, get: () => LadderSlice, send: ContractClient['send']): LadderSlice {
  const update = (change: (state: LadderState) => LadderState): void =>
    set((slice) => ({ ladder: change(slice.ladder) }));

  async function fetchLadder(callId: string): Promise<void> {
    update((state) => ladderRequested(state, callId));
    try {
      const ladder = await send('ladder.get', { callId });
      update((state) => ladderArrived(state, ladder));
    } catch (failure) {
      update((state) => ladderFailed(state, callId, problemOf(failure)));
    }
    fetchWhatIsMissing();
  }

  function fetchWhatIsMissing(): void {
    const { ladder } = get();
    if (ladder.shown === undefined) return;
    const status = ladder.entries[ladder.shown]?.status;
    if (status === undefined || status === 'stale') void fetchLadder(ladder.shown);
  }

  const updateAndFetch = (change: (state: LadderState) => LadderState): void => {
    update(change);
    fetchWhatIsMissing();
  };

  return {
    ladder: initialLadder,
    ladderActions: {
      receive: (event) => updateAndFetch((state) => reduceLadder(state, event)),
      begin: (calls) => updateAndFetch((state) => beginLadder(state, calls)),
      focusLine: (callId) => updateAndFetch((state) => focusLine(state, callId)),
      show: (callId, message) => updateAndFetch((state) => chooseCall(state, callId, message)),
      retry: () => {
        const { shown } = get().ladder;
        if (shown !== undefined) void fetchLadder(shown);
      },
      select: (selected) => update((state) => ({ ...state, selected })),
      open: (selected) => update((state) => ({ ...state, selected, opened: true })),
      close: () => update((state) => ({ ...state, opened: false })),
      setFollowing: (following) => update((state) => pauseOrFollow(state, following)),
      setFilter: (filter) => update((state) => ({ ...state, filter: { ...state.filter, ...filter } })),
      setTimeMode: (timeMode) => update((state) => ({ ...state, timeMode })),
    },
  };
}

/** What went wrong, in one line for people. */
export function problemOf(failure: unknown): string {
  return failure instanceof ContractFailure ? failure.message : 'The trunk could not be reached.';
}

const emptyEntry: LadderEntry = {
  status: 'stale',
  ladder: undefined,
  waiting: [],
  holes: 0,
  problem: undefined,
};

/** Picked call, else selected line, else the live call that is shown already, else the newest live one. */
function withShown(state: LadderState, before = state.shown): LadderState {
  const stillLive = state.recent.find((call) => call.id === state.shown)?.live === true;
  const shown =
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

function addMessage(entry: LadderEntry, message: LadderMessage, lifelines: Ladder['lifelines']): LadderEntry {
  if (entry.status === 'failed') return entry;
  if (entry.status !== 'ready' || entry.ladder === undefined) {
    return { ...entry, waiting: [...entry.waiting, message] };
  }
  const { messages } = entry.ladder;
  const last = messages.at(-1)?.seq;
  if (last === undefined || message.seq === last + 1) {
    return { ...entry, ladder: { ...entry.ladder, lifelines, messages: [...messages, message] } };
  }
  if (messages.some((known) => known.seq === message.seq)) return entry;
  return { ...entry, status: 'stale', waiting: [message] };
}

function uniqueBySeq(messages: readonly LadderMessage[]): LadderMessage[] {
  return [...new Map(messages.map((message) => [message.seq, message])).values()].sort((a, b) => a.seq - b.seq);
}

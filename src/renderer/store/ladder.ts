/** The slice of the SIP ladders: asks the trunk for what is missing, and keeps `ladder-state.ts` up to date. */
import { ContractFailure } from '../../contract/client.ts';
import type { ContractClient } from '../../contract/client.ts';
import type { ContractEvent } from '../../contract/events.ts';
import type { CallView } from '../../contract/model.ts';
import {
  addTraced,
  beginLadder,
  chooseCall,
  closeMessage,
  focusLine,
  initialLadder,
  ladderArrived,
  ladderFailed,
  ladderRequested,
  openMessage,
  pauseOrFollow,
  reduceLadder,
  type LadderFilter,
  type LadderState,
  type TimeMode,
  type TracedEvent,
} from './ladder-state.ts';

interface LadderActions {
  receive(event: ContractEvent): void;
  /** Messages of one frame, in the order in which they came. */
  receiveTraced(events: readonly TracedEvent[]): void;
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

type Update = (change: (state: LadderSlice) => Partial<LadderSlice>) => void;

/** The slice with its actions; `send` is the contract client's. */
export function createLadderSlice(set: Update, get: () => LadderSlice, send: ContractClient['send']): LadderSlice {
  const update = (change: (state: LadderState) => LadderState): void =>
    set((slice) => {
      const ladder = change(slice.ladder);
      // The same slice again tells nobody.
      return ladder === slice.ladder ? slice : { ladder };
    });

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
      receiveTraced: (events) => updateAndFetch((state) => addTraced(state, events)),
      begin: (calls) => updateAndFetch((state) => beginLadder(state, calls)),
      focusLine: (callId) => updateAndFetch((state) => focusLine(state, callId)),
      show: (callId, message) => updateAndFetch((state) => chooseCall(state, callId, message)),
      retry: () => {
        const { shown } = get().ladder;
        if (shown !== undefined) void fetchLadder(shown);
      },
      select: (selected) => update((state) => ({ ...state, selected })),
      open: (seq) => update((state) => openMessage(state, seq)),
      close: () => updateAndFetch(closeMessage),
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

/** The two panes alone, over a trunk that is a few functions. The address says what it does: `?pane=ladder&calls=live`. */
import { createRoot } from 'react-dom/client';
import { createStore } from 'zustand';
import type { ContractClient } from '../../../src/contract/client.ts';
import { ContractFailure } from '../../../src/contract/client.ts';
import type { Ladder } from '../../../src/contract/model.ts';
import { MessageDock } from '../../../src/renderer/features/ladder/MessageDock.tsx';
import { LadderPane } from '../../../src/renderer/features/ladder/LadderPane.tsx';
import { RecordsPane } from '../../../src/renderer/features/records/RecordsPane.tsx';
import { createFindingsSlice, type FindingsSlice } from '../../../src/renderer/store/findings.ts';
import { createLadderSlice } from '../../../src/renderer/store/ladder.ts';
import type { LadderSlice } from '../../../src/renderer/store/ladder.ts';
import { createRecordsSlice, matchesSearch } from '../../../src/renderer/store/records.ts';
import type { RecordsSlice } from '../../../src/renderer/store/records.ts';
import { ConsoleProvider, useConsole } from '../../../src/renderer/store/store.ts';
import type { ConsoleStore } from '../../../src/renderer/store/store.ts';
import './panes.css';
import {
  CALL_ID,
  START,
  callView,
  findings,
  ladder,
  lifelines,
  longLadder,
  manyRecords,
  messages,
  recordingPart,
} from './transferred-call.ts';

const wanted = new URLSearchParams(location.search);
let failing = wanted.has('failing');
const records = manyRecords(Number(wanted.get('records') ?? 0));
let traced = wanted.get('calls') === 'live' ? 0 : messages.length;

async function answer(name: string, request: Record<string, string>): Promise<unknown> {
  if (wanted.has('never')) return new Promise(() => {});
  if (failing) throw new ContractFailure({ code: 'unavailable', message: 'The trunk is stopped.' });
  if (name === 'ladder.get') {
    const asked = request['callId'];
    const known: Record<string, Ladder> = { [CALL_ID]: ladder(traced), 'call-long': longLadder(2000) };
    return known[asked!] ?? { ...ladder(0), callId: asked };
  }
  if (name === 'findings.get') return { findings };
  if (name === 'recording.read' && wanted.has('silent')) {
    const message = `There is no recording of the record ${request['recordId']}.`;
    throw new ContractFailure({ code: 'not-found', message });
  }
  if (name === 'recording.read') return recordingPart(Number(request['offset']));
  const search = request['search'] ?? '';
  const found = search === '' ? records : records.filter((record) => matchesSearch(record, search));
  const from = Number(request['cursor'] ?? 0);
  const to = from + Number(wanted.get('page') ?? request['limit']);
  return { records: found.slice(from, to), ...(to < found.length ? { nextCursor: String(to) } : {}) };
}

const send = answer as unknown as ContractClient['send'];
const store = createStore<LadderSlice & RecordsSlice & FindingsSlice & { send: typeof send; now: () => number }>()(
  (set, get) => ({
    send,
    now: () => START,
    ...createFindingsSlice(set, get, send),
    ...createLadderSlice(set, get, send),
    ...createRecordsSlice(set, get, send),
  }),
);
const { ladderActions, recordsActions } = store.getState();

if (wanted.get('calls') === 'live') ladderActions.receive({ type: 'callChanged', call: callView('answered') });
if (wanted.get('calls') === 'ended') ladderActions.begin([callView('ended')]);
if (wanted.get('calls') === 'long') ladderActions.begin([callView('answered', 'call-long')]);

/** What the tests do to the trunk, and what they ask the console. */
const harness = {
  /** Traces the next messages of the live call. */
  trace(count: number): void {
    for (const message of messages.slice(traced, traced + count)) {
      traced += 1;
      ladderActions.receive({ type: 'messageTraced', callId: CALL_ID, message, lifelines: [...lifelines] });
    }
  },
  find(): void {
    store.setState({ findings: { [CALL_ID]: findings } });
  },
  end(): void {
    ladderActions.receive({ type: 'callChanged', call: callView('ended') });
  },
  startAnother(): void {
    ladderActions.receive({ type: 'callChanged', call: callView('ringing', 'call-another') });
  },
  recover(): void {
    failing = false;
  },
  addRecord(): void {
    const [record] = manyRecords(1);
    const now = { id: 'record-new', sessionId: 'session-new', callId: 'call-new', fromName: 'Just Ended' };
    recordsActions.receive({ type: 'recordAdded', record: { ...record!, ...now } });
  },
  loadEverything: async (): Promise<number> => {
    while (store.getState().records.nextCursor !== undefined) await recordsActions.loadFurther();
    return store.getState().records.records.length;
  },
  shown: (): string | undefined => store.getState().ladder.shown,
  openedLadders: [] as string[],
};
declare global {
  interface Window {
    harness: typeof harness;
  }
}
window.harness = harness;

const pane =
  wanted.get('pane') === 'records' ? (
    <RecordsPane onOpenLadder={(callId) => harness.openedLadders.push(callId)} />
  ) : (
    <LadderPane />
  );

/** The open message beside the pane, as the console has it. */
function Message() {
  const opened = useConsole((state) => state.ladder.opened);
  return opened ? (
    <div style={{ width: 400 }}>
      <MessageDock />
    </div>
  ) : null;
}

createRoot(document.getElementById('root')!).render(
  // The panes use these slices only.
  <ConsoleProvider value={store as unknown as ConsoleStore}>
    <div style={{ display: 'flex', height: '100%' }}>
      <div style={{ flex: 1, minWidth: 0 }}>{pane}</div>
      <Message />
    </div>
  </ConsoleProvider>,
);

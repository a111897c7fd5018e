import { LadderPane } from '../features/ladder/LadderPane.tsx';
import { RecordsPane } from '../features/records/RecordsPane.tsx';
import { RequestsPane } from '../features/requests/RequestsPane.tsx';
import { callOfSession } from '../store/calls.ts';
import { useConsole } from '../store/store.ts';
import { Splitter } from '../ui/Splitter.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { useWindowHeight } from '../ui/use-window-height.ts';

const MIN_PX = 120;
/** What the upper panes need at least, a failed transfer with its way out included. */
const ABOVE_PX = 500;
/** Share of the window before the operator has chosen a height. */
const SHARE = 0.31;

export function BottomPane() {
  const chosen = useConsole((state) => state.paneHeight);
  const setHeight = useConsole((state) => state.setPaneHeight);
  const current = useConsole((state) => state.bottomTab);
  const setTab = useConsole((state) => state.setBottomTab);
  const callId = useConsole((state) =>
    state.selectedLineId === undefined ? undefined : callOfSession(state.calls, state.selectedLineId)?.id,
  );
  const windowHeight = useWindowHeight();
  const max = Math.max(MIN_PX, windowHeight - ABOVE_PX);
  const height = Math.min(chosen ?? Math.round(windowHeight * SHARE), max);
  return (
    <div
      className="flex shrink-0 flex-col max-wide:hidden"
      style={{ height, minHeight: MIN_PX, maxHeight: `calc(100vh - ${ABOVE_PX}px)` }}
    >
      <Splitter
        label="Height of ladder, records and requests"
        value={height}
        min={MIN_PX}
        max={max}
        onChange={setHeight}
      />
      <div className="min-h-0 flex-1">
        <Tabs
          label="Evidence"
          current={current}
          onChange={setTab}
          tabs={[
            { key: 'ladder', label: 'Ladder', panel: <LadderPane selectedCallId={callId} /> },
            { key: 'records', label: 'Records', panel: <RecordsPane onOpenLadder={() => setTab('ladder')} /> },
            { key: 'requests', label: 'Requests', panel: <RequestsPane /> },
          ]}
        />
      </div>
    </div>
  );
}

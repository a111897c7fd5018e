import { LadderPane } from '../features/ladder/LadderPane.tsx';
import { RecordsPane } from '../features/records/RecordsPane.tsx';
import { callOfSession } from '../store/calls.ts';
import { useConsole } from '../store/store.ts';
import { Splitter } from '../ui/Splitter.tsx';
import { Tabs } from '../ui/Tabs.tsx';

const MIN_PX = 120;
/** What the upper panes need at least. */
const ABOVE_PX = 360;

export function BottomPane() {
  const height = useConsole((state) => state.paneHeight);
  const setHeight = useConsole((state) => state.setPaneHeight);
  const current = useConsole((state) => state.bottomTab);
  const setTab = useConsole((state) => state.setBottomTab);
  const callId = useConsole((state) =>
    state.selectedLineId === undefined ? undefined : callOfSession(state.calls, state.selectedLineId)?.id,
  );
  const max = Math.max(MIN_PX, window.innerHeight - ABOVE_PX);
  return (
    <div className="flex min-h-0 flex-col max-wide:hidden" style={{ height: Math.min(height, max) }}>
      <Splitter label="Height of ladder and records" value={height} min={MIN_PX} max={max} onChange={setHeight} />
      <div className="min-h-0 flex-1">
        <Tabs
          label="Evidence"
          current={current}
          onChange={setTab}
          tabs={[
            { key: 'ladder', label: 'Ladder', panel: <LadderPane selectedCallId={callId} /> },
            { key: 'records', label: 'Records', panel: <RecordsPane onOpenLadder={() => setTab('ladder')} /> },
          ]}
        />
      </div>
    </div>
  );
}

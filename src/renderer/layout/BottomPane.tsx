import { LadderPane } from '../features/ladder/LadderPane.tsx';
import { RecordsPane } from '../features/records/RecordsPane.tsx';
import { RequestsPane } from '../features/requests/RequestsPane.tsx';
import { callOfSession } from '../store/calls.ts';
import { useConsole } from '../store/store.ts';
import { Splitter } from '../ui/Splitter.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { useWindowHeight } from '../ui/use-window-height.ts';
import { MaximiseButton } from './MaximiseButton.tsx';

const MIN_PX = 120;
/** What the upper panes need at least, a failed transfer with its way out included, before a height was chosen. */
const ABOVE_PX = 500;
/** What stays of them whatever is chosen: the status bar, whose call it is, and its buttons. */
const ALWAYS_ABOVE_PX = 200;
/** Share of the window before the operator has chosen a height. */
const SHARE = 0.31;

/** Below the others with the height that the operator chose; in one column and maximised with that of its place. */
export function BottomPane() {
  const chosen = useConsole((state) => state.paneHeight);
  const setHeight = useConsole((state) => state.setPaneHeight);
  const current = useConsole((state) => state.bottomTab);
  const setTab = useConsole((state) => state.setBottomTab);
  const maximised = useConsole((state) => state.maximised === 'evidence');
  const callId = useConsole((state) =>
    state.selectedLineId === undefined ? undefined : callOfSession(state.calls, state.selectedLineId)?.id,
  );
  const windowHeight = useWindowHeight();
  const max = Math.max(MIN_PX, windowHeight - ALWAYS_ABOVE_PX);
  const usual = Math.max(MIN_PX, Math.min(Math.round(windowHeight * SHARE), windowHeight - ABOVE_PX));
  const height = Math.min(chosen ?? usual, max);
  return (
    <section
      aria-label="Evidence"
      className="flex h-full min-h-0 flex-col compact:h-full!"
      style={maximised ? undefined : { height }}
    >
      {!maximised && (
        <Splitter
          label="Height of ladder, records and requests"
          value={height}
          min={MIN_PX}
          max={max}
          onChange={setHeight}
        />
      )}
      <div className="min-h-0 flex-1">
        <Tabs
          label="Evidence"
          current={current}
          onChange={setTab}
          extra={<MaximiseButton pane="evidence" className="my-auto ml-auto" />}
          tabs={[
            { key: 'ladder', label: 'Ladder', panel: <LadderPane selectedCallId={callId} /> },
            { key: 'records', label: 'Records', panel: <RecordsPane onOpenLadder={() => setTab('ladder')} /> },
            { key: 'requests', label: 'Requests', panel: <RequestsPane /> },
          ]}
        />
      </div>
    </section>
  );
}

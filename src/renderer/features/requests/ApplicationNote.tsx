import { callOfSession } from '../../store/calls.ts';
import { lastNotice } from '../../store/requests.ts';
import { useConsole } from '../../store/store.ts';
import { NoticeLine } from './NoticeLine.tsx';

/** The last thing that was wrong with the application of a line's call, and the way to the document. */
export function ApplicationNote({ lineId }: { lineId: string }) {
  const notice = useConsole((state) => lastNotice(state.requests, callOfSession(state.calls, lineId)?.id));
  const show = useConsole((state) => state.requestsActions.show);
  const setTab = useConsole((state) => state.setBottomTab);
  if (!notice) return null;
  return (
    <div
      role="note"
      aria-label="Application"
      className={`rounded-md border px-3 py-1.5 ${notice.severity === 'error' ? 'border-bad/50' : 'border-warn/50'}`}
    >
      <NoticeLine {...notice}>
        <button
          type="button"
          className="shrink-0 text-accent underline"
          onClick={() => {
            show(notice.id);
            setTab('requests');
          }}
        >
          Show the request
        </button>
      </NoticeLine>
    </div>
  );
}

/** Ended call legs, newest first; the legs of a transferred call stand together. */
import { Search } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { recordRows } from '../../store/records.ts';
import { useConsole } from '../../store/store.ts';
import { RecordDetail } from './RecordDetail.tsx';
import { RecordsTable } from './RecordsTable.tsx';

const TYPING_PAUSE_MS = 200;

export interface RecordsPaneProps {
  /** A record was opened; the ladder already shows its call. */
  readonly onOpenLadder: (callId: string) => void;
}

export function RecordsPane({ onOpenLadder }: RecordsPaneProps) {
  const state = useConsole((console) => console.records);
  const actions = useConsole((console) => console.recordsActions);
  const ladder = useConsole((console) => console.ladderActions);
  const [typed, setTyped] = useState(state.search);

  useEffect(() => {
    if (state.status === 'idle') void actions.load();
  }, [actions, state.status]);
  useEffect(() => {
    if (typed.trim() === state.search.trim()) return;
    const timer = setTimeout(() => void actions.search(typed), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [actions, typed, state.search]);

  const rows = useMemo(() => recordRows(state.records), [state.records]);
  const opened = state.opened && state.records.find(({ id }) => id === state.selected);

  return (
    <section aria-label="Call records" className="flex h-full min-h-0 flex-col bg-panel">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1">
        <label className="flex items-center gap-1 text-small text-muted">
          Search
          <span className="flex h-7 items-center gap-1 rounded-md border border-line px-2 focus-within:border-accent">
            <Search size={14} aria-hidden="true" />
            <input
              type="search"
              placeholder="Name or number"
              className="w-56 bg-transparent text-body text-text outline-none placeholder:text-muted"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </span>
        </label>
        <p role="status" className="text-small text-muted">
          {summary(rows.length, state.nextCursor !== undefined, state.status)}
        </p>
      </div>
      {state.status === 'failed' && state.records.length > 0 && (
        <p role="alert" className="flex gap-2 border-b border-line bg-raised px-3 py-1 text-small text-bad">
          <span>Records may be missing. {state.problem}</span>
          <button type="button" className="underline" onClick={() => void actions.load()}>
            Try again
          </button>
        </p>
      )}
      {rows.length > 0 ? (
        <div className="@container flex min-h-0 flex-1">
          <div className={`flex min-h-0 min-w-0 flex-1 ${opened ? '@max-[46rem]:hidden' : ''}`}>
            <RecordsTable rows={rows} narrow={opened !== undefined} />
          </div>
          {opened && (
            <RecordDetail
              record={opened}
              legs={state.records.filter(({ sessionId }) => sessionId === opened.sessionId)}
              play={state.opened?.play ?? false}
              onLadder={() => {
                ladder.show(opened.callId);
                onOpenLadder(opened.callId);
              }}
              onMessage={(message) => ladder.show(opened.callId, message)}
              onClose={actions.close}
            />
          )}
        </div>
      ) : state.status === 'failed' ? (
        <Nothing title="The records could not be loaded" detail={state.problem} onRetry={() => void actions.load()} />
      ) : state.status !== 'ready' ? (
        <Nothing title="Loading records…" />
      ) : state.search.trim() !== '' ? (
        <Nothing
          title={`No record matches “${state.search.trim()}”`}
          detail="Names and parts of numbers are searched."
        />
      ) : (
        <Nothing title="No records yet" detail="Each leg of a call gets its record here when it ends." />
      )}
    </section>
  );
}

function summary(count: number, more: boolean, status: string): string {
  if (count === 0) return '';
  if (status === 'loading') return 'Loading…';
  return `${count.toLocaleString()}${more ? ' loaded, more below' : count === 1 ? ' record' : ' records'}`;
}

function Nothing(props: {
  readonly title: string;
  readonly detail?: string | undefined;
  readonly onRetry?: () => void;
}) {
  return (
    <div
      role={props.onRetry ? 'alert' : undefined}
      className="flex flex-1 flex-col items-center justify-center gap-1 p-4 text-center"
    >
      <p className="text-strong">{props.title}</p>
      {props.detail !== undefined && <p className="text-muted">{props.detail}</p>}
      {props.onRetry && (
        <button
          type="button"
          className="mt-2 h-7 rounded-md border border-line bg-raised px-3 hover:border-muted"
          onClick={props.onRetry}
        >
          Try again
        </button>
      )}
    </div>
  );
}

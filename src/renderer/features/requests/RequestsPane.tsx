/** The webhook inspector: what the trunk asked applications, what they answered, what was wrong with it. */
import { Search, Webhook } from 'lucide-react';
import { useEffect, useMemo, type ReactNode } from 'react';
import { matchesRequest, requestRows } from '../../store/requests.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';
import { formatNumber } from '../../ui/number.ts';
import { CallFilter } from './CallFilter.tsx';
import { RequestDetail } from './RequestDetail.tsx';
import { RequestsTable } from './RequestsTable.tsx';

export function RequestsPane() {
  const state = useConsole((console) => console.requests);
  const actions = useConsole((console) => console.requestsActions);
  const { exchanges, notices, search, callId, status } = state;
  useEffect(() => {
    if (status === 'idle') void actions.load();
  }, [actions, status]);

  const all = useMemo(() => requestRows({ exchanges, notices }), [exchanges, notices]);
  const rows = useMemo(() => all.filter((row) => matchesRequest(row, search, callId)), [all, search, callId]);
  const opened = rows.find(({ key }) => key === state.opened);

  return (
    <section
      aria-label="Requests to applications"
      className="flex h-full min-h-0 flex-col bg-panel"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !opened) return;
        event.stopPropagation();
        actions.open(undefined);
      }}
    >
      {(all.length > 0 || search !== '') && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1">
          <label className="flex items-center gap-1 text-small text-muted">
            Search
            <span className="flex h-7 items-center gap-1 rounded-md border border-line px-2 focus-within:border-accent">
              <Search size={14} aria-hidden="true" />
              <input
                type="search"
                placeholder="URL, parameter, answer, error"
                className="w-56 bg-transparent text-body text-text outline-none placeholder:text-muted"
                value={search}
                onChange={(event) => actions.search(event.target.value)}
              />
            </span>
          </label>
          <CallFilter rows={all} />
          <p role="status" className="text-small text-muted">
            {summary(rows.length, all.length)}
          </p>
        </div>
      )}
      {status === 'failed' && all.length > 0 && (
        <p role="alert" className="flex gap-2 border-b border-line bg-raised px-3 py-1 text-small text-bad">
          <span>Earlier requests may be missing. {state.problem}</span>
          <button type="button" className="underline" onClick={() => void actions.load()}>
            Try again
          </button>
        </p>
      )}
      <div className="@container flex min-h-0 flex-1">
        {rows.length > 0 ? (
          <RequestsTable rows={rows} narrow={opened !== undefined} />
        ) : (
          <Nothing known={all.length} status={status} problem={state.problem} />
        )}
        {opened && <RequestDetail key={opened.key} row={opened} />}
      </div>
    </section>
  );
}

function summary(shown: number, known: number): string {
  const noun = known === 1 ? 'request' : 'requests';
  return shown === known ? `${known} ${noun}` : `${shown} of ${known} ${noun}`;
}

interface NothingProps {
  known: number;
  status: 'idle' | 'loading' | 'ready' | 'failed';
  problem: string | undefined;
}

function Nothing({ known, status, problem }: NothingProps) {
  const load = useConsole((console) => console.requestsActions.load);
  if (known > 0) {
    return <Middle title="No request matches">Another word, or all calls, may find it.</Middle>;
  }
  if (status === 'failed') {
    return (
      <Middle title="The requests could not be loaded">
        <p>{problem}</p>
        <Button className="mt-2" onClick={() => void load()}>
          Try again
        </Button>
      </Middle>
    );
  }
  return status === 'ready' ? <Beginning /> : <Middle title="Loading requests…" />;
}

/** How to get a first request. */
function Beginning() {
  const directory = useConsole((console) => console.directory);
  const ready = useConsole((console) => console.registration.state === 'registered');
  const { dial, showSettings, attempt } = useConsoleStore().getState();
  const applications = directory.filter(({ kind }) => kind === 'application').slice(0, 3);
  return (
    <Middle title="No requests yet" icon={<Webhook aria-hidden="true" size={18} />}>
      <p>
        An application over HTTP tells the trunk what to do with a call, in TwiML. Every request to it, and what it
        answered, appears here.
      </p>
      {applications.length === 0 && (
        <p className="pt-1">
          Choose the provider Twilio, give a number a TwiML URL, or the word demo for the application that the trunk
          brings along, and call it.
        </p>
      )}
      <div className="flex flex-wrap justify-center gap-2 pt-2">
        {applications.map(({ number, name }) => (
          <Button key={number} disabled={!ready} onClick={() => void attempt(dial(number))}>
            Call {name}, {formatNumber(number)}
          </Button>
        ))}
        <Button onClick={() => showSettings(true)}>Trunk settings…</Button>
      </div>
    </Middle>
  );
}

/** In the middle, and from the top where there is little room. */
function Middle({ title, icon, children }: { title: string; icon?: ReactNode; children?: ReactNode }) {
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <div className="flex min-h-full flex-col items-center justify-center gap-1 p-4 text-center">
        <h2 className="flex items-center gap-2 text-strong font-semibold">
          {icon !== undefined && <span className="text-muted">{icon}</span>}
          {title}
        </h2>
        <div className="max-w-[84ch] text-muted">{children}</div>
      </div>
    </div>
  );
}

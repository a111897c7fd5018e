/** The SIP ladder of one call: it draws itself while the call goes on. */
import { useEffect, useMemo } from 'react';
import type { Finding } from '../../../contract/model.ts';
import { missedSincePause, shownEntry } from '../../store/ladder-state.ts';
import { leftOut } from '../../store/message-log.ts';
import { useConsole } from '../../store/store.ts';
import { LadderRows } from './LadderRows.tsx';
import { LadderToolbar } from './LadderToolbar.tsx';
import { Notice } from './Notice.tsx';
import { Fold, foldOf } from './fold.ts';
import { findingsByMessage, orderLifelines } from './rows.ts';

const none: readonly Finding[] = [];
const empty = new Fold();

export interface LadderPaneProps {
  /** Call of the selected line; its ladder is shown unless another call was picked here. */
  readonly selectedCallId?: string | undefined;
}

export function LadderPane({ selectedCallId }: LadderPaneProps) {
  const state = useConsole((console) => console.ladder);
  const actions = useConsole((console) => console.ladderActions);
  useEffect(() => actions.focusLine(selectedCallId), [actions, selectedCallId]);

  const found = useConsole((console) => (state.shown === undefined ? undefined : console.findings[state.shown]));
  const entry = shownEntry(state);
  const ladder = entry?.ladder;
  const lifelines = useMemo(() => orderLifelines(ladder?.lifelines ?? []), [ladder?.lifelines]);
  const fold = ladder === undefined ? empty : foldOf(ladder);
  const rows = fold.shown(state.filter);
  const findings = found ?? ladder?.findings ?? none;
  const marks = useMemo(() => findingsByMessage(findings), [findings]);
  const live = state.recent.find((call) => call.id === state.shown)?.live === true;
  const missing = ladder === undefined ? 0 : leftOut(ladder);

  return (
    <section
      aria-label="SIP ladder"
      className="flex h-full min-h-0 flex-col bg-panel"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !state.opened) return;
        event.stopPropagation();
        actions.close();
      }}
    >
      <LadderToolbar
        lifelines={lifelines}
        rows={rows}
        methods={fold.methods}
        startedAt={ladder?.messages[0]?.at ?? 0}
        live={live}
        missed={missedSincePause(state)}
      />
      {missing > 0 && (
        <p className="border-b border-line bg-raised px-3 py-1 text-small text-warn">
          <span aria-hidden="true">⚠ </span>
          {missing} {missing === 1 ? 'message' : 'messages'} of this call {missing === 1 ? 'is' : 'are'} not here: the
          trace keeps the beginning and the newest.
        </p>
      )}
      {state.missing && (
        <p role="status" className="border-b border-line bg-raised px-3 py-1 text-small text-warn">
          <span aria-hidden="true">⚠ </span>
          The message is not in the trace of this call.
        </p>
      )}
      {entry?.status === 'failed' && ladder !== undefined && (
        <p
          role="alert"
          className="flex items-center gap-2 border-b border-line bg-raised px-3 py-1 text-small text-bad"
        >
          <span>Messages may be missing. {entry.problem}</span>
          <button type="button" className="underline" onClick={actions.retry}>
            Try again
          </button>
        </p>
      )}
      <div className="flex min-h-0 flex-1">
        {state.shown === undefined ? (
          <Notice title="No call yet" detail="The SIP messages of a call appear here as they are sent." />
        ) : ladder === undefined && entry?.status === 'failed' ? (
          <Notice title="The ladder could not be loaded" detail={entry.problem} onRetry={actions.retry} />
        ) : ladder === undefined ? (
          <Notice title="Loading the ladder…" busy />
        ) : ladder.messages.length === 0 ? (
          <Notice
            title="No messages yet"
            detail={live ? 'The first one is on its way.' : 'Nothing was traced for this call.'}
          />
        ) : (
          <LadderRows
            key={state.shown}
            lifelines={lifelines}
            rows={rows}
            marks={marks}
            startedAt={ladder.messages[0]?.at ?? ladder.startedAt}
            live={live}
          />
        )}
      </div>
    </section>
  );
}

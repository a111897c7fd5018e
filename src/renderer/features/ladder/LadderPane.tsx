/** The SIP ladder of one call: it draws itself while the call goes on. */
import { useEffect, useMemo } from 'react';
import type { Finding } from '../../../contract/model.ts';
import { missedSincePause, shownEntry } from '../../store/ladder.ts';
import { useConsole } from '../../store/store.ts';
import { LadderRows } from './LadderRows.tsx';
import { LadderToolbar } from './LadderToolbar.tsx';
import { MessagePanel } from './MessagePanel.tsx';
import { Notice } from './Notice.tsx';
import { filterRows, findingsByMessage, foldRetransmissions, orderLifelines, comparableInDialog } from './rows.ts';

const none: readonly Finding[] = [];

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
  const folded = useMemo(() => foldRetransmissions(ladder?.messages ?? []), [ladder?.messages]);
  const rows = useMemo(() => filterRows(folded, state.filter), [folded, state.filter]);
  const findings = found ?? ladder?.findings ?? none;
  const marks = useMemo(() => findingsByMessage(findings), [findings]);
  const live = state.recent.find((call) => call.id === state.shown)?.live === true;
  const opened = state.opened ? folded.find((row) => row.message.seq === state.selected) : undefined;

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
      <LadderToolbar lifelines={lifelines} rows={rows} live={live} missed={missedSincePause(state)} />
      {ladder !== undefined && ladder.dropped > 0 && (
        <p className="border-b border-line bg-raised px-3 py-1 text-small text-warn">
          <span aria-hidden="true">⚠ </span>
          {ladder.dropped} {ladder.dropped === 1 ? 'message' : 'messages'} of this call{' '}
          {ladder.dropped === 1 ? 'is' : 'are'} not here: the trace keeps a limited number.
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
        {opened !== undefined && ladder !== undefined && (
          <MessagePanel
            row={opened}
            findings={findings.filter(({ messageSeqs }) => messageSeqs.includes(opened.message.seq))}
            previous={comparableInDialog(ladder.messages, opened.message)}
            lifelines={lifelines}
            startedAt={ladder.messages[0]?.at ?? ladder.startedAt}
            onClose={actions.close}
          />
        )}
      </div>
    </section>
  );
}

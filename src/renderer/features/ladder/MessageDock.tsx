/** The message that was opened, wherever the layout has room for it. */
import { useMemo, type ReactNode } from 'react';
import type { Finding } from '../../../contract/model.ts';
import { shownEntry } from '../../store/ladder-state.ts';
import { useConsole } from '../../store/store.ts';
import { foldOf, placeOfRow } from './fold.ts';
import { MessagePanel } from './MessagePanel.tsx';
import { comparableInDialog, orderLifelines } from './rows.ts';

const none: readonly Finding[] = [];

/** @param extra what else can be done with the panel */
export function MessageDock({ extra }: { readonly extra?: ReactNode }) {
  const opened = useConsole(({ ladder }) => (ladder.opened ? ladder.selected : undefined));
  const ladder = useConsole((console) => shownEntry(console.ladder)?.ladder);
  const found = useConsole((console) => (ladder === undefined ? undefined : console.findings[ladder.callId]));
  const close = useConsole((console) => console.ladderActions.close);
  const all = found ?? ladder?.findings ?? none;
  const findings = useMemo(
    () => all.filter(({ messageSeqs }) => opened !== undefined && messageSeqs.includes(opened)),
    [all, opened],
  );
  const lifelines = useMemo(() => orderLifelines(ladder?.lifelines ?? []), [ladder?.lifelines]);
  const list = ladder?.messages;
  const rows = ladder === undefined ? [] : foldOf(ladder).rows;
  const row = opened === undefined ? undefined : rows[placeOfRow(rows, opened)];
  // What came before a message does not change.
  const previous = useMemo(() => list && row && comparableInDialog(list, row.message), [list, row]);
  if (list === undefined || row === undefined) return null;
  return (
    <MessagePanel
      row={row}
      repeats={row.repeats.length}
      findings={findings}
      previous={previous}
      lifelines={lifelines}
      startedAt={list[0]?.at ?? 0}
      onClose={close}
      extra={extra}
    />
  );
}

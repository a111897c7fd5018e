/** The table itself: a grid whose rows exist only while they are in view. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { RecordRow } from '../../store/records.ts';
import { useConsole } from '../../store/store.ts';
import { RecordRowView, columns, gridColumns, rowId } from './RecordRowView.tsx';

const ROW_HEIGHT = 28;
/** Rows from the end at which the next page is asked for. */
const AHEAD = 40;

export function RecordsTable(props: {
  readonly rows: readonly RecordRow[];
  readonly onOpen: (callId: string) => void;
  /** @param play begins with the recording */
  readonly onDetail: (recordId: string, play: boolean) => void;
}) {
  const { rows, onOpen, onDetail } = props;
  const further = useConsole((console) => console.records.further);
  const hasMore = useConsole((console) => console.records.nextCursor !== undefined);
  const actions = useConsole((console) => console.recordsActions);
  const [selected, setSelected] = useState<string>();

  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });

  const lastShown = virtualizer.range?.endIndex ?? 0;
  const nearEnd = lastShown >= rows.length - AHEAD;
  useEffect(() => {
    if (nearEnd && hasMore && further === 'idle') void actions.loadFurther();
  }, [actions, nearEnd, hasMore, further]);

  const place = useMemo(
    () => (selected === undefined ? -1 : rows.findIndex((row) => row.record.id === selected)),
    [rows, selected],
  );
  const moveTo = (index: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setSelected(rows[next]?.record.id);
    virtualizer.scrollToIndex(next, { align: 'auto' });
  };
  const page = (): number => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
  const keys: Record<string, () => void> = {
    ArrowDown: () => moveTo(place < 0 ? (virtualizer.range?.startIndex ?? 0) : place + 1),
    ArrowUp: () => moveTo(place - 1),
    PageDown: () => moveTo(place + page()),
    PageUp: () => moveTo(place - page()),
    Home: () => moveTo(0),
    End: () => moveTo(rows.length - 1),
    Enter: () => {
      if (place >= 0) onOpen(rows[place]!.record.callId);
    },
    ' ': () => {
      if (place >= 0) onDetail(rows[place]!.record.id, rows[place]!.record.recording !== undefined);
    },
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <div className="@container min-h-0 flex-1 overflow-x-auto">
      <div
        role="grid"
        aria-label="Ended call legs, newest first"
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={place < 0 ? undefined : rowId(rows[place]!.record.id)}
        tabIndex={0}
        className="flex h-full min-w-250 flex-col focus-visible:outline-offset-[-2px]"
        onKeyDown={onKeyDown}
      >
        <div
          role="row"
          aria-rowindex={1}
          className={`overflow-y-hidden border-b border-line bg-raised px-3 text-small text-muted [scrollbar-gutter:stable] ${gridColumns}`}
        >
          {columns.map((column, index) => (
            <span
              key={column.name}
              role="columnheader"
              aria-colindex={index + 1}
              className={`truncate py-1 ${column.right ? 'text-right' : ''}`}
            >
              <span className={column.mayHide ? '@max-[1160px]:sr-only' : ''}>{column.name}</span>
            </span>
          ))}
        </div>
        <div
          ref={scroller}
          role="rowgroup"
          className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto [scrollbar-gutter:stable]"
        >
          <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => {
              const row = rows[item.index]!;
              return (
                <RecordRowView
                  key={row.record.id}
                  row={row}
                  index={item.index}
                  top={item.start}
                  height={ROW_HEIGHT}
                  selected={row.record.id === selected}
                  onSelect={setSelected}
                  onOpen={onOpen}
                  onDetail={(recordId, play) => {
                    setSelected(recordId);
                    onDetail(recordId, play);
                  }}
                />
              );
            })}
          </div>
          {further === 'loading' && <p className="p-1 text-center text-small text-muted">Loading more…</p>}
          {further === 'failed' && (
            <p role="alert" className="p-1 text-center text-small text-bad">
              More records could not be loaded.{' '}
              <button type="button" className="underline" onClick={() => void actions.loadFurther()}>
                Try again
              </button>
            </p>
          )}
        </div>
      </div>
    </div>
  );
}

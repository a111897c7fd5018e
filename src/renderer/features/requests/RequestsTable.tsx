/** The list: a grid whose rows exist only while they are in view. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type KeyboardEvent } from 'react';
import type { RequestRow } from '../../store/requests.ts';
import { useConsole } from '../../store/store.ts';
import { columnsOf, RequestRowView, rowId } from './RequestRowView.tsx';

const ROW_HEIGHT = 28;

export interface RequestsTableProps {
  readonly rows: readonly RequestRow[];
  /** The details stand beside it. */
  readonly narrow: boolean;
}

export function RequestsTable({ rows, narrow }: RequestsTableProps) {
  const opened = useConsole((console) => console.requests.opened);
  const open = useConsole((console) => console.requestsActions.open);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  const columns = columnsOf(narrow);
  const place = rows.findIndex(({ key }) => key === opened);
  const moveTo = (index: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    open(rows[next]?.key);
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
  };
  const press = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    <div className={`min-h-0 min-w-0 ${narrow ? 'w-[34%] min-w-80 shrink-0 border-r border-line' : 'flex-1'}`}>
      <div
        role="grid"
        aria-label="Requests, newest first"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.names.length}
        aria-activedescendant={place < 0 ? undefined : rowId(rows[place]!.key)}
        tabIndex={0}
        className="flex h-full flex-col focus-visible:outline-offset-[-2px]"
        onKeyDown={press}
      >
        <div
          role="row"
          aria-rowindex={1}
          className={`overflow-y-hidden border-b border-line bg-raised px-3 text-small text-muted [scrollbar-gutter:stable] ${columns.grid}`}
        >
          {columns.names.map((name, index) => (
            <span
              key={name}
              role="columnheader"
              aria-colindex={index + 1}
              className={`truncate py-1 ${name === 'Took' ? 'text-right' : ''}`}
            >
              {name}
            </span>
          ))}
        </div>
        <div
          ref={scroller}
          role="rowgroup"
          className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto [scrollbar-gutter:stable]"
        >
          <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => (
              <RequestRowView
                key={rows[item.index]!.key}
                row={rows[item.index]!}
                index={item.index}
                top={item.start}
                height={ROW_HEIGHT}
                narrow={narrow}
                selected={item.index === place}
                onOpen={open}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

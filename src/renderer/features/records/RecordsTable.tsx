/** The table of records: more are loaded as the end comes near. */
import { useEffect, useMemo, useState } from 'react';
import type { RecordRow } from '../../store/records.ts';
import { useConsole } from '../../store/store.ts';
import { VirtualGrid } from '../../ui/VirtualGrid.tsx';
import { layoutOf } from './columns.ts';
import { RecordRowView, rowId } from './RecordRowView.tsx';

/** Rows from the end at which the next page is asked for. */
const AHEAD = 40;

export function RecordsTable(props: {
  readonly rows: readonly RecordRow[];
  /** Details stand beside it. */
  readonly narrow: boolean;
}) {
  const { rows, narrow } = props;
  const further = useConsole((console) => console.records.further);
  const hasMore = useConsole((console) => console.records.nextCursor !== undefined);
  const selected = useConsole((console) => console.records.selected);
  const actions = useConsole((console) => console.recordsActions);
  const now = useConsole((console) => console.now)();
  const [lastInView, setLastInView] = useState(0);

  const nearEnd = lastInView >= rows.length - AHEAD;
  useEffect(() => {
    if (nearEnd && hasMore && further === 'idle') void actions.loadFurther();
  }, [actions, nearEnd, hasMore, further]);

  const place = useMemo(
    () => (selected === undefined ? -1 : rows.findIndex((row) => row.record.id === selected)),
    [rows, selected],
  );
  const open = (): void => {
    if (place >= 0) actions.open(rows[place]!.record.id);
  };
  const play = (): void => {
    if (place >= 0) actions.open(rows[place]!.record.id, rows[place]!.record.recording !== undefined);
  };
  const { columns, layout, width } = layoutOf(narrow);

  return (
    <div className="@container h-full min-h-0 min-w-0 flex-1 overflow-x-auto">
      <VirtualGrid
        label="Ended call legs, newest first"
        columns={columns}
        layout={layout}
        count={rows.length}
        more={hasMore}
        selected={place}
        selectedId={place < 0 ? undefined : rowId(rows[place]!.record.id)}
        onSelect={(index) => actions.select(rows[index]?.record.id)}
        keys={{ Enter: open, ' ': play }}
        onLastInView={setLastInView}
        className={width}
        renderRow={(at) => {
          const row = rows[at.index]!;
          return (
            <RecordRowView
              key={row.record.id}
              row={row}
              {...at}
              selected={row.record.id === selected}
              narrow={narrow}
              now={now}
              onOpen={actions.open}
            />
          );
        }}
      >
        {further === 'loading' && <p className="p-1 text-center text-small text-muted">Loading more…</p>}
        {further === 'failed' && (
          <p role="alert" className="p-1 text-center text-small text-bad">
            More records could not be loaded.{' '}
            <button type="button" className="underline" onClick={() => void actions.loadFurther()}>
              Try again
            </button>
          </p>
        )}
      </VirtualGrid>
    </div>
  );
}

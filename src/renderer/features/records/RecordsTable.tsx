/** The table of records: more are loaded as the end comes near. */
import { useEffect, useMemo, useState } from 'react';
import type { RecordRow } from '../../store/records.ts';
import { useConsole } from '../../store/store.ts';
import { VirtualGrid } from '../../ui/VirtualGrid.tsx';
import { RecordRowView, columns, gridColumns, rowId } from './RecordRowView.tsx';

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
  const [lastInView, setLastInView] = useState(0);

  const nearEnd = lastInView >= rows.length - AHEAD;
  useEffect(() => {
    if (nearEnd && hasMore && further === 'idle') void actions.loadFurther();
  }, [actions, nearEnd, hasMore, further]);

  const place = useMemo(
    () => (selected === undefined ? -1 : rows.findIndex((row) => row.record.id === selected)),
    [rows, selected],
  );
  const keys = {
    Enter: () => {
      if (place >= 0) onOpen(rows[place]!.record.callId);
    },
    ' ': () => {
      if (place >= 0) onDetail(rows[place]!.record.id, rows[place]!.record.recording !== undefined);
    },
  };

  return (
    <div className="@container min-h-0 flex-1 overflow-x-auto">
      <VirtualGrid
        label="Ended call legs, newest first"
        columns={columns}
        layout={gridColumns}
        count={rows.length}
        more={hasMore}
        selected={place}
        selectedId={place < 0 ? undefined : rowId(rows[place]!.record.id)}
        onSelect={(index) => setSelected(rows[index]?.record.id)}
        keys={keys}
        onLastInView={setLastInView}
        className="min-w-250"
        renderRow={(at) => {
          const row = rows[at.index]!;
          return (
            <RecordRowView
              key={row.record.id}
              row={row}
              {...at}
              selected={row.record.id === selected}
              onSelect={setSelected}
              onOpen={onOpen}
              onDetail={(recordId, play) => {
                setSelected(recordId);
                onDetail(recordId, play);
              }}
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

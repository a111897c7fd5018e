/** The list of requests. */
import type { RequestRow } from '../../store/requests.ts';
import { useConsole } from '../../store/store.ts';
import { VirtualGrid } from '../../ui/VirtualGrid.tsx';
import { layoutOf, RequestRowView, rowId } from './RequestRowView.tsx';

export interface RequestsTableProps {
  readonly rows: readonly RequestRow[];
  /** The details stand beside it. */
  readonly narrow: boolean;
}

export function RequestsTable({ rows, narrow }: RequestsTableProps) {
  const opened = useConsole((console) => console.requests.opened);
  const open = useConsole((console) => console.requestsActions.open);
  const place = rows.findIndex(({ key }) => key === opened);
  return (
    <div
      className={`min-h-0 min-w-0 ${narrow ? 'w-[34%] min-w-80 shrink-0 border-r border-line @max-[46rem]:hidden' : 'flex-1'}`}
    >
      <VirtualGrid
        label="Requests, newest first"
        {...layoutOf(narrow)}
        count={rows.length}
        selected={place}
        selectedId={place < 0 ? undefined : rowId(rows[place]!.key)}
        onSelect={(index) => open(rows[index]?.key)}
        renderRow={(at) => {
          const row = rows[at.index]!;
          return (
            <RequestRowView
              key={row.key}
              row={row}
              {...at}
              narrow={narrow}
              selected={at.index === place}
              onOpen={open}
            />
          );
        }}
      />
    </div>
  );
}

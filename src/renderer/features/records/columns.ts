/** The columns of the records, and how they stand: all of them, or beside an open record the ones that tell them apart. */
import type { GridColumn } from '../../ui/VirtualGrid.tsx';

interface Layout {
  readonly columns: readonly GridColumn[];
  /** Classes that lay out a row. */
  readonly layout: string;
  /** What the whole table needs. */
  readonly width: string;
}

/** Where there is little room, a name stands without its number and a direction without its word. */
const WIDE: Layout = {
  columns: [
    { name: 'From' },
    { name: 'To' },
    { name: 'Direction', mayHide: true },
    { name: 'Start' },
    { name: 'Answer' },
    { name: 'End' },
    { name: 'Duration', right: true },
    { name: 'Result' },
    { name: 'Ended by' },
    { name: 'Recording' },
  ],
  layout:
    'grid grid-cols-[minmax(11.75rem,20rem)_minmax(10.5rem,19rem)_5.75rem_9.75rem_4.25rem_4.25rem_4.25rem_12.5rem_minmax(5.25rem,1fr)_5.25rem] gap-x-3 @max-[1160px]:grid-cols-[minmax(8.5rem,1fr)_minmax(8.5rem,1fr)_1.5rem_9.5rem_4rem_4rem_3.5rem_minmax(9.5rem,0.6fr)_4.25rem_4.5rem] @max-[1160px]:gap-x-2',
  width: 'min-w-[66rem]',
};
const NARROW: Layout = {
  columns: WIDE.columns.filter(({ name }) => ['From', 'To', 'Start', 'Duration', 'Result'].includes(name)),
  layout:
    'grid grid-cols-[minmax(6.5rem,1fr)_minmax(6.5rem,1fr)_9.5rem_3.5rem_minmax(9.5rem,1fr)] gap-x-2 @max-[1160px]:grid-cols-[minmax(6.5rem,1fr)_minmax(6.5rem,1fr)_9.5rem_3.5rem_minmax(9.5rem,1fr)]',
  width: 'min-w-[38rem]',
};

export function layoutOf(narrow: boolean): Layout {
  return narrow ? NARROW : WIDE;
}

/** A grid whose rows exist only while they are in view, walked with the keyboard. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useRem } from './use-rem.ts';

const ROW_REM = 1.75;

export interface GridColumn {
  readonly name: string;
  readonly right?: boolean;
  /** Said, but not written where there is little room. */
  readonly mayHide?: boolean;
}

/** Where a row is, in pixels, and which one it is, from 0, heads not counted. */
export interface RowPlace {
  readonly index: number;
  readonly top: number;
  readonly height: number;
}

export interface VirtualGridProps {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  /** Classes that lay out a row. */
  readonly layout: string;
  /** How many rows there are. */
  readonly count: number;
  /** More rows will come. */
  readonly more?: boolean;
  /** The selected row, -1 for none, and the id of its element. */
  readonly selected: number;
  readonly selectedId: string | undefined;
  readonly onSelect: (index: number) => void;
  /** What other keys do than those that move the selection, by `KeyboardEvent.key`. */
  readonly keys?: Readonly<Record<string, () => void>>;
  /** Told of the last row in view. */
  readonly onLastInView?: (index: number) => void;
  readonly renderRow: (place: RowPlace) => ReactNode;
  readonly className?: string;
  /** Below the rows. */
  readonly children?: ReactNode;
}

export function VirtualGrid(props: VirtualGridProps) {
  const { label, columns, layout, count, more = false, selected, onSelect, onLastInView } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = ROW_REM * useRem();
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });

  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);

  const selectedAtFirst = useRef(selected);
  useEffect(() => {
    // Come back to, the list shows what was selected.
    if (selectedAtFirst.current >= 0) virtualizer.scrollToIndex(selectedAtFirst.current, { align: 'center' });
  }, [virtualizer]);

  const lastInView = virtualizer.range?.endIndex ?? 0;
  useEffect(() => onLastInView?.(lastInView), [onLastInView, lastInView]);

  const moveTo = (index: number): void => {
    const next = Math.max(0, Math.min(count - 1, index));
    onSelect(next);
    virtualizer.scrollToIndex(next, { align: 'auto' });
  };
  const page = (): number => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
  const keys: Readonly<Record<string, () => void>> = {
    ...props.keys,
    ArrowDown: () => moveTo(selected < 0 ? (virtualizer.range?.startIndex ?? 0) : selected + 1),
    ArrowUp: () => moveTo(selected - 1),
    PageDown: () => moveTo(selected + page()),
    PageUp: () => moveTo(selected - page()),
    Home: () => moveTo(0),
    End: () => moveTo(count - 1),
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <div
      role="grid"
      aria-label={label}
      aria-rowcount={more ? -1 : count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={props.selectedId}
      tabIndex={0}
      className={`flex h-full flex-col focus-visible:outline-offset-[-2px] ${props.className ?? ''}`}
      onKeyDown={onKeyDown}
    >
      <div
        role="row"
        aria-rowindex={1}
        className={`overflow-y-hidden border-b border-line bg-raised px-3 text-small text-muted [scrollbar-gutter:stable] ${layout}`}
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
          {virtualizer
            .getVirtualItems()
            .map(({ index, start }) => props.renderRow({ index, top: start, height: rowHeight }))}
        </div>
        {props.children}
      </div>
    </div>
  );
}

/** Lifelines and arrows. Only the rows in view exist, so a call may have thousands of messages. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { Eye, EyeOff } from 'lucide-react';
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import type { Finding, Lifeline } from '../../../contract/model.ts';
import { useConsole } from '../../store/store.ts';
import { formatNumber } from '../../ui/number.ts';
import { useRem } from '../../ui/use-rem.ts';
import { BESIDE_DRAWING_REM, LadderRowView, gridColumns, rowId } from './LadderRowView.tsx';
import { dialogColour } from './colours.ts';
import { arrowsOf, formatTime, legIndexes, lifelineX } from './rows.ts';
import { placeOfRow, type LadderRow } from './fold.ts';

const ROW_REM = 1.5;
const MIN_LIFELINE_REM = 7;
/** `aria-setsize` of a list that grows: it is not told anew with each message. */
const UNKNOWN = -1;
const none: readonly Finding[] = [];

export function LadderRows(props: {
  readonly lifelines: readonly Lifeline[];
  readonly rows: readonly LadderRow[];
  /** What diagnosis found, by the message that proves it. */
  readonly marks: ReadonlyMap<number, readonly Finding[]>;
  readonly startedAt: number;
  readonly live: boolean;
}) {
  const { lifelines, rows, marks, startedAt, live } = props;
  const selected = useConsole((console) => console.ladder.selected);
  const opened = useConsole((console) => console.ladder.opened);
  const following = useConsole((console) => console.ladder.following);
  const timeMode = useConsole((console) => console.ladder.timeMode);
  const actions = useConsole((console) => console.ladderActions);

  const scroller = useRef<HTMLDivElement>(null);
  const rem = useRem();
  const rowHeight = ROW_REM * rem;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // A row in the frame after is soon enough; drawing at once would draw twice a frame.
    useFlushSync: false,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const drawingWidth = useWidth(scroller) / rem - BESIDE_DRAWING_REM;
  const legs = useMemo(() => legIndexes(lifelines), [lifelines]);
  // By way; the same object for the same way, so that rows are not drawn again.
  const arrows = useMemo(() => arrowsOf(lifelines), [lifelines]);
  const names = useMemo(() => new Map(lifelines.map((it) => [it.id, it.label])), [lifelines]);

  const follows = live && following;
  useEffect(() => {
    if (follows && rows.length > 0) virtualizer.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [follows, rows.length, virtualizer]);

  const place = selected === undefined ? -1 : placeOfRow(rows, selected);
  useEffect(() => {
    if (place >= 0) virtualizer.scrollToIndex(place, { align: 'auto' });
    // Scroll when another message is selected, not when rows come and go around it.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [selected, opened, virtualizer]);

  const moveTo = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    actions.setFollowing(false);
    actions.select(row.message.seq);
  };
  const page = (): number => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
  const keys: Record<string, () => void> = {
    ArrowDown: () => moveTo(place < 0 ? (virtualizer.range?.startIndex ?? 0) : place + 1),
    ArrowUp: () => moveTo(place < 0 ? rows.length - 1 : place - 1),
    PageDown: () => moveTo(place + page()),
    PageUp: () => moveTo(place - page()),
    Home: () => moveTo(0),
    End: () => moveTo(rows.length - 1),
    Enter: () => {
      if (place >= 0) actions.open(rows[place]!.message.seq);
    },
    ' ': () => {
      if (live) actions.setFollowing(!following);
    },
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  const minWidth = `${BESIDE_DRAWING_REM + lifelines.length * MIN_LIFELINE_REM}rem`;
  return (
    <div className="min-w-0 flex-1 overflow-x-auto">
      <div className="flex h-full flex-col" style={{ minWidth }}>
        <LifelineHeads lifelines={lifelines} legs={legs} />
        <div
          ref={scroller}
          role="listbox"
          aria-label="Messages"
          tabIndex={0}
          aria-activedescendant={place < 0 ? undefined : rowId(rows[place]!.message.seq)}
          className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto [scrollbar-gutter:stable] focus-visible:outline-offset-[-2px]"
          onKeyDown={onKeyDown}
          onWheel={(event) => {
            if (event.deltaY < 0 && follows) actions.setFollowing(false);
          }}
        >
          {rows.length === 0 && (
            <p role="status" className="p-4 text-center text-muted">
              No message matches the filter.
            </p>
          )}
          <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => {
              const row = rows[item.index]!;
              const { message } = row;
              return (
                <LadderRowView
                  key={message.seq}
                  row={row}
                  repeats={row.repeats.length}
                  findings={marks.get(message.seq) ?? none}
                  top={item.start}
                  height={rowHeight}
                  position={item.index + 1}
                  count={follows ? UNKNOWN : rows.length}
                  time={formatTime(timeMode, message.at, startedAt, rows[item.index - 1]?.message.at)}
                  arrow={arrows.get(`${message.from} ${message.to}`)}
                  colour={dialogColour(legs.get(message.legId))}
                  drawingWidth={drawingWidth}
                  from={names.get(message.from) ?? message.from}
                  to={names.get(message.to) ?? message.to}
                  selected={message.seq === selected}
                  onOpen={actions.open}
                />
              );
            })}
            <Lifelines lifelines={lifelines} legs={legs} />
          </div>
        </div>
      </div>
    </div>
  );
}

/** Inner width of an element in pixels. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    setWidth(current.clientWidth);
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

interface LegProps {
  readonly lifelines: readonly Lifeline[];
  readonly legs: ReadonlyMap<string, number>;
}

const Lifelines = memo(function Lifelines(props: LegProps) {
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-0 grid" style={gridColumns}>
      <div className="relative z-1 col-start-3">
        {props.lifelines.map((lifeline, index) => (
          <div
            key={lifeline.id}
            className="shape absolute inset-y-0 w-px opacity-50"
            style={{
              left: `${lifelineX(index, props.lifelines.length)}%`,
              background: dialogColour(props.legs.get(lifeline.id)),
            }}
          />
        ))}
      </div>
    </div>
  );
});

/** Names of the parties; a click on one hides its leg's messages. */
const LifelineHeads = memo(function LifelineHeads(props: LegProps) {
  const { lifelines, legs } = props;
  const hiddenLegs = useConsole((console) => console.ladder.filter.hiddenLegs);
  const actions = useConsole((console) => console.ladderActions);
  return (
    <div
      className="grid items-end overflow-y-hidden border-b border-line bg-raised text-small [scrollbar-gutter:stable]"
      style={gridColumns}
    >
      <div className="pr-3 pb-1 text-right text-muted">Time</div>
      <div className="pb-1 text-muted">CSeq</div>
      <div className="flex">
        {lifelines.map((lifeline) => {
          const hidden = hiddenLegs.includes(lifeline.id);
          const toggle = (): void =>
            actions.setFilter({
              hiddenLegs: hidden ? hiddenLegs.filter((id) => id !== lifeline.id) : [...hiddenLegs, lifeline.id],
            });
          return (
            <div key={lifeline.id} className="@container min-w-0 flex-1 px-1 py-1 text-center">
              {lifeline.role === 'trunk' ? (
                <Head lifeline={lifeline} colour={undefined} hidden={false} />
              ) : (
                <button
                  type="button"
                  aria-pressed={!hidden}
                  title={hidden ? `Show the messages of ${lifeline.label}` : `Hide the messages of ${lifeline.label}`}
                  className="group w-full rounded-md px-1 hover:bg-panel"
                  onClick={toggle}
                >
                  <Head lifeline={lifeline} colour={dialogColour(legs.get(lifeline.id))} hidden={hidden} />
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
});

const roleNames = {
  caller: 'Caller',
  trunk: 'Patchcord',
  console: 'Console',
  endpoint: 'Endpoint',
  target: 'Target',
} as const;

function Head(props: { readonly lifeline: Lifeline; readonly colour: string | undefined; readonly hidden: boolean }) {
  const { lifeline, colour, hidden } = props;
  const number = lifeline.number === undefined ? undefined : formatNumber(lifeline.number);
  const role = roleNames[lifeline.role];
  return (
    <span className={`block ${hidden ? 'opacity-60' : ''}`}>
      <span className="flex items-center justify-center gap-1">
        {colour !== undefined && (
          <span aria-hidden="true" className="shape size-2 shrink-0 rounded-sm" style={{ background: colour }} />
        )}
        <bdi className={`truncate text-body font-semibold ${hidden ? 'line-through' : ''}`}>{lifeline.label}</bdi>
        {colour !== undefined &&
          (hidden ? (
            <EyeOff size={12} aria-hidden="true" className="shrink-0 text-muted" />
          ) : (
            <Eye
              size={12}
              aria-hidden="true"
              className="shrink-0 text-muted opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100"
            />
          ))}
      </span>
      <span className="block truncate text-muted">
        {role !== lifeline.label && <span className={number === undefined ? '' : '@max-[170px]:hidden'}>{role}</span>}
        {number !== undefined && number !== lifeline.label && (
          <>
            {role !== lifeline.label && <span className="@max-[170px]:hidden"> · </span>}
            {number}
          </>
        )}
      </span>
    </span>
  );
}

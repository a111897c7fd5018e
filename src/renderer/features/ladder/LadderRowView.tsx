/** One row of the ladder: time, CSeq and an arrow from one lifeline to another. */
import { memo } from 'react';
import type { Finding, LadderMessage } from '../../../contract/model.ts';
import { findingCode, severities } from '../findings/FindingNote.tsx';
import type { LadderRow } from './fold.ts';
import { labelPlace } from './rows.ts';
import type { Arrow } from './rows.ts';

/** Time, CSeq, drawing: the same in the heads, the rows and the lifelines behind them. */
export const gridColumns = { gridTemplateColumns: '5.25rem 7rem minmax(0, 1fr)' } as const;
/** What time and CSeq take. */
export const BESIDE_DRAWING_REM = 12.25;

export function rowId(seq: number): string {
  return `ladder-message-${seq}`;
}

interface RowProps {
  readonly row: LadderRow;
  /** How many there are: they grow in place. */
  readonly repeats: number;
  /** What this message proves. */
  readonly findings: readonly Finding[];
  readonly top: number;
  readonly height: number;
  /** From 1. */
  readonly position: number;
  readonly count: number;
  readonly time: string;
  readonly arrow: Arrow | undefined;
  readonly colour: string;
  /** Width of the drawing in rem. */
  readonly drawingWidth: number;
  readonly from: string;
  readonly to: string;
  readonly selected: boolean;
  readonly onOpen: (seq: number) => void;
}

export const LadderRowView = memo(function LadderRowView(props: RowProps) {
  const { row, repeats, arrow, selected, findings } = props;
  const { message } = row;
  const found = findings.map(({ id, title }) => `. Finding: ${findingCode(id) ?? ''} ${title}`).join('');
  const times = repeats === 0 ? '' : `, sent ${repeats + 1} times`;
  return (
    <div
      id={rowId(message.seq)}
      role="option"
      aria-selected={selected}
      aria-posinset={props.position}
      aria-setsize={props.count}
      aria-label={`${props.time}, ${props.from} to ${props.to}: ${message.label}, CSeq ${message.cseq}${times}${found}`}
      data-kind={message.kind}
      data-findings={findings.map(({ id }) => id).join(' ') || undefined}
      className={`absolute inset-x-0 grid items-center bg-(--row) ${
        selected
          ? '[--row:color-mix(in_srgb,var(--color-accent)_16%,var(--color-panel))]'
          : '[--row:var(--color-panel)] hover:[--row:var(--color-raised)]'
      }`}
      style={{ ...gridColumns, top: props.top, height: props.height }}
      onClick={() => props.onOpen(message.seq)}
    >
      <span className="pr-3 text-right text-small text-muted">{props.time}</span>
      <span className="flex min-w-0 items-center gap-1 text-small text-muted">
        <span className="truncate">{message.cseq}</span>
        {findings.map((finding) => (
          <Mark key={finding.id} finding={finding} />
        ))}
      </span>
      <div className="relative h-full">
        {arrow === undefined ? (
          <span className="absolute inset-y-0 left-2 flex items-center">{message.label}</span>
        ) : (
          <ArrowView
            message={message}
            repeats={repeats}
            arrow={arrow}
            colour={props.colour}
            drawingWidth={props.drawingWidth}
          />
        )}
      </div>
    </div>
  );
});

/** The sign of a finding, with its title for the pointer. */
function Mark({ finding }: { readonly finding: Finding }) {
  const { Icon, colour } = severities[finding.severity];
  return (
    <span title={finding.title} className={`flex shrink-0 items-center gap-0.5 font-semibold ${colour}`}>
      <Icon size={14} aria-hidden="true" />
      {findingCode(finding.id)}
    </span>
  );
}

function ArrowView(props: {
  readonly message: LadderMessage;
  readonly repeats: number;
  readonly arrow: Arrow;
  readonly colour: string;
  readonly drawingWidth: number;
}) {
  const { message, repeats, arrow } = props;
  const failed = message.kind === 'failure';
  const colour = failed ? 'var(--color-bad)' : props.colour;
  const characters = message.label.length + (failed ? 2 : 0) + (repeats > 0 ? 4 : 0);
  const place = labelPlace(arrow, characters, props.drawingWidth);
  return (
    <div
      className="absolute inset-y-0 z-2 flex items-center justify-center"
      style={{ left: `${arrow.left}%`, width: `${arrow.width}%`, color: colour }}
    >
      <div
        className={`absolute inset-x-0.5 top-1/2 border-t ${message.kind === 'provisional' ? 'border-dashed' : 'border-solid'}`}
        style={{ borderColor: 'currentColor', borderTopWidth: message.kind === 'request' ? 1.5 : 1 }}
      />
      <Tip right={arrow.pointsRight} filled={message.kind === 'request'} />
      <span className={`flex items-center gap-1 bg-(--row) px-1.5 whitespace-nowrap ${placeClasses[place]}`}>
        {failed && (
          <span aria-hidden="true" className="font-bold">
            ✕
          </span>
        )}
        {message.retransmission && (
          <span className="text-small" title="A retransmission; the original is not in the trace">
            ↻
          </span>
        )}
        <span className={message.kind === 'request' ? 'font-semibold' : ''}>{message.label}</span>
        {repeats > 0 && (
          <span
            className="rounded-sm border px-1 text-small leading-3.5"
            style={{ borderColor: 'currentColor' }}
            title={`Sent ${repeats + 1} times`}
          >
            ×{repeats + 1}
          </span>
        )}
      </span>
    </div>
  );
}

const placeClasses = { on: 'relative', right: 'absolute left-full ml-1', left: 'absolute right-full mr-1' } as const;

/** Filled for a request, open for a response. */
function Tip(props: { readonly right: boolean; readonly filled: boolean }) {
  return (
    <svg
      aria-hidden="true"
      width="9"
      height="9"
      viewBox="0 0 9 9"
      className={`absolute top-1/2 -mt-1 ${props.right ? 'right-0.5' : 'left-0.5 rotate-180'}`}
    >
      <path
        d="M1 0.5 L8.5 4.5 L1 8.5"
        fill={props.filled ? 'currentColor' : 'none'}
        stroke="currentColor"
        strokeWidth="1.3"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** One record as a row of the table. */
import {
  ArrowDownLeft,
  ArrowUpRight,
  Ban,
  CircleAlert,
  CircleCheck,
  CircleHelp,
  CircleMinus,
  CornerDownRight,
  PhoneForwarded,
  PhoneMissed,
  Play,
  PowerOff,
  Unplug,
  Stethoscope,
} from 'lucide-react';
import { memo } from 'react';
import type { ComponentType, ReactNode } from 'react';
import type { CallRecord } from '../../../contract/model.ts';
import type { RecordRow } from '../../store/records.ts';
import { formatNumber } from '../../ui/number.ts';
import { formatClockTime, formatDay } from '../../ui/dates.ts';
import type { RowPlace } from '../../ui/VirtualGrid.tsx';
import { findingCode } from '../findings/FindingNote.tsx';
import { layoutOf } from './columns.ts';
import { endedByWords, formatDuration, resultWords } from './format.ts';

export function rowId(recordId: string): string {
  return `record-${recordId}`;
}

const resultSigns: Readonly<
  Record<CallRecord['result'], { readonly icon: ComponentType<{ size: number }>; readonly colour: string }>
> = {
  answered: { icon: CircleCheck, colour: 'text-ok' },
  transferred: { icon: PhoneForwarded, colour: 'text-info' },
  busy: { icon: CircleMinus, colour: 'text-warn' },
  'no-answer': { icon: PhoneMissed, colour: 'text-warn' },
  declined: { icon: Ban, colour: 'text-warn' },
  canceled: { icon: PhoneMissed, colour: 'text-muted' },
  'not-found': { icon: CircleHelp, colour: 'text-bad' },
  failed: { icon: CircleAlert, colour: 'text-bad' },
  'peer-lost': { icon: Unplug, colour: 'text-bad' },
  interrupted: { icon: PowerOff, colour: 'text-bad' },
};

interface RowProps extends RowPlace {
  readonly row: RecordRow;
  readonly selected: boolean;
  /** Details stand beside the list. */
  readonly narrow: boolean;
  readonly now: number;
  /** @param play begins with the recording */
  readonly onOpen: (recordId: string, play?: boolean) => void;
}

export const RecordRowView = memo(function RecordRowView(props: RowProps) {
  const { record, place } = props.row;
  const sign = resultSigns[record.result];
  const joinsAbove = place === 'middle' || place === 'last';
  const joinsBelow = place === 'first' || place === 'middle';
  const { columns, layout } = layoutOf(props.narrow);
  const cells: Record<string, ReactNode> = {
    From: <Party name={record.fromName} number={record.from} joined={joinsAbove} />,
    To: <Party name={record.toName} number={record.to} joined={false} />,
    Direction: (
      <>
        {record.direction === 'inbound' ? (
          <ArrowDownLeft size={14} aria-hidden="true" className="shrink-0 text-muted" />
        ) : (
          <ArrowUpRight size={14} aria-hidden="true" className="shrink-0 text-muted" />
        )}
        <span className="@max-[1160px]:sr-only">{record.direction === 'inbound' ? 'Inbound' : 'Outbound'}</span>
      </>
    ),
    Start: (
      <>
        <span className="text-muted">{formatDay(record.startedAt, props.now)}</span> {formatClockTime(record.startedAt)}
      </>
    ),
    Answer: record.answeredAt === null ? <Dash said="not answered" /> : formatClockTime(record.answeredAt),
    End: formatClockTime(record.endedAt),
    Duration: record.answeredAt === null ? <Dash said="none" /> : formatDuration(record.durationMs),
    Result: (
      <>
        <span aria-hidden="true" className={`shrink-0 ${sign.colour}`}>
          <sign.icon size={14} />
        </span>
        <span className="truncate">{resultWords[record.result]}</span>
        {record.sipStatus !== null && record.sipStatus >= 300 && (
          <span className="text-small text-muted">{record.sipStatus}</span>
        )}
        {record.findings !== undefined && (
          <Inside label={`What was found: ${record.findings.join(', ')}`} onClick={() => props.onOpen(record.id)}>
            <Stethoscope size={14} aria-hidden="true" className="shrink-0" />
            {record.findings.map(findingCode).find((code) => code !== undefined)}
            {record.findings.length > 1 && ` +${record.findings.length - 1}`}
          </Inside>
        )}
      </>
    ),
    'Ended by': endedByWords[record.endedBy],
    Recording:
      record.recording === undefined ? (
        <Dash said="none" />
      ) : (
        <Inside
          label={`Play the recording, ${formatDuration(record.recording.durationMs)}`}
          onClick={() => props.onOpen(record.id, true)}
        >
          <Play size={14} aria-hidden="true" className="shrink-0" />
          {formatDuration(record.recording.durationMs)}
        </Inside>
      ),
  };
  return (
    <div
      id={rowId(record.id)}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={props.selected}
      data-place={place}
      title="Open this record"
      className={`absolute inset-x-0 px-3 ${layout} ${joinsBelow ? '' : 'border-b border-line'} ${
        props.selected ? 'bg-[color-mix(in_srgb,var(--color-accent)_16%,var(--color-panel))]' : 'hover:bg-raised'
      }`}
      style={{ top: props.top, height: props.height }}
      onClick={() => props.onOpen(record.id)}
    >
      {place !== 'alone' && <Bracket above={joinsAbove} below={joinsBelow} />}
      {columns.map(({ name, right }, index) => (
        <span
          key={name}
          role="gridcell"
          aria-colindex={index + 1}
          className={`flex min-w-0 items-center gap-1.5 overflow-hidden whitespace-nowrap ${right ? 'justify-end' : ''}`}
        >
          {cells[name]}
        </span>
      ))}
    </div>
  );
});

/** A button in a cell; by keyboard the row's own keys do the same. */
function Inside(props: { readonly label: string; readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={props.label}
      title={props.label}
      className="inline-flex h-6 shrink-0 items-center gap-1 rounded-sm border border-line bg-panel px-1 text-small text-accent hover:border-accent"
      onClick={(event) => {
        event.stopPropagation();
        props.onClick();
      }}
    >
      {props.children}
    </button>
  );
}

/** The line along the left edge that joins the legs of one call. */
function Bracket(props: { readonly above: boolean; readonly below: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={`absolute left-1 w-1.5 border-l-2 border-info ${props.above ? 'top-0' : 'top-1.5 border-t-2'} ${
        props.below ? 'bottom-0' : 'bottom-1.5 border-b-2'
      }`}
      style={{ borderColor: 'var(--color-info)' }}
    />
  );
}

function Party(props: { readonly name: string; readonly number: string; readonly joined: boolean }) {
  const number = formatNumber(props.number);
  return (
    <>
      {props.joined && (
        <>
          <CornerDownRight size={14} aria-hidden="true" className="shrink-0 text-info" />
          <span className="sr-only">Transfer leg of the same call: </span>
        </>
      )}
      {props.name !== '' && (
        <bdi className="truncate" title={props.name}>
          {props.name}
        </bdi>
      )}
      <span className={props.name === '' ? 'truncate' : 'shrink-0 text-small text-muted @max-[1160px]:hidden'}>
        {number}
      </span>
    </>
  );
}

function Dash({ said }: { readonly said: string }) {
  return (
    <>
      <span aria-hidden="true" className="text-muted">
        –
      </span>
      <span className="sr-only">{said}</span>
    </>
  );
}

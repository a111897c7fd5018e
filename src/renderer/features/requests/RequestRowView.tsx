/** One request, or one notice that belongs to none, as a row of the list. */
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { WebhookExchange } from '../../../contract/model.ts';
import type { RequestRow } from '../../store/requests.ts';
import { useConsole } from '../../store/store.ts';
import { formatSpan } from '../../ui/format.ts';
import type { GridColumn, RowPlace } from '../../ui/VirtualGrid.tsx';
import { formatClockTime } from '../../ui/dates.ts';
import { peopleOf } from './CallFilter.tsx';
import { shortUrl, statusWords, toneOf, WHY_WORDS } from './words.ts';

interface Layout {
  readonly columns: readonly GridColumn[];
  readonly layout: string;
}

const WIDE: Layout = {
  columns: [
    { name: 'Time' },
    { name: 'Request' },
    { name: 'Why' },
    { name: 'Call' },
    { name: 'Answer' },
    { name: 'Took', right: true },
  ],
  layout:
    'grid grid-cols-[64px_minmax(180px,2fr)_minmax(148px,0.8fr)_minmax(180px,1.4fr)_minmax(220px,3fr)_64px] gap-x-3',
};
const NARROW: Layout = {
  columns: [{ name: 'Time' }, { name: 'Request' }, { name: 'Answer' }, { name: 'Took', right: true }],
  layout: 'grid grid-cols-[60px_minmax(90px,1.4fr)_minmax(80px,1fr)_60px] gap-x-2',
};

export function layoutOf(narrow: boolean): Layout {
  return narrow ? NARROW : WIDE;
}

export function rowId(key: string): string {
  return `request-${key}`;
}

const SIGNS = {
  ok: { Icon: CircleCheck, colour: 'text-ok' },
  warn: { Icon: TriangleAlert, colour: 'text-warn' },
  bad: { Icon: CircleAlert, colour: 'text-bad' },
} as const;

interface RowProps extends RowPlace {
  readonly row: RequestRow;
  readonly narrow: boolean;
  readonly selected: boolean;
  readonly onOpen: (key: string) => void;
}

export const RequestRowView = memo(function RequestRowView(props: RowProps) {
  const { row, narrow, selected } = props;
  const { exchange } = row;
  const { columns, layout } = layoutOf(narrow);
  const cells: Record<string, ReactNode> = {
    Time: formatClockTime(row.at),
    Request: exchange ? <Request exchange={exchange} withHost={!narrow} /> : <span className="truncate">Notice</span>,
    Why: exchange ? WHY_WORDS[exchange.why] : '',
    Call: <People row={row} />,
    Answer: <Answer row={row} />,
    Took: exchange ? formatSpan(exchange.ms) : '',
  };
  return (
    <div
      id={rowId(row.key)}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={selected}
      className={`absolute inset-x-0 border-b border-line px-3 ${layout} ${
        selected ? 'bg-[color-mix(in_srgb,var(--color-accent)_16%,var(--color-panel))]' : 'hover:bg-raised'
      }`}
      style={{ top: props.top, height: props.height }}
      onClick={() => props.onOpen(row.key)}
    >
      {columns.map(({ name, right }, index) => (
        <span
          key={name}
          role="gridcell"
          aria-colindex={index + 1}
          className={`flex min-w-0 items-center gap-1.5 whitespace-nowrap ${right ? 'justify-end' : ''} ${
            name === 'Why' ? 'text-muted' : ''
          }`}
        >
          {cells[name]}
        </span>
      ))}
    </div>
  );
});

function Request({ exchange, withHost }: { readonly exchange: WebhookExchange; readonly withHost: boolean }) {
  const { method, url } = exchange;
  const { host, path } = shortUrl(url);
  return (
    <span className="truncate" title={`${method} ${url}`}>
      <span className="text-small text-muted">{method}</span> {path}
      {withHost && <span className="text-small text-muted"> {host}</span>}
    </span>
  );
}

/** Those of the request; a notice has none, but its call may have been asked about before. */
function People({ row: { exchange, callId } }: { readonly row: RequestRow }) {
  const directory = useConsole((console) => console.directory);
  const told = useConsole(
    ({ requests }) => exchange ?? requests.exchanges.find((each) => callId !== undefined && each.callId === callId),
  );
  return <span className="truncate">{told && peopleOf(told, directory)}</span>;
}

/** The status, or the first thing that is wrong. */
function Answer({ row: { exchange, notices } }: { readonly row: RequestRow }) {
  const severities = notices.map(({ severity }) => severity);
  const tone = exchange ? toneOf(exchange, severities) : severities.includes('error') ? 'bad' : 'warn';
  const { Icon, colour } = SIGNS[tone];
  const worst = notices.find(({ severity }) => severity === 'error') ?? notices[0];
  const wrong = exchange?.problem ?? worst;
  const status = exchange?.response ? statusWords(exchange.response.status) : undefined;
  return (
    <>
      <Icon aria-hidden="true" size={14} className={`shrink-0 ${colour}`} />
      <span className={`truncate ${wrong && tone === 'bad' ? 'text-bad' : ''}`} title={wrong?.text}>
        {wrong ? `${wrong.code === 0 ? '' : `${wrong.code} `}${wrong.text}` : (status ?? 'no answer')}
      </span>
      {notices.length > 1 && <span className="shrink-0 text-small text-muted">+{notices.length - 1}</span>}
    </>
  );
}

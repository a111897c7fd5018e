/** Above the ladder: which call, what is filtered, how time is told, following, copying. */
import { ArrowDownToLine, Check, ClipboardCopy, Pause, Search, Workflow } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Lifeline } from '../../../contract/model.ts';
import type { TimeMode } from '../../store/ladder-state.ts';
import { useConsole } from '../../store/store.ts';
import { CallPicker } from './CallPicker.tsx';
import { useCopy } from './copy.ts';
import { ladderAsMermaid, ladderAsText } from './export.ts';
import type { LadderRow } from './fold.ts';

const timeModes: ReadonlyArray<readonly [mode: TimeMode, label: string, title: string]> = [
  ['absolute', 'Clock', 'Time of day'],
  ['start', 'Start', 'Seconds since the first message'],
  ['previous', 'Previous', 'Seconds since the message above'],
];

export function LadderToolbar(props: {
  readonly lifelines: readonly Lifeline[];
  readonly rows: readonly LadderRow[];
  readonly methods: readonly string[];
  readonly startedAt: number;
  readonly live: boolean;
  readonly missed: number;
}) {
  const { lifelines, rows, methods, startedAt, live, missed } = props;
  const filter = useConsole((console) => console.ladder.filter);
  const timeMode = useConsole((console) => console.ladder.timeMode);
  const following = useConsole((console) => console.ladder.following);
  const actions = useConsole((console) => console.ladderActions);

  return (
    <div role="toolbar" aria-label="Ladder" className="@container shrink-0 border-b border-line px-3 py-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 @max-[60rem]:gap-x-2">
        <CallPicker />
        <label className="flex items-center gap-1 text-small text-muted">
          <span className="@max-[60rem]:sr-only">Method</span>
          <select
            className="h-7 w-24 rounded-md border border-line bg-panel px-1 text-body text-text"
            value={filter.method}
            onChange={(event) => actions.setFilter({ method: event.target.value })}
          >
            <option value="">All</option>
            {methods.map((method) => (
              <option key={method}>{method}</option>
            ))}
          </select>
        </label>
        <label className="flex h-7 items-center gap-1 rounded-md border border-line px-2 focus-within:border-accent">
          <Search size={14} aria-hidden="true" className="text-muted" />
          <input
            type="search"
            aria-label="Messages that contain"
            placeholder="Text in a message"
            className="w-36 min-w-0 bg-transparent @max-[60rem]:w-28 outline-none placeholder:text-muted"
            value={filter.text}
            onChange={(event) => actions.setFilter({ text: event.target.value })}
          />
        </label>
        <div role="radiogroup" aria-label="Time" className="flex items-center gap-1 text-small text-muted">
          <span aria-hidden="true" className="@max-[60rem]:hidden">
            Time
          </span>
          <span className="flex items-center rounded-md border border-line">
            {timeModes.map(([mode, label, title]) => (
              <button
                key={mode}
                type="button"
                role="radio"
                aria-checked={timeMode === mode}
                title={title}
                className="h-6.5 rounded-md px-2 text-small text-muted aria-checked:bg-raised aria-checked:font-semibold aria-checked:text-text"
                onClick={() => actions.setTimeMode(mode)}
              >
                {label}
              </button>
            ))}
          </span>
        </div>
        <div className="ml-auto flex items-center gap-1">
          {live && (
            <Tool
              title={
                following
                  ? 'Stay where you are while messages come (space)'
                  : 'Go to the newest message and stay there (space)'
              }
              onClick={() => actions.setFollowing(!following)}
            >
              {following ? <Pause size={14} aria-hidden="true" /> : <ArrowDownToLine size={14} aria-hidden="true" />}
              {following ? 'Pause' : missed === 0 ? 'Follow' : `Follow (${missed} new)`}
            </Tool>
          )}
          <CopyTool
            label="text"
            icon={<ClipboardCopy size={14} aria-hidden="true" />}
            disabled={rows.length === 0}
            text={() => ladderAsText(lifelines, rows, startedAt)}
          />
          <CopyTool
            label="Mermaid"
            icon={<Workflow size={14} aria-hidden="true" />}
            disabled={rows.length === 0}
            text={() => ladderAsMermaid(lifelines, rows)}
          />
        </div>
      </div>
    </div>
  );
}

function Tool(props: {
  readonly title: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      title={props.title}
      disabled={props.disabled}
      className="flex h-7 items-center gap-1 rounded-md px-2 text-small hover:bg-raised disabled:text-muted"
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

function CopyTool(props: {
  readonly label: string;
  readonly icon: ReactNode;
  readonly disabled: boolean;
  readonly text: () => string;
}) {
  const { outcome, copy } = useCopy();
  return (
    <Tool
      title={`Copy the messages shown as ${props.label === 'text' ? 'a drawing in text' : 'a Mermaid sequence diagram'}`}
      disabled={props.disabled}
      onClick={() => copy(props.text())}
    >
      {outcome === 'copied' ? <Check size={14} aria-hidden="true" className="text-ok" /> : props.icon}
      <span aria-live="polite" className="@max-[60rem]:sr-only">
        {outcome === 'copied' ? 'Copied' : outcome === 'failed' ? 'Could not copy' : `Copy ${props.label}`}
      </span>
    </Tool>
  );
}

/** A whole message beside the ladder: what it says, what each header is for, what is new in it. */
import { Check, ClipboardCopy, Diff, X } from 'lucide-react';
import { memo, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Finding, LadderMessage, Lifeline } from '../../../contract/model.ts';
import { useConsole } from '../../store/store.ts';
import { showDirection } from '../../store/names.ts';
import { useOpenedFocus } from '../../ui/use-opened-focus.ts';
import { FindingNote } from '../findings/FindingNote.tsx';
import { useCopy } from './copy.ts';
import { diffMessages } from './diff.ts';
import type { DiffLine } from './diff.ts';
import { explainBodyLine, explainHeader } from './headers.ts';
import { formatElapsed, formatTime } from './rows.ts';
import type { LadderRow } from './fold.ts';

export interface MessagePanelProps {
  readonly row: LadderRow;
  /** How many there are: they grow in place. */
  readonly repeats: number;
  /** Those that it is evidence of. */
  readonly findings: readonly Finding[];
  /** An earlier message of its dialog to compare with. */
  readonly previous: LadderMessage | undefined;
  readonly lifelines: readonly Lifeline[];
  readonly startedAt: number;
  readonly onClose: () => void;
  /** What else can be done with the panel. */
  readonly extra?: ReactNode;
}

export const MessagePanel = memo(function MessagePanel(props: MessagePanelProps) {
  const { row, findings, previous, lifelines, startedAt } = props;
  const { message, repeats } = row;
  const [compare, setCompare] = useState(true);
  const [pointed, setPointed] = useState<number>();
  const { outcome, copy } = useCopy();
  const text = useRef<HTMLDivElement>(null);
  useOpenedFocus(
    text,
    useConsole((console) => console.ladder.openings),
  );
  const before = compare ? previous?.text : undefined;
  const lines = useMemo(() => diffMessages(before, message.text), [before, message.text]);
  const nameOf = (id: string): string => lifelines.find((it) => it.id === id)?.label ?? id;
  const bodyStart = lines.findIndex((line) => line.part === 'body');

  return (
    <aside
      aria-label={`Message ${message.label}`}
      className="flex h-full min-h-0 flex-col bg-panel"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        props.onClose();
      }}
    >
      <header className="border-b border-line px-3 py-1">
        <div className="flex items-center gap-1">
          <h3 className="min-w-0 flex-1 text-strong font-semibold wrap-anywhere">{message.label}</h3>
          <button
            type="button"
            aria-pressed={compare}
            disabled={previous === undefined}
            title={compare ? 'Show the message as it is' : 'Mark what changed'}
            className="flex h-7 items-center gap-1 rounded-md px-2 text-small hover:bg-raised disabled:text-muted aria-pressed:enabled:bg-raised aria-pressed:enabled:font-semibold"
            onClick={() => setCompare(!compare)}
          >
            <Diff size={14} aria-hidden="true" />
            Changes
          </button>
          <button
            type="button"
            className="flex h-7 items-center gap-1 rounded-md px-2 text-small hover:bg-raised"
            onClick={() => copy(message.text)}
          >
            {outcome === 'copied' ? (
              <Check size={14} aria-hidden="true" className="text-ok" />
            ) : (
              <ClipboardCopy size={14} aria-hidden="true" />
            )}
            <span aria-live="polite">
              {outcome === 'copied' ? 'Copied' : outcome === 'failed' ? 'Could not copy' : 'Copy'}
            </span>
          </button>
          {props.extra}
          <button
            type="button"
            aria-label="Close the message (Esc)"
            title="Close (Esc)"
            className="flex size-7 items-center justify-center rounded-md hover:bg-raised"
            onClick={props.onClose}
          >
            <X size={16} aria-hidden="true" />
          </button>
        </div>
        <p className="truncate text-small text-muted">
          {nameOf(message.from)} → {nameOf(message.to)} · {message.transport} ·{' '}
          {formatTime('absolute', message.at, startedAt, undefined)}
        </p>
        {repeats.length > 0 && (
          <p className="text-small text-warn">
            Sent {repeats.length + 1} times: {formatElapsed(message.at - startedAt)}
            {repeats.map((repeat) => `, ${formatElapsed(repeat.at - startedAt)}`)}
          </p>
        )}
      </header>
      <div
        ref={text}
        role="region"
        aria-label="Text of the message"
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto py-1 font-mono text-small focus-visible:outline-offset-[-2px]"
        onPointerLeave={() => setPointed(undefined)}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          const next = Math.max(0, Math.min(lines.length - 1, (pointed ?? -1) + step));
          setPointed(next);
          event.currentTarget.querySelector(`[data-line="${next}"]`)?.scrollIntoView({ block: 'nearest' });
        }}
      >
        {findings.length > 0 && (
          <ul
            aria-label="Findings"
            className="-mt-1 mb-1 flex flex-col gap-2 border-b border-line bg-raised px-3 py-2 font-sans text-body"
          >
            {findings.map((finding) => (
              <li key={`${finding.transferId} ${finding.id}`}>
                <FindingNote finding={finding} />
              </li>
            ))}
          </ul>
        )}
        {lines.map((line, index) => (
          <div key={`${index} ${line.text}`}>
            {index === bodyStart && <div aria-hidden="true" className="my-1 border-t border-line" />}
            <LineView line={line} index={index} pointed={index === pointed} onPoint={setPointed} />
          </div>
        ))}
      </div>
      <footer
        aria-live="polite"
        className="flex min-h-10 items-center border-t border-line bg-raised px-3 py-1 text-small text-muted"
      >
        {pointed !== undefined && lines[pointed] !== undefined
          ? explain(lines[pointed])
          : previous === undefined
            ? 'First message of its dialog. Point at a line to read what it is for.'
            : compare
              ? `Marked: what changed since ${previous.label} at ${formatElapsed(previous.at - startedAt)}.`
              : 'Point at a line to read what it is for.'}
      </footer>
    </aside>
  );
});

function explain(line: DiffLine): string {
  if (line.part === 'start') return 'The first line: what is asked for, or what is answered.';
  if (line.part === 'body') return explainBodyLine(line.text) ?? 'A line of the body.';
  return explainHeader(line.name ?? '') ?? `${line.name}: no explanation at hand.`;
}

const signs = { same: ' ', changed: '~', added: '+', removed: '−' } as const;
const signNames = { same: '', changed: 'changed: ', added: 'new: ', removed: 'gone: ' } as const;
const tints = {
  same: '',
  changed: 'bg-[color-mix(in_srgb,var(--color-info)_9%,transparent)]',
  added: 'bg-[color-mix(in_srgb,var(--color-ok)_11%,transparent)]',
  removed: 'text-muted line-through',
} as const;

function LineView(props: {
  readonly line: DiffLine;
  readonly index: number;
  readonly pointed: boolean;
  readonly onPoint: (index: number) => void;
}) {
  const { line } = props;
  return (
    <div
      data-line={props.index}
      className={`flex px-1 ${props.pointed ? 'bg-raised' : tints[line.change]}`}
      onPointerEnter={() => props.onPoint(props.index)}
    >
      <span aria-hidden="true" className="w-4 shrink-0 text-center text-muted no-underline select-none">
        {signs[line.change]}
      </span>
      <span className="min-w-0 pl-3 -indent-3 wrap-anywhere whitespace-pre-wrap [unicode-bidi:isolate]">
        {line.change !== 'same' && <span className="sr-only">{signNames[line.change]}</span>}
        <LineText line={line} />
      </span>
    </div>
  );
}

function LineText({ line }: { readonly line: DiffLine }) {
  const { text, part, span } = line;
  if (part === 'start')
    return (
      <b>
        <Marked text={text} span={span} offset={0} />
      </b>
    );
  if (part === 'body') return <Marked text={text} span={span} offset={0} />;
  const colon = text.indexOf(':') + 1;
  return (
    <>
      <span className="font-semibold text-accent">{showDirection(text.slice(0, colon))}</span>
      <Marked text={text.slice(colon)} span={span} offset={colon} />
    </>
  );
}

/** Underlines the part that differs. `offset` is where `text` begins in its line. */
function Marked(props: { readonly text: string; readonly span: DiffLine['span']; readonly offset: number }) {
  const { text, span, offset } = props;
  if (span === undefined) return showDirection(text);
  const start = Math.max(0, span[0] - offset);
  const end = Math.max(start, span[1] - offset);
  return (
    <>
      {showDirection(text.slice(0, start))}
      <mark className="bg-[color-mix(in_srgb,var(--color-info)_26%,transparent)] text-inherit">
        {showDirection(text.slice(start, end))}
      </mark>
      {showDirection(text.slice(end))}
    </>
  );
}

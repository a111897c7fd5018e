/** What there is beside a record: its recording, and what diagnosis found in its call. */
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { CallRecord, Finding } from '../../../contract/model.ts';
import { problemOf } from '../../store/ladder.ts';
import { useConsole } from '../../store/store.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { formatNumber } from '../../ui/number.ts';
import { FindingNote } from '../findings/FindingNote.tsx';
import { formatClock, formatDay } from './format.ts';
import { RecordingPlayer } from './RecordingPlayer.tsx';

export interface RecordDetailProps {
  readonly record: CallRecord;
  /** Begin with its recording. */
  readonly play: boolean;
  readonly onLadder: (message?: number) => void;
  readonly onClose: () => void;
}

export function RecordDetail({ record, play, onLadder, onClose }: RecordDetailProps) {
  const party = (name: string, number: string): string => name || formatNumber(number);
  return (
    <aside
      aria-label="Details of the record"
      className="flex max-h-[70%] shrink-0 flex-col border-t border-line bg-panel"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className="flex h-9 shrink-0 items-center gap-3 border-b border-line px-3">
        <h3 className="min-w-0 flex-1 truncate">
          <span className="font-semibold">
            {party(record.fromName, record.from)} to {party(record.toName, record.to)}
          </span>
          <span className="text-muted">
            {' '}
            · {formatDay(record.startedAt)} {formatClock(record.startedAt)}
          </span>
        </h3>
        <Button onClick={() => onLadder()}>Ladder</Button>
        <IconButton label="Close the details (Esc)" icon={<X aria-hidden="true" size={16} />} onClick={onClose} />
      </header>
      <div className="grid min-h-0 grid-cols-1 gap-x-6 gap-y-2 overflow-y-auto px-3 py-2 wide:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
        {record.recording ? (
          <RecordingPlayer
            key={record.id}
            recordId={record.id}
            durationMs={record.recording.durationMs}
            autoPlay={play}
          />
        ) : (
          <p className="text-muted">
            {record.answeredAt === null
              ? 'No recording: nobody answered.'
              : 'No recording: it was not on for this trunk or number.'}
          </p>
        )}
        <Findings record={record} onLadder={onLadder} />
      </div>
    </aside>
  );
}

function Findings({ record, onLadder }: Pick<RecordDetailProps, 'record' | 'onLadder'>) {
  const { callId } = record;
  const found = useConsole((console) => console.findings[callId]);
  const load = useConsole((console) => console.loadFindings);
  const [problem, setProblem] = useState<string>();
  const expected = (record.findings ?? []).length > 0;
  useEffect(() => {
    setProblem(undefined);
    if (expected) load(callId).catch((failure: unknown) => setProblem(problemOf(failure)));
  }, [load, callId, expected]);

  if (!expected) return <p className="text-muted">Nothing was found wrong with this call.</p>;
  if (problem !== undefined) return <p role="alert">{problem}</p>;
  if (found === undefined) return <p className="text-muted">Loading what was found…</p>;
  return (
    <ul aria-label="Findings" className="flex flex-col gap-2">
      {found.map((finding: Finding, index) => (
        <li key={index}>
          <FindingNote finding={finding}>
            <button
              type="button"
              aria-label={`Show the message: ${finding.title}`}
              className="shrink-0 text-accent underline"
              onClick={() => onLadder(finding.messageSeqs[0])}
            >
              Show the message
            </button>
          </FindingNote>
        </li>
      ))}
    </ul>
  );
}

/** What there is beside a record: its recording, and what diagnosis found in its call. */
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { CallRecord, Finding } from '../../../contract/model.ts';
import { problemOf } from '../../store/ladder.ts';
import { useConsole } from '../../store/store.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { formatNumber } from '../../ui/number.ts';
import { FindingNote } from '../findings/FindingNote.tsx';
import { DeleteRecording } from './DeleteRecording.tsx';
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
      className="flex max-h-[60%] shrink-0 flex-col border-t border-line bg-panel"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1">
        <h3 className="max-w-90 min-w-0 truncate">
          <span className="font-semibold">
            {party(record.fromName, record.from)} to {party(record.toName, record.to)}
          </span>
          <span className="text-muted">
            {' '}
            · {formatDay(record.startedAt)} {formatClock(record.startedAt)}
          </span>
        </h3>
        <div className="flex min-w-0 flex-1 basis-72 items-center gap-1">
          {record.recording ? (
            <>
              <RecordingPlayer
                key={record.id}
                recordId={record.id}
                durationMs={record.recording.durationMs}
                autoPlay={play}
              />
              <DeleteRecording recordId={record.id} />
            </>
          ) : (
            <p className="text-muted">
              {record.answeredAt === null
                ? 'No recording: nobody answered.'
                : 'No recording: it was not on for this trunk or number, or was deleted.'}
            </p>
          )}
        </div>
        <Button onClick={() => onLadder()}>Ladder</Button>
        <IconButton label="Close the details (Esc)" icon={<X aria-hidden="true" size={16} />} onClick={onClose} />
      </header>
      {record.findings !== undefined && <Findings callId={record.callId} onLadder={onLadder} />}
    </aside>
  );
}

interface FindingsProps {
  readonly callId: string;
  readonly onLadder: RecordDetailProps['onLadder'];
}

function Findings({ callId, onLadder }: FindingsProps) {
  const found = useConsole((console) => console.findings[callId]);
  const load = useConsole((console) => console.loadFindings);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    setProblem(undefined);
    load(callId).catch((failure: unknown) => setProblem(problemOf(failure)));
  }, [load, callId]);

  if (problem !== undefined) {
    return (
      <p role="alert" className="border-t border-line px-3 py-2">
        {problem}
      </p>
    );
  }
  return (
    <ul aria-label="Findings" className="flex min-h-0 flex-col gap-2 overflow-y-auto border-t border-line px-3 py-2">
      {found?.map((finding: Finding, index) => (
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

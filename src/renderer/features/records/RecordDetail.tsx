/** A record beside the list: its legs, its recording, and what diagnosis found in its call. */
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { CallRecord, Finding } from '../../../contract/model.ts';
import { problemOf } from '../../store/ladder.ts';
import { useConsole } from '../../store/store.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { formatClockTime, formatDay } from '../../ui/dates.ts';
import { formatNumber } from '../../ui/number.ts';
import { useOpenedFocus } from '../../ui/use-opened-focus.ts';
import { FindingNote } from '../findings/FindingNote.tsx';
import { LegQualities } from '../quality/LegQualities.tsx';
import { DeleteRecording } from './DeleteRecording.tsx';
import { encryptionWords, endedByWords, formatDuration, resultWords } from './format.ts';
import { RecordingPlayer } from './RecordingPlayer.tsx';

export interface RecordDetailProps {
  readonly record: CallRecord;
  /** All records of its session that are loaded. */
  readonly legs: readonly CallRecord[];
  /** Begin with its recording. */
  readonly play: boolean;
  readonly onLadder: () => void;
  /** Shows the message of its call with this `seq`. */
  readonly onMessage: (message: number | undefined) => void;
  readonly onClose: () => void;
}

export function RecordDetail({ record, legs, play, onLadder, onMessage, onClose }: RecordDetailProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useOpenedFocus(
    title,
    useConsole((console) => console.records.openings),
  );
  const now = useConsole((console) => console.now)();
  return (
    <aside
      aria-label="Details of the record"
      className="flex h-full w-[clamp(22rem,42%,44rem)] shrink-0 flex-col border-l border-line bg-panel @max-[46rem]:w-full"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className="flex min-h-10 shrink-0 items-start gap-2 border-b border-line px-3 py-1">
        <div className="min-w-0 flex-1 py-1">
          <h3 ref={title} tabIndex={-1} className="font-semibold wrap-anywhere outline-none">
            <People record={record} />
          </h3>
          <p className="text-small text-muted">
            {formatDay(record.startedAt, now)} {formatClockTime(record.startedAt)}
          </p>
        </div>
        <Button onClick={onLadder}>Ladder</Button>
        <IconButton
          label="Close the details (Esc)"
          className="my-0.5"
          icon={<X aria-hidden="true" size={16} />}
          onClick={onClose}
        />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <ul aria-label="Legs" className="px-3 py-2">
          {legs.map((leg) => (
            <li key={leg.id} className="wrap-anywhere">
              <People record={leg} /> <span className="text-muted">· {outcome(leg)}</span>
            </li>
          ))}
        </ul>
        {record.quality !== undefined && <Encryption legs={record.quality} />}
        <div className="flex items-center gap-1 border-t border-line px-3 py-1">
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
        {record.quality && (
          <section aria-label="Quality" className="border-t border-line px-3 py-2">
            <h4 className="font-semibold">How it was heard</h4>
            <LegQualities legs={record.quality} />
          </section>
        )}
        {record.findings !== undefined && <Findings callId={record.callId} onMessage={onMessage} />}
      </div>
    </aside>
  );
}

function People({ record }: { readonly record: CallRecord }) {
  return (
    <>
      <bdi>{record.fromName || formatNumber(record.from)}</bdi> to <bdi>{record.toName || formatNumber(record.to)}</bdi>
    </>
  );
}

/** Whether the sound of each leg was encrypted on its way to the trunk; nothing for records of earlier versions. */
function Encryption({ legs }: { readonly legs: NonNullable<CallRecord['quality']> }) {
  const known = legs.flatMap(({ role, number, encryption }) =>
    encryption ? [`${role === 'console' ? 'console' : formatNumber(number)} ${encryptionWords[encryption]}`] : [],
  );
  return known.length > 0 && <p className="px-3 pb-2 text-muted wrap-anywhere">Sound: {known.join(', ')}.</p>;
}

function outcome(record: CallRecord): string {
  const status = record.sipStatus !== null && record.sipStatus >= 300 ? ` (${record.sipStatus})` : '';
  const talked = record.answeredAt === null ? '' : `, ${formatDuration(record.durationMs)}`;
  return `${resultWords[record.result]}${status}${talked}, ended by ${endedByWords[record.endedBy].toLowerCase()}`;
}

interface FindingsProps {
  readonly callId: string;
  readonly onMessage: RecordDetailProps['onMessage'];
}

function Findings({ callId, onMessage }: FindingsProps) {
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
    <ul aria-label="Findings" className="flex flex-col gap-2 border-t border-line px-3 py-2">
      {found?.map((finding: Finding, index) => (
        <li key={index}>
          <FindingNote finding={finding}>
            <button
              type="button"
              aria-label={`Show the message: ${finding.title}`}
              className="shrink-0 text-accent underline"
              onClick={() => onMessage(finding.messageSeqs[0])}
            >
              Show the message
            </button>
          </FindingNote>
        </li>
      ))}
    </ul>
  );
}

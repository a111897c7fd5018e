import { CheckField, TextField } from './Field.tsx';
import { problemAt, problemWithin } from './problems.ts';
import type { SectionProps } from './sections.ts';

export function RecordingSection({ draft, problems, edit }: SectionProps) {
  return (
    <>
      <p className="text-muted">
        Stereo WAV files of answered legs: who was there first on the left. The recording of a call stops when the
        endpoint is disconnected; a transfer leg is recorded when its target is.
      </p>
      <CheckField
        label="Record every call of the trunk"
        checked={draft.recordTrunk}
        onChange={(recordTrunk) => edit({ recordTrunk })}
      />
      <TextField
        label="Numbers whose calls are recorded"
        placeholder="+14155550101 +14155551234"
        value={draft.recordNumbers}
        hint="In E.164, with blanks between them."
        problem={problemWithin(problems, 'recording.numbers') ?? problemAt(problems, 'recording.folder')}
        onChange={(recordNumbers) => edit({ recordNumbers })}
        className="max-w-[480px]"
      />
      <CheckField
        label="Let the API start and stop recording while people talk"
        checked={draft.recordByHand}
        onChange={(recordByHand) => edit({ recordByHand })}
      />
      <TextField
        label="Days that recordings are kept"
        inputMode="numeric"
        value={draft.keepDays}
        hint="Older ones are deleted, within the hour. 0 keeps them until somebody deletes them."
        problem={problemAt(problems, 'recording.keepDays')}
        onChange={(keepDays) => edit({ keepDays })}
        className="max-w-[312px]"
      />
    </>
  );
}

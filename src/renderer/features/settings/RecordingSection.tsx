import { NOTICE_WORDS, CHANNEL_WORDS } from './changes.ts';
import { CheckField, SelectField, TextField } from './Field.tsx';
import { problemAt, problemWithin } from './problems.ts';
import type { SectionProps } from './sections.ts';

const NOTICES = (['off', 'beep', 'announcement'] as const).map((value) => ({ value, label: NOTICE_WORDS[value] }));
const CHANNELS = (['legs', 'mix'] as const).map((value) => ({ value, label: CHANNEL_WORDS[value] }));

export function RecordingSection({ draft, problems, edit }: SectionProps) {
  return (
    <>
      <p className="text-muted">
        WAV files of answered legs. The recording of a call stops when the endpoint is disconnected; a transfer leg is
        recorded when its target is.
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
        label="Let calls be recorded by hand, from the console and the API"
        checked={draft.recordByHand}
        onChange={(recordByHand) => edit({ recordByHand })}
      />
      <div className="grid max-w-[640px] grid-cols-2 gap-4 max-[640px]:grid-cols-1">
        <SelectField
          label="Both sides are told by"
          value={draft.recordNotice}
          options={NOTICES}
          onChange={(recordNotice) => edit({ recordNotice })}
        />
        <SelectField
          label="Channels"
          value={draft.recordChannels}
          options={CHANNELS}
          onChange={(recordChannels) => edit({ recordChannels })}
        />
      </div>
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

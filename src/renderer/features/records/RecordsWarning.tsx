import { useState } from 'react';
import { useConsole } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNote } from '../../ui/Notes.tsx';
import { recordsWords } from './records-words.ts';

/** The records cannot be read or written now, or can be again (W4). */
export function RecordsWarning() {
  const records = useConsole((state) => state.trunk?.records);
  const [read, setRead] = useState<number>();
  const words = recordsWords(records);
  if (!words || (words.over && read === records?.since)) return null;
  return (
    <ErrorNote
      tone={words.over ? 'warn' : 'bad'}
      title={words.title}
      action={words.over && <Button onClick={() => setRead(records?.since)}>Got it</Button>}
    >
      {words.says}
    </ErrorNote>
  );
}

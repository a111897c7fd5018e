import { useState } from 'react';
import { useConsole } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNote } from '../../ui/Notes.tsx';
import { storageWords } from './storage.ts';

/** The configuration file was damaged at the start, or cannot be written now. */
export function StorageWarning() {
  const storage = useConsole((state) => state.storage);
  const save = useConsole((state) => state.saveSettings);
  const attempt = useConsole((state) => state.attempt);
  const [read, setRead] = useState(false);
  const words = storageWords(storage);
  return (
    <>
      {!read && storage && storage.notices.length > 0 && (
        <ErrorNote
          tone="warn"
          title="The configuration file could not be used"
          action={<Button onClick={() => setRead(true)}>Got it</Button>}
        >
          {storage.notices.map((notice) => (
            <p key={notice}>{notice}</p>
          ))}
        </ErrorNote>
      )}
      {words?.tone === 'bad' && (
        <ErrorNote
          title="The settings are not saved"
          action={
            words.action && (
              <Button onClick={() => void attempt(save(words.action?.overwrite ?? false))}>{words.action.label}</Button>
            )
          }
        >
          {words.says}
        </ErrorNote>
      )}
    </>
  );
}

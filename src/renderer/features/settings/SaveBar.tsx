import { useConsole } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';
import { sectionOf } from './problems.ts';
import { storageWords } from './storage.ts';
import type { SettingsForm } from './use-settings.ts';

interface SaveBarProps {
  form: SettingsForm;
  /** Somebody wants to go, but there is something unsaved. */
  leaving: boolean;
  onSave(): void;
  onStay(): void;
  onLeave(): void;
}

/** What would change or has changed, and the buttons that decide about it. */
export function SaveBar({ form, leaving, onSave, onStay, onLeave }: SaveBarProps) {
  const { changes, saved, saving, trunk } = form;
  return (
    <footer className="flex min-h-14 shrink-0 items-center gap-3 border-t border-line px-4 py-2">
      <div role="status" className="max-h-24 min-w-0 flex-1 overflow-auto">
        <Words form={form} leaving={leaving} />
        {trunk && trunk.needsRestart.length > 0 && (
          <p className="text-small text-warn">Counts after a restart of the program: {trunk.needsRestart.join(', ')}</p>
        )}
        <StorageLine />
      </div>
      {leaving && changes.length > 0 ? (
        <>
          <Button autoFocus onClick={onStay}>
            Go on editing
          </Button>
          <Button look="danger" onClick={onLeave}>
            Discard and close
          </Button>
        </>
      ) : (
        <Button disabled={changes.length === 0 || saving} onClick={form.revert}>
          Revert
        </Button>
      )}
      <Button
        look="primary"
        disabled={changes.length === 0 || saving}
        title={saved === undefined ? undefined : 'Everything is saved'}
        onClick={onSave}
      >
        Save
      </Button>
    </footer>
  );
}

const TONES = { calm: 'text-muted', warn: 'text-warn', bad: 'text-bad' } as const;

/** Where the settings are kept, or that they are not, and what to press. */
function StorageLine() {
  const words = storageWords(useConsole((state) => state.storage));
  const save = useConsole((state) => state.saveSettings);
  const attempt = useConsole((state) => state.attempt);
  if (!words) return null;
  const { tone, says, action } = words;
  return (
    <p className={`flex flex-wrap items-center gap-x-2 text-small break-all ${TONES[tone]}`}>
      <span>{says}</span>
      {action && <Button onClick={() => void attempt(save(action.overwrite))}>{action.label}</Button>}
    </p>
  );
}

function Words({ form: { changes, problems, saved }, leaving }: { form: SettingsForm; leaving: boolean }) {
  const elsewhere = problems.filter((problem) => sectionOf(problem) === undefined);
  if (leaving && changes.length > 0) return <p>Not saved yet: {changes.join('; ')}</p>;
  if (problems.length > 0) {
    return (
      <p className="text-bad">
        Nothing was saved: the trunk found {problems.length === 1 ? 'a problem' : `${problems.length} problems`}.
        {elsewhere.map(({ path, says }) => ` ${path}${path && ': '}${says}.`)}
      </p>
    );
  }
  if (changes.length > 0) return <p>{changes.join('; ')}</p>;
  if (saved !== undefined) return <p className="text-ok">Saved. {saved.join('; ')}</p>;
  return <p className="text-muted">Changes hold from the next call or request on; live calls go on as they are.</p>;
}

import { useState, type KeyboardEvent } from 'react';
import type { DirectoryEntry } from '../../../contract/model.ts';
import type { Line } from '../../store/line-model.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { withApplication } from '../../store/hearing.ts';
import { opinionOn, targetsFor, type TransferDraft } from '../../store/transfer.ts';
import { lineTitle } from '../../store/words.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNote } from '../../ui/Notes.tsx';
import { CheckLine } from './CheckLine.tsx';
import { TargetOptions, optionId } from './TargetOptions.tsx';

const LIST_ID = 'transfer-targets';

/** Where to? A number or a name; the line below says beforehand what the trunk will do with it. */
export function TransferEntry({ line, draft }: { line: Line; draft: TransferDraft }) {
  const directory = useConsole((state) => state.directory);
  const { setTarget, submitTarget, closeTransfer, attempt } = useConsoleStore().getState();
  const application = useConsole((state) => withApplication(state, line.id));
  const [active, setActive] = useState(-1);
  const options = targetsFor(directory, draft.input, line.number);
  const check = opinionOn(draft);

  const pick = (entry: DirectoryEntry | undefined) => {
    if (!entry) return;
    setActive(-1);
    void setTarget(entry.number);
  };
  const submit = (anyway = false) => void attempt(submitTarget(anyway));
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (options.length === 0) return;
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (active >= 0) pick(options[active]);
      else submit(event.ctrlKey);
    }
  };

  return (
    <form
      aria-label="Transfer"
      className="flex min-h-0 flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label htmlFor="transfer-target" className="font-semibold">
        Transfer {lineTitle(line, directory)} to
      </label>
      <div className="flex gap-2">
        <input
          id="transfer-target"
          role="combobox"
          aria-expanded={options.length > 0}
          aria-controls={LIST_ID}
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 ? optionId(active) : undefined}
          aria-describedby="transfer-check"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          placeholder="Number or name"
          value={draft.input}
          onChange={(event) => {
            setActive(-1);
            void setTarget(event.target.value);
          }}
          onKeyDown={press}
          className="h-8 min-w-0 flex-1 rounded-md border border-line bg-panel px-2.5 text-strong focus-visible:border-accent"
        />
        <Button look="primary" type="submit" shortcut="⏎" disabled={!check?.ok}>
          Transfer
        </Button>
        <Button shortcut="Esc" onClick={closeTransfer}>
          Cancel
        </Button>
      </div>
      {application && (
        <ErrorNote
          tone="warn"
          title="You talk with an application: there is nobody to transfer, and the trunk refuses REFER (603)."
        />
      )}
      <CheckLine
        draft={draft}
        check={check}
        options={options}
        onFix={(fix) => void setTarget(fix)}
        onAnyway={() => submit(true)}
      />
      <TargetOptions id={LIST_ID} options={options} active={active} onPick={pick} />
    </form>
  );
}

import { useMemo } from 'react';
import type { Line } from '../../store/line-model.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { withApplication } from '../../store/hearing.ts';
import { judgeTarget, targetOptions, type TargetOption } from '../../store/targets.ts';
import { opinionOn, type TransferDraft } from '../../store/transfer.ts';
import { lineTitle } from '../../store/words.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNote } from '../../ui/Notes.tsx';
import { CheckLine } from '../dial/CheckLine.tsx';
import { NumberField, useActive } from '../dial/NumberField.tsx';
import { TargetOptions } from '../dial/TargetOptions.tsx';

const LIST_ID = 'transfer-targets';
const CHECK_ID = 'transfer-check';

/** Where to? A number or a name; the line below says beforehand what will become of it. */
export function TransferEntry({ line, draft }: { line: Line; draft: TransferDraft }) {
  const directory = useConsole((state) => state.directory);
  const lastResults = useConsole((state) => state.lastResults);
  const lines = useConsole((state) => state.lines);
  const { setTarget, submitTarget, closeTransfer, attempt } = useConsoleStore().getState();
  const application = useConsole((state) => withApplication(state, line.id));
  const options = useMemo(
    () => targetOptions({ directory, lastResults, lines }, draft.input, line.id),
    [directory, lastResults, lines, draft.input, line.id],
  );
  const [active, setActive] = useActive(options);
  const check = opinionOn(draft);
  const judged = check && judgeTarget(check, 'transfer', { lines, directory }, line.id);
  const pick = ({ number }: TargetOption) => {
    setActive(-1);
    void attempt(setTarget(number));
  };
  const submit = (anyway: boolean) => void attempt(submitTarget(anyway));
  return (
    <form
      aria-label="Transfer"
      className="flex min-h-0 flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        submit(false);
      }}
    >
      <label htmlFor="transfer-target" className="font-semibold wrap-anywhere">
        Transfer <bdi>{lineTitle(line, directory)}</bdi> to
      </label>
      <div className="flex flex-wrap gap-2">
        <NumberField
          id="transfer-target"
          listId={LIST_ID}
          checkId={CHECK_ID}
          placeholder="Number or name"
          value={draft.input}
          options={options}
          active={active}
          expanded
          autoFocus
          onActive={setActive}
          onInput={(input) => void attempt(setTarget(input))}
          onPick={pick}
          onSubmit={submit}
        />
        <Button look="primary" type="submit" shortcut="⏎" disabled={!judged || judged.held}>
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
        id={CHECK_ID}
        input={draft.input}
        purpose="transfer"
        check={check}
        judged={judged}
        options={options}
        hint="The trunk places the call and reports each step. You stay on the line until it is answered."
        onFix={(fix) => void attempt(setTarget(fix))}
        onAnyway={() => submit(true)}
        className="min-h-18"
      />
      <TargetOptions id={LIST_ID} options={options} active={active} onPick={pick} className="min-h-[104px]" />
    </form>
  );
}

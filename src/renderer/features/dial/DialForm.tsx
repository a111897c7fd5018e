import { Delete, History, Phone } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { dialledName, dialOpinion } from '../../store/dial.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { judgeTarget, targetOptions, type TargetOption } from '../../store/targets.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { DIAL_FIELD_ID, KEYPAD_ID } from '../keys/bindings.ts';
import { CheckLine } from './CheckLine.tsx';
import { NumberField, useActive } from './NumberField.tsx';
import { TargetOptions } from './TargetOptions.tsx';

const LIST_ID = 'dial-targets';
const CHECK_ID = 'dial-check';

/** Whom to call: the field, the list and the judgement of a transfer, for a call of one's own. */
export function DialForm() {
  const store = useConsoleStore();
  const form = useRef<HTMLFormElement>(null);
  const number = useConsole((state) => state.dialNumber);
  const ready = useConsole((state) => state.registration.state === 'registered');
  const directory = useConsole((state) => state.directory);
  const lastResults = useConsole((state) => state.lastResults);
  const lines = useConsole((state) => state.lines);
  const check = useConsole(dialOpinion);
  const last = useConsole(dialledName);
  const [focused, setFocused] = useState(false);
  const { setDialNumber, submitDial, recallDialled, selectLine, attempt } = store.getState();
  const options = useMemo(
    () => targetOptions({ directory, lastResults, lines }, number),
    [directory, lastResults, lines, number],
  );
  const [active, setActive] = useActive(options);
  const judged = check && judgeTarget(check, 'dial', { lines, directory });
  const decided = check?.number !== undefined;
  const listed = focused && (active >= 0 || (number.trim() !== '' && !decided && options.length > 0));
  const pick = ({ lineId, number: picked }: TargetOption) => {
    setActive(-1);
    if (lineId === undefined) void attempt(setDialNumber(picked));
    else selectLine(lineId);
  };
  const submit = (anyway: boolean) => {
    if (!ready) return;
    const lineCount = () => Object.keys(store.getState().lines).length;
    const before = lineCount();
    let called = false;
    // Enter may be quicker than the trunk's opinion. From then on what is typed is for whom is called, and no number.
    const calling = () => {
      called = true;
      if (form.current?.contains(document.activeElement)) document.getElementById(KEYPAD_ID)?.focus();
    };
    void attempt(submitDial(anyway, calling)).then(() => {
      // They are not called: the number is to be mended.
      if (called && lineCount() <= before) document.getElementById(DIAL_FIELD_ID)?.focus();
    });
  };
  return (
    <form
      ref={form}
      aria-label="Call a number"
      className="relative flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        submit(false);
      }}
    >
      <label htmlFor={DIAL_FIELD_ID} className="sr-only">
        Number to call
      </label>
      <div className="flex items-center gap-2">
        <NumberField
          id={DIAL_FIELD_ID}
          listId={LIST_ID}
          checkId={CHECK_ID}
          placeholder="Number or name"
          value={number}
          options={options}
          active={active}
          expanded={listed}
          onActive={setActive}
          onInput={(input) => void attempt(setDialNumber(input))}
          onPick={pick}
          onSubmit={submit}
          onFocused={(on) => {
            setFocused(on);
            if (!on) setActive(-1);
          }}
        >
          {number === '' ? (
            <IconButton
              label={last === undefined ? 'Nothing was called yet' : `Redial ${last}`}
              icon={<History aria-hidden="true" size={16} />}
              disabled={last === undefined}
              onClick={() => void attempt(recallDialled())}
            />
          ) : (
            <IconButton
              label="Delete the last digit"
              icon={<Delete aria-hidden="true" size={16} />}
              onClick={() => void attempt(setDialNumber(number.slice(0, -1)))}
            />
          )}
        </NumberField>
        <Button
          look="good"
          type="submit"
          icon={<Phone aria-hidden="true" size={16} />}
          disabled={!ready || number.trim() === '' || (judged !== undefined && judged.tone === 'not-sent')}
        >
          Call
        </Button>
      </div>
      <CheckLine
        id={CHECK_ID}
        input={number}
        purpose="dial"
        check={check}
        judged={judged}
        options={options}
        hint={last === undefined ? 'Type a number, a name or an address.' : `⏎ brings back ${last}.`}
        onFix={(fix) => void attempt(setDialNumber(fix))}
        onAnyway={() => submit(true)}
        className="min-h-10"
      />
      {/* Over the keys, so that these do not move. */}
      {listed && (
        <TargetOptions
          id={LIST_ID}
          options={options}
          active={active}
          onPick={pick}
          narrow
          className="absolute inset-x-0 top-full z-10 max-h-56 shadow-xl"
        />
      )}
    </form>
  );
}

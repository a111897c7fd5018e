import { Delete, Phone } from 'lucide-react';
import { selectedLine } from '../../store/line-model.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { lineTitle } from '../../store/words.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { compactNumber } from '../../ui/number.ts';
import { DIAL_FIELD_ID, KEYPAD_ID, typeDigit } from '../keys/bindings.ts';

const KEYS: readonly [digit: string, letters: string][] = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
];

/** A number to call, and the keys: tones for whom we talk with, else digits of that number. */
export function KeypadPanel() {
  const store = useConsoleStore();
  const number = useConsole((state) => state.dialNumber);
  const ready = useConsole((state) => state.registration.state === 'registered');
  const directory = useConsole((state) => state.directory);
  const line = useConsole(selectedLine);
  const { dial, setDialNumber, attempt } = store.getState();
  const listening = line?.state === 'live' && !line.held ? line : undefined;
  return (
    <div className="flex flex-col gap-3 p-3">
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (number.trim() === '' || !ready) return;
          void attempt(dial(compactNumber(number)));
          // What is typed next is for whom was called.
          document.getElementById(KEYPAD_ID)?.focus();
        }}
      >
        <div className="flex h-8 min-w-0 flex-1 items-center rounded-md border border-line pr-0.5 focus-within:border-accent focus-within:outline-2 focus-within:outline-accent">
          <label htmlFor={DIAL_FIELD_ID} className="sr-only">
            Number to call
          </label>
          <input
            id={DIAL_FIELD_ID}
            autoComplete="off"
            spellCheck={false}
            inputMode="tel"
            placeholder="Number to call"
            value={number}
            onChange={(event) => setDialNumber(event.target.value)}
            className="h-full min-w-0 flex-1 bg-transparent px-2.5 text-strong outline-none placeholder:text-muted"
          />
          <IconButton
            label="Delete the last digit"
            icon={<Delete aria-hidden="true" size={16} />}
            disabled={number === ''}
            onClick={() => setDialNumber(number.slice(0, -1))}
          />
        </div>
        <Button
          look="good"
          type="submit"
          icon={<Phone aria-hidden="true" size={16} />}
          disabled={!ready || number.trim() === ''}
        >
          Call
        </Button>
      </form>
      <p role="status" className="text-small text-muted">
        {listening
          ? `The keys send tones to ${lineTitle(listening, directory)}. Hold the call to dial another number with them.`
          : 'The keys type a number.'}
      </p>
      <div
        id={KEYPAD_ID}
        role="group"
        aria-label={listening ? 'Tones' : 'Digits'}
        tabIndex={-1}
        className="grid grid-cols-3 gap-1.5 rounded-md"
      >
        {KEYS.map(([digit, letters]) => (
          <button
            key={digit}
            type="button"
            aria-label={digit}
            onClick={() => typeDigit(store.getState(), digit)}
            className="flex h-11 flex-col items-center justify-center rounded-md border border-line bg-raised leading-4 hover:border-muted active:bg-line"
          >
            <span className="text-strong font-semibold">{digit}</span>
            <span className="h-3 text-[10px] leading-3 tracking-wider text-muted">{letters}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

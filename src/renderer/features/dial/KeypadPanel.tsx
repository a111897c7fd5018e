import { selectedLine } from '../../store/line-model.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { lineTitle } from '../../store/words.ts';
import { KEYPAD_ID, typeDigit } from '../keys/bindings.ts';
import { DialForm } from './DialForm.tsx';

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
  const directory = useConsole((state) => state.directory);
  const line = useConsole(selectedLine);
  const listening = line?.state === 'live' && !line.held ? line : undefined;
  return (
    <div className="flex flex-col gap-3 p-3">
      <DialForm />
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

import { linesBySlot } from '../../store/lines.ts';
import { useConsole } from '../../store/store.ts';
import { LineRow } from './LineRow.tsx';

/** Nine fixed places: a call that arrives takes an empty one, and nothing else moves. */
export function LineList() {
  const lines = useConsole((state) => state.lines);
  return (
    <nav aria-label="Lines" className="flex min-h-0 flex-col bg-panel">
      <h2 className="flex h-9 shrink-0 items-center border-b border-line px-3 font-semibold max-wide:sr-only">Lines</h2>
      <ol className="min-h-0 flex-1 overflow-auto max-wide:flex max-wide:overflow-x-auto">
        {linesBySlot(lines).map((line, index) => (
          <li
            key={index}
            className={`border-b border-line/50 max-wide:border-r max-wide:border-b-0 ${line ? 'max-wide:w-44 max-wide:shrink-0' : 'max-wide:min-w-6 max-wide:flex-1'}`}
          >
            <LineRow slot={index + 1} line={line} />
          </li>
        ))}
      </ol>
    </nav>
  );
}

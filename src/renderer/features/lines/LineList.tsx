import { linesBySlot, type Line } from '../../store/line-model.ts';
import { useConsole } from '../../store/store.ts';
import { LineRow } from './LineRow.tsx';

/** Nine fixed places: a call that arrives takes an empty one, and nothing else moves. */
export function LineList() {
  const lines = useConsole((state) => state.lines);
  return (
    <nav aria-label="Lines" className="flex h-full min-h-0 flex-col bg-panel">
      <h2 className="flex h-9 shrink-0 items-center border-b border-line px-3 font-semibold strip:sr-only">Lines</h2>
      <ol className="min-h-0 flex-1 overflow-auto strip:flex strip:overflow-x-auto">
        {linesBySlot(lines).map((line, index) => (
          <li key={index} className={`border-b border-line/50 strip:border-r strip:border-b-0 ${rowWidth(line)}`}>
            <LineRow slot={index + 1} line={line} />
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Where the lines are a strip: who rings has two buttons, and is seen whole beside the call that is on. */
function rowWidth(line: Line | undefined): string {
  if (!line) return 'strip:min-w-6 strip:flex-1';
  return line.state === 'ringing' ? 'strip:w-52 strip:shrink-0' : 'strip:w-40 strip:shrink-0';
}

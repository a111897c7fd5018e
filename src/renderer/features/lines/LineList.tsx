import { linesBySlot, type Line } from '../../store/line-model.ts';
import { useConsole } from '../../store/store.ts';
import { LineRow } from './LineRow.tsx';

/**
 * Nine fixed places: a call that arrives takes an empty one, and nothing else moves. As a strip only the lines that are
 * taken have room, beside and below one another.
 */
export function LineList() {
  const lines = useConsole((state) => state.lines);
  const any = Object.keys(lines).length > 0;
  return (
    <nav aria-label="Lines" className="flex h-full min-h-0 flex-col bg-panel">
      <h2 className="flex h-9 shrink-0 items-center border-b border-line px-3 font-semibold strip:sr-only">Lines</h2>
      <ol className="min-h-0 flex-1 overflow-auto strip:flex strip:max-h-[8.5rem] strip:flex-wrap">
        {linesBySlot(lines).map((line, index) => (
          <li
            key={index}
            className={`border-b border-line/50 strip:border-r ${line ? taken(line) : any ? 'strip:hidden' : 'strip:min-w-6 strip:flex-1'}`}
          >
            <LineRow slot={index + 1} line={line} />
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Who rings has a name and two buttons, and needs more room. */
function taken(line: Line): string {
  return `strip:min-w-0 strip:grow ${line.state === 'ringing' ? 'strip:basis-64' : 'strip:basis-44'}`;
}

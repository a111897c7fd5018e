import { Behaviour, type DirectoryEntry } from '../../../contract/model.ts';
import { useConsole } from '../../store/store.ts';
import { BEHAVIOUR_WORDS } from '../../store/words.ts';

/** What each simulated phone does the next time it is called. */
export function BehaviourTable({ entries }: { entries: readonly DirectoryEntry[] }) {
  const setBehaviour = useConsole((state) => state.setBehaviour);
  return (
    <section aria-labelledby="behaviours" className="p-3">
      <h3 id="behaviours" className="pb-1 font-semibold">
        What do they do when called?
      </h3>
      {entries.map((entry) => (
        <label key={entry.number} className="flex h-8 items-center gap-2">
          <bdi className="min-w-0 flex-1 truncate text-left" title={entry.name}>
            {entry.name}
          </bdi>
          <select
            value={entry.behaviour ?? 'answer'}
            onChange={(event) => void setBehaviour(entry.number, Behaviour.parse(event.target.value))}
            className="h-7 w-40 rounded-md border border-line bg-panel px-1.5 text-text"
          >
            {Behaviour.options.map((behaviour) => (
              <option key={behaviour} value={behaviour}>
                {BEHAVIOUR_WORDS[behaviour]}
              </option>
            ))}
          </select>
        </label>
      ))}
    </section>
  );
}

import { useState } from 'react';
import type { DirectoryEntry } from '../../../contract/model.ts';
import { useConsole } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/Notes.tsx';
import { PhoneNumber } from '../../ui/PhoneNumber.tsx';
import { BehaviourTable } from './BehaviourTable.tsx';

/** Calls from simulated people, and what the simulated people do who are called. */
export function PracticePanel() {
  const directory = useConsole((state) => state.directory);
  const ready = useConsole((state) => state.registration.state === 'registered');
  const practiceCall = useConsole((state) => state.practiceCall);
  const callers = directory.filter((entry) => entry.canCall);
  const [chosen, setChosen] = useState<string>();
  const caller = callers.find((entry) => entry.number === chosen) ?? callers[0];
  if (!caller) {
    return (
      <EmptyState title="No practice callers">
        Name some under <code>parties</code> in the configuration of the trunk.
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col">
      <form
        className="flex flex-col gap-2 border-b border-line p-3"
        onSubmit={(event) => {
          event.preventDefault();
          void practiceCall(caller.number);
        }}
      >
        <fieldset className="flex min-w-0 flex-col">
          <legend className="pb-1 font-semibold">Who calls you?</legend>
          {callers.map((entry) => (
            <CallerChoice key={entry.number} entry={entry} chosen={entry === caller} onChoose={setChosen} />
          ))}
        </fieldset>
        <Button look="primary" type="submit" disabled={!ready}>
          Practice call
        </Button>
        {!ready && <p className="text-small text-muted">Your line is not ready yet, so nobody can ring you.</p>}
      </form>
      <BehaviourTable entries={directory.filter((entry) => entry.kind === 'party')} />
    </div>
  );
}

interface CallerChoiceProps {
  entry: DirectoryEntry;
  chosen: boolean;
  onChoose(number: string): void;
}

function CallerChoice({ entry, chosen, onChoose }: CallerChoiceProps) {
  return (
    <label
      className={`flex items-center gap-2 rounded-md px-2 py-1 hover:bg-raised has-focus-visible:outline-2 has-focus-visible:outline-accent ${chosen ? 'bg-raised' : ''}`}
    >
      <input
        type="radio"
        name="caller"
        checked={chosen}
        onChange={() => onChoose(entry.number)}
        className="accent-accent outline-none"
      />
      <span className="flex min-w-0 flex-1 flex-wrap justify-between gap-x-2">
        <span className="wrap-anywhere">{entry.name}</span>
        <PhoneNumber number={entry.number} className="text-muted" />
      </span>
    </label>
  );
}

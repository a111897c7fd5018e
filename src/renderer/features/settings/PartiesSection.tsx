import { Plus, Trash2 } from 'lucide-react';
import { Behaviour } from '../../../contract/model.ts';
import { BEHAVIOUR_WORDS } from '../../store/words.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { withRow, type PartyRow } from './draft.ts';
import { INPUT, ListProblem, TextField } from './Field.tsx';
import { problemAt } from './problems.ts';
import type { SectionProps } from './sections.ts';

const COLUMNS = 'grid grid-cols-[minmax(0,5fr)_minmax(0,5fr)_minmax(0,5fr)_96px_72px_28px] items-start gap-2';

export function PartiesSection({ draft, problems, edit }: SectionProps) {
  const { parties } = draft;
  const change = (id: number, part: Partial<PartyRow>) =>
    edit({ parties: parties.map((row) => (row.id === id ? { ...row, ...part } : row)) });
  return (
    <>
      <p className="text-muted">Simulated phones that call and can be called.</p>
      <ListProblem says={problemAt(problems, 'parties')} />
      <div aria-hidden="true" className={`${COLUMNS} font-semibold`}>
        <span>Number</span>
        <span>Name</span>
        <span>When called</span>
        <span>After ms</span>
        <span>May call</span>
      </div>
      <ul aria-label="Parties" className="flex flex-col gap-2">
        {parties.map((row, i) => (
          <li key={row.id} className={COLUMNS}>
            <TextField
              label="Number"
              labelHidden
              placeholder="+14155551234"
              value={row.number}
              problem={problemAt(problems, `parties[${i}].number`)}
              onChange={(number) => change(row.id, { number })}
            />
            <TextField
              label="Name"
              labelHidden
              value={row.name}
              problem={problemAt(problems, `parties[${i}].name`)}
              onChange={(name) => change(row.id, { name })}
            />
            <select
              aria-label={`What ${row.name || 'this party'} does when called`}
              value={row.behaviour}
              onChange={(event) => change(row.id, { behaviour: Behaviour.parse(event.target.value) })}
              className={`${INPUT} border-line`}
            >
              {Behaviour.options.map((behaviour) => (
                <option key={behaviour} value={behaviour}>
                  {BEHAVIOUR_WORDS[behaviour]}
                </option>
              ))}
            </select>
            <TextField
              label="Delay in milliseconds"
              labelHidden
              inputMode="numeric"
              value={row.afterMs}
              problem={problemAt(problems, `parties[${i}].afterMs`)}
              onChange={(afterMs) => change(row.id, { afterMs })}
            />
            <input
              type="checkbox"
              aria-label={`${row.name || 'This party'} may place practice calls`}
              checked={row.caller}
              onChange={({ target }) => change(row.id, { caller: target.checked })}
              className="mt-2 size-4 justify-self-center accent-accent"
            />
            <IconButton
              label={`Remove ${row.name || 'this party'}`}
              icon={<Trash2 size={15} />}
              className="mt-0.5"
              onClick={() => edit({ parties: parties.filter(({ id }) => id !== row.id) })}
            />
          </li>
        ))}
      </ul>
      <Button
        icon={<Plus size={15} />}
        className="self-start"
        onClick={() =>
          edit({
            parties: withRow(parties, { number: '', name: '', behaviour: 'answer', afterMs: '1000', caller: false }),
          })
        }
      >
        Add a party
      </Button>
    </>
  );
}

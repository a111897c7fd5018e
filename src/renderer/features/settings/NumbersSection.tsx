import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../../ui/Button.tsx';
import { withRow, type NumberRow } from './draft.ts';
import { ListProblem, SelectField, TextField } from './Field.tsx';
import { problemAt } from './problems.ts';
import type { SectionProps } from './sections.ts';

const METHODS = [
  { value: 'POST', label: 'POST' },
  { value: 'GET', label: 'GET' },
] as const;
const NEW = { number: '', primary: 'console', fallback: '', twiml: '', twimlMethod: 'POST' } as const;

export function NumbersSection({ draft, problems, edit }: SectionProps) {
  const { numbers } = draft;
  const change = (id: number, part: Partial<NumberRow>) =>
    edit({ numbers: numbers.map((row) => (row.id === id ? { ...row, ...part } : row)) });
  return (
    <>
      <p className="text-muted">
        Whom each number rings: <code className="font-mono">console</code>, or a SIP URI such as{' '}
        <code className="font-mono">sip:agent@127.0.0.1:5080</code>. The fallback is rung when the first fails or stays
        silent. Under the provider Twilio an application may decide instead: the URL of its TwiML, or{' '}
        <code className="font-mono">demo</code> for the one that the trunk brings along.
      </p>
      <ListProblem says={problemAt(problems, 'numbers')} />
      <ul aria-label="Numbers" className="flex flex-col gap-2">
        {numbers.map((row, i) => (
          <li
            key={row.id}
            className="grid grid-cols-[minmax(0,4fr)_minmax(0,5fr)_minmax(0,5fr)_minmax(0,7fr)_76px_28px] items-start gap-2"
          >
            <TextField
              label="Number"
              labelHidden={i > 0}
              placeholder="+14155550100"
              value={row.number}
              problem={problemAt(problems, `numbers[${i}].number`)}
              onChange={(number) => change(row.id, { number })}
            />
            <TextField
              label="Rings"
              labelHidden={i > 0}
              placeholder="console"
              value={row.primary}
              disabled={row.twiml !== ''}
              problem={problemAt(problems, `numbers[${i}].to[0]`, `numbers[${i}].to`, `numbers[${i}]`)}
              onChange={(primary) => change(row.id, { primary })}
            />
            <TextField
              label="Fallback"
              labelHidden={i > 0}
              placeholder="none"
              value={row.fallback}
              disabled={row.twiml !== ''}
              problem={problemAt(problems, `numbers[${i}].to[1]`)}
              onChange={(fallback) => change(row.id, { fallback })}
            />
            <TextField
              label="TwiML from"
              labelHidden={i > 0}
              placeholder="none"
              value={row.twiml}
              problem={problemAt(problems, `numbers[${i}].twiml`)}
              onChange={(twiml) => change(row.id, { twiml })}
            />
            <SelectField
              label="By"
              labelHidden={i > 0}
              value={row.twimlMethod}
              options={METHODS}
              disabled={row.twiml === ''}
              onChange={(twimlMethod) => change(row.id, { twimlMethod })}
            />
            <IconButton
              label={`Remove ${row.number || 'this number'}`}
              icon={<Trash2 size={15} />}
              className={i === 0 ? 'mt-6.5' : 'mt-0.5'}
              onClick={() => edit({ numbers: numbers.filter(({ id }) => id !== row.id) })}
            />
          </li>
        ))}
      </ul>
      <Button icon={<Plus size={15} />} className="self-start" onClick={() => edit({ numbers: withRow(numbers, NEW) })}>
        Add a number
      </Button>
    </>
  );
}

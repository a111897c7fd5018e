import { Plus, Trash2 } from 'lucide-react';
import { profileName } from '../../store/words.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { withRow, type DomainRow } from './draft.ts';
import { ListProblem, SelectField, TextField } from './Field.tsx';
import { problemAt, problemWithin } from './problems.ts';
import type { SectionProps } from './sections.ts';

/** Further domains of the trunk, each with the rules of a provider. */
export function DomainsPart({ draft: { domains }, trunk, problems, edit }: SectionProps) {
  const change = (id: number, part: Partial<DomainRow>) =>
    edit({ domains: domains.map((row) => (row.id === id ? { ...row, ...part } : row)) });
  const providers = trunk.providers.map((value) => ({ value, label: profileName(value) }));
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">Further domains</h3>
      <p className="text-muted">
        Each follows a provider of its own, and carries the calls to its numbers and those of endpoints that name it.
        All other numbers belong to the domain above.
      </p>
      <ListProblem says={problemAt(problems, 'domains')} />
      <ul aria-label="Further domains" className="flex flex-col gap-2">
        {domains.map((row, i) => (
          <li
            key={row.id}
            className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)_minmax(0,3fr)_28px] items-start gap-2"
          >
            <TextField
              label="Name"
              labelHidden={i > 0}
              placeholder="other.example.com"
              value={row.domain}
              problem={problemAt(problems, `domains[${i}].domain`)}
              onChange={(domain) => change(row.id, { domain })}
            />
            <SelectField
              label="Its provider"
              labelHidden={i > 0}
              value={row.provider}
              options={providers}
              onChange={(provider) => change(row.id, { provider })}
            />
            <TextField
              label="Its numbers"
              labelHidden={i > 0}
              placeholder="+14155550102 +14155550103"
              value={row.numbers}
              problem={problemWithin(problems, `domains[${i}].numbers`)}
              onChange={(numbers) => change(row.id, { numbers })}
            />
            <IconButton
              label={`Remove ${row.domain || 'this domain'}`}
              icon={<Trash2 size={15} />}
              className={i === 0 ? 'mt-6.5' : 'mt-0.5'}
              onClick={() => edit({ domains: domains.filter(({ id }) => id !== row.id) })}
            />
          </li>
        ))}
      </ul>
      <Button
        icon={<Plus size={15} />}
        className="self-start"
        onClick={() =>
          edit({ domains: withRow(domains, { domain: '', provider: trunk.providers[0] ?? '', numbers: '' }) })
        }
      >
        Add a domain
      </Button>
    </section>
  );
}

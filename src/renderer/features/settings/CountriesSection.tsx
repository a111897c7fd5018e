import { useState } from 'react';
import { searchCountries } from './countries.ts';
import { ListProblem, TextField } from './Field.tsx';
import { problemAt } from './problems.ts';
import type { SectionProps } from './sections.ts';

export function CountriesSection({ draft, trunk, problems, edit }: SectionProps) {
  const [search, setSearch] = useState('');
  const { countries } = draft;
  // What is enabled now leads; ticking a box moves no row.
  const found = searchCountries(search, trunk.settings.countries);
  const problem = problems.find(({ path }) => path.startsWith('countries'));
  return (
    <>
      <TextField
        label="Countries that may be called"
        placeholder="Search by name or code"
        type="search"
        value={search}
        hint={`${countries.length} of them enabled. A REFER to any other gets 403.`}
        onChange={setSearch}
        className="max-w-[400px]"
      />
      <ListProblem says={problem && problemAt(problems, problem.path)} />
      <ul
        aria-label="Countries"
        className="grid min-h-0 flex-1 auto-rows-[28px] grid-cols-3 overflow-auto rounded-md border border-line p-1"
      >
        {found.map(({ code, name }) => (
          <li key={code} className="min-w-0">
            <label className="flex h-7 items-center gap-2 rounded-sm px-1.5 hover:bg-raised">
              <input
                type="checkbox"
                checked={countries.includes(code)}
                onChange={({ target }) =>
                  edit({
                    countries: target.checked ? [...countries, code] : countries.filter((each) => each !== code),
                  })
                }
                className="accent-accent"
              />
              <span className="min-w-0 flex-1 truncate" title={name}>
                {name}
              </span>
              <span className="text-small text-muted">{code}</span>
            </label>
          </li>
        ))}
        {found.length === 0 && <li className="px-1.5 text-muted">No country has this name or code.</li>}
      </ul>
    </>
  );
}

import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../../ui/Button.tsx';
import { withRow, type CredentialRow } from './draft.ts';
import { CheckField, ListProblem, TextField } from './Field.tsx';
import { problemAt, problemWithin } from './problems.ts';
import type { SectionProps } from './sections.ts';

const ALGORITHMS = ['SHA-512-256', 'SHA-256', 'MD5'];

export function AccessSection({ draft, trunk, problems, edit }: SectionProps) {
  const { allow, credentials, algorithms } = draft;
  const change = (id: number, part: Partial<CredentialRow>) =>
    edit({ credentials: credentials.map((row) => (row.id === id ? { ...row, ...part } : row)) });
  const known = trunk.settings.auth.credentials.map(({ username }) => username);
  return (
    <>
      <section className="flex flex-col gap-2">
        <h3 className="font-semibold">Access list</h3>
        <p className="text-muted">Addresses and networks whose requests need no credentials.</p>
        <ListProblem says={problemAt(problems, 'auth.allow')} />
        <ul aria-label="Access list" className="flex flex-col gap-2">
          {allow.map((row, i) => (
            <li key={row.id} className="grid max-w-[400px] grid-cols-[minmax(0,1fr)_28px] items-start gap-2">
              <TextField
                label={`Network ${i + 1}`}
                labelHidden
                placeholder="192.168.1.0/24"
                value={row.network}
                problem={problemAt(problems, `auth.allow[${i}]`)}
                onChange={(network) =>
                  edit({ allow: allow.map((each) => (each.id === row.id ? { ...each, network } : each)) })
                }
              />
              <IconButton
                label={`Remove ${row.network || 'this network'}`}
                icon={<Trash2 size={15} />}
                className="mt-0.5"
                onClick={() => edit({ allow: allow.filter(({ id }) => id !== row.id) })}
              />
            </li>
          ))}
        </ul>
        <Button
          icon={<Plus size={15} />}
          className="self-start"
          onClick={() => edit({ allow: withRow(allow, { network: '' }) })}
        >
          Add a network
        </Button>
      </section>
      <section className="flex flex-col gap-2">
        <h3 className="font-semibold">Credentials</h3>
        <p className="text-muted">
          Who else may send requests, after a digest challenge. The trunk never shows a password; an empty field keeps
          the one it has.
        </p>
        <ListProblem says={problemAt(problems, 'auth.credentials', 'listen.host')} />
        <ul aria-label="Credentials" className="flex flex-col gap-2">
          {credentials.map((row, i) => (
            <li
              key={row.id}
              className="grid max-w-[640px] grid-cols-[minmax(0,1fr)_minmax(0,1fr)_28px] items-start gap-2"
            >
              <TextField
                label="User name"
                labelHidden={i > 0}
                value={row.username}
                problem={problemAt(problems, `auth.credentials[${i}].username`)}
                onChange={(username) => change(row.id, { username })}
              />
              <TextField
                label="Password"
                labelHidden={i > 0}
                type="password"
                autoComplete="new-password"
                placeholder={known.includes(row.username.trim()) ? 'unchanged' : 'needed'}
                value={row.password}
                problem={problemAt(problems, `auth.credentials[${i}].password`)}
                onChange={(password) => change(row.id, { password })}
              />
              <IconButton
                label={`Remove ${row.username || 'this user'}`}
                icon={<Trash2 size={15} />}
                className={i === 0 ? 'mt-6.5' : 'mt-0.5'}
                onClick={() => edit({ credentials: credentials.filter(({ id }) => id !== row.id) })}
              />
            </li>
          ))}
        </ul>
        <Button
          icon={<Plus size={15} />}
          className="self-start"
          onClick={() => edit({ credentials: withRow(credentials, { username: '', password: '' }) })}
        >
          Add a user
        </Button>
      </section>
      <section className="flex flex-col gap-2">
        <h3 className="font-semibold">Digest algorithms</h3>
        <p className="text-muted">
          What a challenge offers. Much equipment gives up when the first one is new to it, some when there is more than
          one: MD5 alone suits all of it.
        </p>
        <ListProblem says={problemWithin(problems, 'auth.algorithms')} />
        <div role="group" aria-label="Digest algorithms" className="flex gap-4">
          {ALGORITHMS.map((each) => (
            <CheckField
              key={each}
              label={each}
              checked={algorithms.includes(each)}
              onChange={(on) =>
                edit({ algorithms: [...algorithms.filter((one) => one !== each), ...(on ? [each] : [])] })
              }
            />
          ))}
        </div>
        {algorithms.length > 1 && (
          <p className="text-muted">Offered in the order in which they were ticked: {algorithms.join(', ')}.</p>
        )}
      </section>
    </>
  );
}

import type { DirectoryEntry, WebhookExchange } from '../../../contract/model.ts';
import { nameOf } from '../../store/directory.ts';
import type { RequestRow } from '../../store/requests.ts';
import { cleanName } from '../../store/names.ts';
import { useConsole } from '../../store/store.ts';
import { formatNumber } from '../../ui/number.ts';
import { formatClockTime } from '../../ui/dates.ts';
import { parameterOf } from './words.ts';

/** Chooses the call whose requests are listed. */
export function CallFilter({ rows }: { rows: readonly RequestRow[] }) {
  const callId = useConsole((console) => console.requests.callId);
  const ofCall = useConsole((console) => console.requestsActions.ofCall);
  const directory = useConsole((console) => console.directory);
  const calls = firstOfCalls(rows);
  return (
    <label className="flex min-w-0 items-center gap-1 text-small text-muted">
      Call
      <select
        className="h-7 w-64 min-w-0 truncate rounded-md border border-line bg-panel px-1 text-body text-text"
        value={callId ?? ''}
        onChange={(event) => ofCall(event.target.value === '' ? undefined : event.target.value)}
      >
        <option value="">All calls</option>
        {calls.map(([id, row]) => (
          <option key={id} value={id}>
            {formatClockTime(row.at)} {row.exchange ? peopleOf(row.exchange, directory) : ''}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Newest call first, each by its first request. */
function firstOfCalls(rows: readonly RequestRow[]): [id: string, row: RequestRow][] {
  const calls = new Map<string, RequestRow>();
  for (const row of rows) {
    if (row.callId === undefined) continue;
    calls.set(row.callId, row.exchange ? row : (calls.get(row.callId) ?? row));
  }
  return [...calls];
}

/** Who calls whom, as the application was told. */
export function peopleOf(exchange: WebhookExchange, directory: readonly DirectoryEntry[]): string {
  const [from = '', to = ''] = ['From', 'To'].map((name) => whoOf(parameterOf(exchange, name) ?? '', directory));
  const name = cleanName(parameterOf(exchange, 'CallerName') ?? from);
  return name === '' ? '' : `${name} → ${to}`;
}

/** A number, or the user of a SIP address. */
function whoOf(address: string, directory: readonly DirectoryEntry[]): string {
  const user = /^sips?:([^@;?]+)@/.exec(address)?.[1] ?? address;
  return nameOf(directory, user) ?? formatNumber(user);
}

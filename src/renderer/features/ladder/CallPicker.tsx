/** Chooses the call whose ladder is shown. */
import { Radio } from 'lucide-react';
import { memo } from 'react';
import type { RecentCall } from '../../store/ladder-state.ts';
import { useConsole } from '../../store/store.ts';
import { formatNumber } from '../../ui/number.ts';
import { pickableCalls } from './picker.ts';

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

export const CallPicker = memo(function CallPicker() {
  const recent = useConsole((console) => console.ladder.recent);
  const records = useConsole((console) => console.records.records);
  const chosen = useConsole((console) => console.ladder.chosen);
  const shown = useConsole((console) => console.ladder.shown);
  const actions = useConsole((console) => console.ladderActions);
  const { live, ended } = pickableCalls(recent, records, chosen);
  const current = [...live, ...ended].find((call) => call.id === shown);

  return (
    <>
      <label className="flex min-w-0 items-center gap-1 text-small text-muted">
        Call
        <select
          className="h-7 w-64 min-w-0 truncate rounded-md border border-line bg-panel px-1 text-body text-text"
          value={chosen ?? ''}
          onChange={(event) => actions.show(event.target.value === '' ? undefined : event.target.value)}
        >
          <option value="">
            {current === undefined || chosen !== undefined
              ? 'Selected or live call'
              : `${current.live ? 'Live' : 'Last'}: ${title(current)}`}
          </option>
          {live.length > 0 && <Calls label="Live" calls={live} />}
          {ended.length > 0 && <Calls label="Ended" calls={ended} />}
        </select>
      </label>
      {chosen !== undefined && live.some((call) => call.id !== chosen) && (
        <button
          type="button"
          title="Go back to the call that is going on"
          className="flex h-7 items-center gap-1.5 rounded-md border border-line px-2 text-small hover:bg-raised"
          onClick={() => actions.show(undefined)}
        >
          <Radio size={14} aria-hidden="true" className="text-ok" />
          Live call
        </button>
      )}
    </>
  );
});

function Calls(props: { readonly label: string; readonly calls: readonly RecentCall[] }) {
  return (
    <optgroup label={props.label}>
      {props.calls.map((call) => (
        <option key={call.id} value={call.id}>
          {timeFormat.format(call.startedAt)} {title(call)}
        </option>
      ))}
    </optgroup>
  );
}

function title({ from, to }: RecentCall): string {
  return `${from.name || formatNumber(from.number)} → ${to.name || formatNumber(to.number)}`;
}

/** Chooses the call whose ladder is shown. */
import { Radio } from 'lucide-react';
import { memo } from 'react';
import type { RecentCall } from '../../store/ladder-state.ts';
import { useConsole } from '../../store/store.ts';
import { formatWhen } from '../../ui/dates.ts';
import { formatNumber } from '../../ui/number.ts';
import { pickableCalls } from './picker.ts';

export const CallPicker = memo(function CallPicker() {
  const recent = useConsole((console) => console.ladder.recent);
  const records = useConsole((console) => console.records.records);
  // What was picked, or is shown for one of its messages.
  const chosen = useConsole(({ ladder }) => ladder.peek ?? ladder.chosen);
  const now = useConsole((console) => console.now)();
  const shown = useConsole((console) => console.ladder.shown);
  const actions = useConsole((console) => console.ladderActions);
  const { live, ended } = pickableCalls(recent, records, chosen);
  const current = [...live, ...ended].find((call) => call.id === shown);

  return (
    <>
      <label className="flex min-w-0 items-center gap-1 text-small text-muted">
        <span className="@max-[60rem]:sr-only">Call</span>
        <select
          className="h-7 w-64 min-w-0 truncate @max-[60rem]:w-44 rounded-md border border-line bg-panel px-1 text-body text-text"
          value={chosen ?? ''}
          onChange={(event) => actions.show(event.target.value === '' ? undefined : event.target.value)}
        >
          <option value="">
            {current === undefined || chosen !== undefined
              ? 'Selected or live call'
              : `${current.live ? 'Live' : 'Last'}: ${title(current)}`}
          </option>
          {live.length > 0 && <Calls label="Live" calls={live} now={now} />}
          {ended.length > 0 && <Calls label="Ended" calls={ended} now={now} />}
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

function Calls(props: { readonly label: string; readonly calls: readonly RecentCall[]; readonly now: number }) {
  return (
    <optgroup label={props.label}>
      {props.calls.map((call) => (
        <option key={call.id} value={call.id}>
          {formatWhen(call.startedAt, props.now)} {title(call)}
        </option>
      ))}
    </optgroup>
  );
}

function title({ from, to }: RecentCall): string {
  return `${from.name || formatNumber(from.number)} → ${to.name || formatNumber(to.number)}`;
}

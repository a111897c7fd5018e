import { Phone, PhoneForwarded } from 'lucide-react';
import type { DirectoryEntry } from '../../../contract/model.ts';
import type { LastResult } from '../../store/directory.ts';
import { isOpen } from '../../store/follow-card.ts';
import { selectedLine } from '../../store/line-model.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { mayRefer } from '../../store/transfer-card.ts';
import { isGoodResult, RESULT_WORDS } from '../../store/words.ts';
import { IconButton } from '../../ui/Button.tsx';
import { formatTimeOfDay } from '../../ui/format.ts';
import { PhoneNumber } from '../../ui/PhoneNumber.tsx';

export function DirectoryRow({ entry }: { entry: DirectoryEntry }) {
  const store = useConsoleStore();
  const last = useConsole((state) => state.lastResults[entry.number]);
  const ready = useConsole((state) => state.registration.state === 'registered');
  const transferable = useConsole((state) => {
    const line = selectedLine(state);
    if (line?.state !== 'live' || line.number === entry.number) return false;
    return mayRefer(state.cards[line.id]) && !isOpen(state.follows[line.id]);
  });
  const { attempt, dial, openTransfer, setTarget } = store.getState();
  const transfer = () => {
    const line = selectedLine(store.getState());
    if (!line) return;
    openTransfer(line.id);
    void setTarget(entry.number);
  };
  return (
    <li className="flex items-start gap-2 border-b border-line/50 py-1.5 pr-2 pl-3 hover:bg-raised">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-2">
          <bdi className="line-clamp-2 font-semibold wrap-anywhere" title={entry.name}>
            {entry.name}
          </bdi>
          <PhoneNumber number={entry.number} className="text-muted" />
        </p>
        <p className="text-small text-muted">{entry.willDo}</p>
        {last && <LastResultLine last={last} />}
      </div>
      <div className="flex">
        <IconButton
          label={`Call ${entry.name}`}
          icon={<Phone aria-hidden="true" size={15} />}
          disabled={!ready}
          onClick={() => void attempt(dial(entry.number))}
        />
        <IconButton
          label={`Transfer to ${entry.name}`}
          icon={<PhoneForwarded aria-hidden="true" size={15} />}
          disabled={!transferable}
          onClick={transfer}
        />
      </div>
    </li>
  );
}

function LastResultLine({ last }: { last: LastResult }) {
  const good = isGoodResult(last.result);
  return (
    <p className={`text-small ${good ? 'text-ok' : 'text-warn'}`}>
      {formatTimeOfDay(last.at)} {RESULT_WORDS[last.result]}
      {!good && last.status !== undefined && ` (${last.status})`}
    </p>
  );
}

import { Phone, PhoneIncoming, PhoneMissed, PhoneOutgoing } from 'lucide-react';
import type { RecentCall } from '../../store/recent.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { endWords, lineTitle } from '../../store/words.ts';
import { IconButton } from '../../ui/Button.tsx';
import { formatWhen } from '../../ui/dates.ts';
import { formatClock } from '../../ui/format.ts';
import { formatNumber } from '../../ui/number.ts';
import { PhoneNumber } from '../../ui/PhoneNumber.tsx';
import { TONES } from '../../ui/Verdict.tsx';

/** Who, when, how long, and why it ended; what became of its transfer. */
export function RecentRow({ call }: { call: RecentCall }) {
  const { attempt, dial, now } = useConsoleStore().getState();
  const directory = useConsole((state) => state.directory);
  const ready = useConsole((state) => state.registration.state === 'registered');
  const title = lineTitle(call, directory);
  const { number, missed, answeredAt, end, outcome } = call;
  const Icon = missed ? PhoneMissed : call.direction === 'in' ? PhoneIncoming : PhoneOutgoing;
  return (
    <li className="flex items-start gap-2 border-b border-line/50 py-1.5 pr-2 pl-3 hover:bg-raised">
      <Icon aria-hidden="true" size={15} className={`mt-0.5 shrink-0 ${missed ? 'text-warn' : 'text-muted'}`} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-2">
          <bdi className={`line-clamp-2 font-semibold wrap-anywhere ${missed ? 'text-warn' : ''}`} title={title}>
            {title}
          </bdi>
          <time className="text-small text-muted" dateTime={new Date(call.startedAt).toISOString()}>
            {formatWhen(call.startedAt, now())}
          </time>
        </p>
        <p className="text-small text-muted">
          {title !== formatNumber(number) && <PhoneNumber number={number} />}
          {answeredAt !== undefined && ` · ${formatClock(end.at - answeredAt)}`}
        </p>
        {/* What became of a transfer says more than how our part of the call ended. */}
        {!outcome && <p className="text-small wrap-anywhere">{endWords(call, title)}</p>}
        {outcome && (
          <p className={`text-small wrap-anywhere ${TONES[outcome.tone].colour}`}>
            {`${outcome.headline} ${outcome.detail}`.trim()}
          </p>
        )}
      </div>
      <IconButton
        label={`Call ${title} back`}
        icon={<Phone aria-hidden="true" size={15} />}
        disabled={!ready || number === ''}
        onClick={() => void attempt(dial(number))}
      />
    </li>
  );
}

import {
  Check,
  MicOff,
  Pause,
  Phone,
  PhoneIncoming,
  PhoneMissed,
  PhoneOff,
  PhoneOutgoing,
  VolumeX,
  X,
  type LucideIcon,
} from 'lucide-react';
import { useEffect, useRef } from 'react';
import { isOngoing, type Line } from '../../store/line-model.ts';
import { isUnheard } from '../../store/sound.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { lineTitle, lineWords } from '../../store/words.ts';
import { IconButton } from '../../ui/Button.tsx';
import { formatNumber } from '../../ui/number.ts';
import { TransferBadge } from '../transfer/TransferBadge.tsx';
import { QualityMeter } from '../quality/QualityMeter.tsx';
import { LineClock } from './LineClock.tsx';

export function LineRow({ slot, line }: { slot: number; line: Line | undefined }) {
  if (!line) {
    return (
      <div className="flex h-11 items-center gap-2 px-3 text-muted/70 strip:justify-center strip:px-0">
        <span className="w-4 text-center text-small">{slot}</span>
      </div>
    );
  }
  return <TakenRow line={line} />;
}

function TakenRow({ line }: { line: Line }) {
  const directory = useConsole((state) => state.directory);
  const selected = useConsole((state) => state.selectedLineId === line.id);
  const transfer = useConsole((state) => state.cards[line.id]?.phase);
  const microphone = useConsole((state) => state.microphone);
  const follow = useConsole((state) => state.follows[line.id]?.phase);
  const over = useConsole((state) => line.state === 'ended' && Object.values(state.lines).some(isOngoing));
  const { selectLine, setSideTab } = useConsoleStore().getState();
  const title = lineTitle(line, directory);
  const { Icon, colour } = lineLook(line, isUnheard(line, microphone));
  const row = useRef<HTMLDivElement>(null);
  // Where there is no room for all, the one that the view is on is in sight.
  useEffect(() => {
    if (selected && row.current) showInList(row.current);
  }, [selected]);
  return (
    <div
      ref={row}
      className={`relative flex h-11 items-center ${line.state === 'ringing' ? 'bg-info/12' : selected ? 'bg-raised' : ''}`}
    >
      {selected && <span aria-hidden="true" className="absolute inset-y-0 left-0 w-1 bg-accent" />}
      <button
        type="button"
        aria-current={selected ? 'true' : undefined}
        aria-keyshortcuts={String(line.slot)}
        title={`${title}, ${formatNumber(line.number)}`}
        // What is over is read in the list: the view stays with who is on a line.
        onClick={() => (over ? setSideTab('recent') : selectLine(line.id))}
        className={`flex h-full min-w-0 flex-1 items-center pl-3 text-left strip:pl-2 -outline-offset-2 hover:bg-raised ${
          line.state === 'ringing' ? 'gap-1 pr-1' : 'gap-2 pr-3 strip:gap-1.5 strip:pr-1'
        }`}
      >
        <span className="w-4 shrink-0 text-center text-small text-muted">{line.slot}</span>
        {/* The two buttons of a ringing row say it, and need the room. */}
        {line.state !== 'ringing' && <Icon aria-hidden="true" size={16} className={`shrink-0 ${colour}`} />}
        <span className="min-w-0 flex-1 leading-4">
          <span className="flex gap-2">
            <bdi className={`truncate ${line.state === 'ended' ? 'text-muted' : 'font-semibold'}`}>{title}</bdi>
            <TransferBadge lineId={line.id} />
          </span>
          <span className="flex gap-2 text-small text-muted">
            <span className={`truncate ${colour}`}>{lineWords(line, { transfer, follow, microphone })}</span>
            <LineClock line={line} />
          </span>
        </span>
      </button>
      <QualityMeter line={line} />
      {line.state === 'ringing' && <RingingActions line={line} title={title} />}
    </div>
  );
}

/** Moves nothing but the list: what is looked at below it stays. */
function showInList(row: Element): void {
  const list = row.closest('ol');
  if (!list) return;
  const [inner, outer] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
  if (inner.top < outer.top) list.scrollTop += inner.top - outer.top;
  else if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom;
}

/** Both without leaving the call that is on. */
function RingingActions({ line, title }: { line: Line; title: string }) {
  const { answer, decline, attempt } = useConsoleStore().getState();
  return (
    <span className="flex shrink-0 gap-1 pr-1.5">
      <IconButton
        label={`Answer ${title}`}
        icon={<Check aria-hidden="true" size={16} />}
        className="border border-transparent bg-ok text-accent-text! enabled:hover:bg-ok enabled:hover:brightness-110"
        onClick={() => void attempt(answer(line.id))}
      />
      <IconButton
        label={`Decline ${title}`}
        icon={<X aria-hidden="true" size={16} />}
        className="border border-transparent bg-bad text-accent-text! enabled:hover:bg-bad enabled:hover:brightness-110"
        onClick={() => void attempt(decline(line.id))}
      />
    </span>
  );
}

/** @param unheard nothing comes from our microphone */
export function lineLook(line: Line, unheard = false): { Icon: LucideIcon; colour: string } {
  switch (line.state) {
    case 'ringing':
      return { Icon: PhoneIncoming, colour: 'text-info' };
    case 'dialing':
    case 'ring-back':
    case 'early-media':
      return { Icon: PhoneOutgoing, colour: 'text-info' };
    case 'answering':
      return { Icon: Phone, colour: 'text-info' };
    case 'live':
      if (line.media?.state === 'failed') return { Icon: VolumeX, colour: 'text-bad' };
      if (unheard && !line.held) return { Icon: MicOff, colour: 'text-warn' };
      return line.held || line.heldByRemote ? { Icon: Pause, colour: 'text-warn' } : { Icon: Phone, colour: 'text-ok' };
    case 'ended':
      return line.answeredAt === undefined && line.end?.method === 'CANCEL' && line.end.by === 'them'
        ? { Icon: PhoneMissed, colour: 'text-warn' }
        : { Icon: PhoneOff, colour: 'text-muted' };
    default:
      return line.state satisfies never;
  }
}

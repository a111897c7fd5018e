import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { callOfSession } from '../../store/calls.ts';
import type { Line } from '../../store/line-model.ts';
import { useConsole } from '../../store/store.ts';
import { isUnheard, soundTrouble } from '../../store/sound.ts';
import { lineTitle, lineWords } from '../../store/words.ts';
import { IconButton } from '../../ui/Button.tsx';
import { formatNumber } from '../../ui/number.ts';
import { PhoneNumber } from '../../ui/PhoneNumber.tsx';
import { LineClock } from '../lines/LineClock.tsx';
import { lineLook } from '../lines/LineRow.tsx';

/** Who it is, since when, and in which state. Keeps its height when there is nobody. */
export function CallHeader({ line }: { line: Line | undefined }) {
  const directory = useConsole((state) => state.directory);
  const unheard = useConsole((state) => isUnheard(line, state.microphone));
  if (!line) {
    return (
      <header className="flex h-16 shrink-0 items-center px-3">
        <h2 className="text-title text-muted">No call</h2>
      </header>
    );
  }
  const title = lineTitle(line, directory);
  const { Icon, colour } = lineLook(line, unheard);
  return (
    <header
      className={`flex min-h-16 shrink-0 items-center gap-3 px-3 ${line.state === 'ringing' ? 'bg-info/12' : ''}`}
    >
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-4">
          <h2 dir="auto" className="min-w-0 flex-1 truncate text-left text-title font-semibold" title={title}>
            {title}
          </h2>
          <LineClock line={line} className="text-title font-semibold" />
        </div>
        <div className="flex flex-wrap items-center justify-between gap-x-4">
          <p className="flex h-5 min-w-0 items-center gap-1 text-muted">
            {line.direction === 'in' ? 'from' : 'to'}
            <PhoneNumber number={line.number} className={title === formatNumber(line.number) ? '' : 'text-text'} />
            <CopyNumber number={line.number} />
            <OtherDomain line={line} />
          </p>
          <p className={`ml-auto flex h-5 items-center gap-1.5 font-semibold ${colour}`}>
            <Icon aria-hidden="true" size={14} />
            <StateWords line={line} />
            {line.muted && line.state !== 'ended' && <span className="text-warn">· muted</span>}
          </p>
        </div>
      </div>
    </header>
  );
}

/** The state, and shortly what is wrong with the sound. */
function StateWords({ line }: { line: Line }) {
  const transfer = useConsole((state) => state.cards[line.id]?.phase);
  const microphone = useConsole((state) => state.microphone);
  const trouble = soundTrouble(line);
  const overSocket = line.state === 'live' && line.media?.state === 'connected' && line.media.over === 'websocket';
  const quiet = line.media?.state === 'connected' && line.media.quiet && !line.held && !line.heldByRemote;
  const words = lineWords(line, { transfer, microphone });
  return (
    <>
      {words}
      {trouble && <span className="font-normal max-narrow:hidden">· {trouble.short}</span>}
      {overSocket && (
        <span
          className="font-normal text-muted max-narrow:hidden"
          title="Sound over the console’s WebSocket, not WebRTC"
        >
          · over WebSocket
        </span>
      )}
      {quiet && words === 'Talking' && <span className="font-normal text-muted">· nothing arrives</span>}
    </>
  );
}

/** Where a call is under the rules of another domain than the one in the status bar. */
function OtherDomain({ line }: { line: Line }) {
  const domain = useConsole((state) => callOfSession(state.calls, line.id)?.domain);
  const main = useConsole((state) => state.trunk?.domain);
  return domain === undefined || domain === main ? null : <span className="min-w-0 truncate">· in {domain}</span>;
}

function CopyNumber({ number }: { number: string }) {
  const [copied, setCopied] = useState(false);
  const attempt = useConsole((state) => state.attempt);
  const copy = async () => {
    await navigator.clipboard.writeText(number);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <IconButton
      label={copied ? 'Number copied' : 'Copy number'}
      icon={copied ? <Check size={14} className="text-ok" /> : <Copy size={14} />}
      className="size-5!"
      onClick={() => void attempt(copy())}
    />
  );
}

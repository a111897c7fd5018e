import { CircleAlert, CircleCheck, LoaderCircle, TriangleAlert, X } from 'lucide-react';
import { callOfSession } from '../../store/calls.ts';
import type { Line } from '../../store/lines.ts';
import { useConsole } from '../../store/store.ts';
import { findingsOfCard } from '../../store/findings.ts';
import { isPending, type TransferCard } from '../../store/transfer-card.ts';
import { verdict, type Verdict } from '../../store/verdict.ts';
import { formatClock } from '../../ui/format.ts';
import { formatNumber } from '../../ui/number.ts';
import { useNow } from '../../ui/use-now.ts';
import { IconButton } from '../../ui/Button.tsx';
import { CardFindings } from './CardFindings.tsx';
import { RescueBar } from './RescueBar.tsx';
import { StepList } from './StepList.tsx';

const TONES = {
  pending: { Icon: LoaderCircle, colour: 'text-info', frame: 'border-info/50' },
  ok: { Icon: CircleCheck, colour: 'text-ok', frame: 'border-ok/50' },
  warn: { Icon: TriangleAlert, colour: 'text-warn', frame: 'border-warn/50' },
  bad: { Icon: CircleAlert, colour: 'text-bad', frame: 'border-bad/50' },
};

/** The transfer as our own SIP saw it: the verdict in words, and every step with its time as its evidence. */
export function TransferCardView({ line, card }: { line: Line; card: TransferCard }) {
  const call = useConsole((state) => callOfSession(state.calls, line.id));
  const dismiss = useConsole((state) => state.dismissCard);
  const found = useConsole((state) => (call === undefined ? undefined : state.findings[call.id]));
  const showLadder = useConsole((state) => state.ladderActions.show);
  const setBottomTab = useConsole((state) => state.setBottomTab);
  const judged = verdict(card, call);
  const findings = findingsOfCard(card, call, found ?? []);
  const show = (message: string | number | undefined) => {
    setBottomTab('ladder');
    showLadder(call?.id, message);
  };
  const target = card.targetName || formatNumber(card.target);
  return (
    <article
      aria-label={`Transfer to ${target}`}
      className={`flex flex-col rounded-md border ${TONES[judged.tone].frame}`}
    >
      <header className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-3">
        <h3 className="min-w-0 flex-1 truncate">
          <span className="font-semibold">
            {card.caller} to {target}
          </span>
          {card.targetName !== '' && (
            <span className="text-muted max-narrow:hidden"> · {formatNumber(card.target)}</span>
          )}
        </h3>
        <Elapsed card={card} />
        {!isPending(card) && (
          <IconButton
            label="Close this transfer"
            icon={<X aria-hidden="true" size={16} />}
            className="-mr-1.5"
            onClick={() => dismiss(line.id)}
          />
        )}
      </header>
      <VerdictLine judged={judged} onShow={call && findings.length === 0 ? () => show(judged.proof) : undefined} />
      {judged.rescue && <RescueBar line={line} card={card} judged={judged} callId={call?.id} />}
      <CardFindings findings={findings} call={call} onShow={show} />
      <StepList card={card} />
    </article>
  );
}

function Elapsed({ card }: { card: TransferCard }) {
  const read = useConsole((state) => state.now);
  const pending = isPending(card);
  const now = useNow(read, 250, pending);
  if (!pending) return null;
  return <time className="text-muted">{formatClock(now - card.startedAt)}</time>;
}

/** @param onShow shows the message that proves it; left out where a finding does */
function VerdictLine({ judged, onShow }: { judged: Verdict; onShow: (() => void) | undefined }) {
  const { Icon, colour } = TONES[judged.tone];
  return (
    <div className={`flex items-start gap-2 px-3 py-2 ${judged.detail === '' ? '' : 'min-h-[56px]'}`}>
      <Icon aria-hidden="true" size={16} className={`mt-0.5 shrink-0 ${colour}`} />
      <div className="min-w-0 flex-1">
        <p className={`text-strong font-semibold ${judged.tone === 'pending' ? '' : colour}`}>{judged.headline}</p>
        {judged.detail !== '' && <p>{judged.detail}</p>}
      </div>
      {judged.proof !== undefined && onShow !== undefined && (
        <button type="button" className="shrink-0 text-accent underline max-wide:hidden" onClick={onShow}>
          Show the message
        </button>
      )}
    </div>
  );
}

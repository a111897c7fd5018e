import { X } from 'lucide-react';
import { callOfSession } from '../../store/calls.ts';
import type { Line } from '../../store/line-model.ts';
import { useConsole } from '../../store/store.ts';
import { findingsOfCard } from '../../store/findings.ts';
import { isPending, isSettled, type TransferCard } from '../../store/transfer-card.ts';
import { verdict } from '../../store/verdict.ts';
import { formatClock } from '../../ui/format.ts';
import { formatNumber } from '../../ui/number.ts';
import { useNow } from '../../ui/use-now.ts';
import { IconButton } from '../../ui/Button.tsx';
import { TONES, VerdictLine } from '../../ui/Verdict.tsx';
import { CardFindings } from './CardFindings.tsx';
import { RescueBar } from './RescueBar.tsx';
import { StepList } from './StepList.tsx';

/** The transfer as our own SIP saw it: the verdict in words, and every step with its time as its evidence. */
export function TransferCardView({ line, card }: { line: Line; card: TransferCard }) {
  const call = useConsole((state) => callOfSession(state.calls, line.id));
  const dismiss = useConsole((state) => state.dismissCard);
  const found = useConsole((state) => (call === undefined ? undefined : state.findings[call.id]));
  const showLadder = useConsole((state) => state.ladderActions.show);
  const setBottomTab = useConsole((state) => state.setBottomTab);
  const judged = verdict(card, call);
  const all = findingsOfCard(card, call, found ?? []);
  // The target's own answer is the verdict already: of that finding only the proof is shown.
  const answer = all.find(({ id }) => id === 'D5');
  const findings = all.filter((finding) => finding !== answer);
  const proof = answer ? answer.messageSeqs[0] : findings.length === 0 ? judged.proof : undefined;
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
        <h3 className="min-w-0 flex-1 truncate" title={`${card.caller} to ${target}`}>
          <span className="font-semibold">
            {card.caller} to {target}
          </span>
          {card.targetName !== '' && (
            <span className="text-muted max-narrow:hidden"> · {formatNumber(card.target)}</span>
          )}
        </h3>
        <Elapsed card={card} />
        {isSettled(card) && (
          <IconButton
            label="Close this transfer"
            icon={<X aria-hidden="true" size={16} />}
            className="-mr-1.5"
            onClick={() => dismiss(line.id)}
          />
        )}
      </header>
      <VerdictLine {...judged}>
        {/* Another finding shows its message itself. */}
        {proof !== undefined && call && (
          <button type="button" className="shrink-0 text-accent underline" onClick={() => show(proof)}>
            Show the message
          </button>
        )}
      </VerdictLine>
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

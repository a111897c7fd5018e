import type { Silence } from '../../store/calls.ts';
import type { Line } from '../../store/line-model.ts';
import { clipName } from '../../store/names.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import type { TransferCard } from '../../store/transfer-card.ts';
import type { Verdict } from '../../store/verdict.ts';
import { Button } from '../../ui/Button.tsx';
import { formatClock, formatSpan } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';

interface RescueBarProps {
  line: Line;
  card: TransferCard;
  judged: Verdict;
  /** Id of the trunk's call, where the bridge's state is known. */
  callId: string | undefined;
}

/** The caller is still here: what to do for them, one key each. */
export function RescueBar({ line, card, judged, callId }: RescueBarProps) {
  const { transferTo, openTransfer, backToCall, attempt } = useConsoleStore().getState();
  const known = useConsole((state) => (callId === undefined ? undefined : state.silences[callId]));
  const read = useConsole((state) => state.now);
  const now = useNow(read, 500);
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-line bg-raised px-3 py-2">
      <p className="min-w-0 flex-1 basis-48">{silenceWords(line, card, known, now)}</p>
      <Button
        look={judged.retry ? 'primary' : 'plain'}
        shortcut="R"
        onClick={() => void attempt(transferTo(line.id, card.target))}
      >
        Retry
      </Button>
      <Button look={judged.retry ? 'plain' : 'primary'} shortcut="N" onClick={() => openTransfer(line.id)}>
        Another target
      </Button>
      <Button shortcut="B" onClick={() => void attempt(backToCall(line.id))}>
        Back to the call
      </Button>
    </div>
  );
}

/** How long the caller has heard nothing from the operator, as far as the trunk's bridge says. */
export function silenceWords(line: Line, card: TransferCard, silence: Silence | undefined, now: number): string {
  const caller = clipName(card.caller);
  if (silence && silence.until === undefined) {
    return `${caller} has heard nothing from you for ${formatClock(now - silence.since)}.`;
  }
  if (line.muted) return `You are muted: ${caller} hears nothing from you.`;
  if (silence?.until !== undefined && silence.until >= card.startedAt) {
    return `${caller} hears you again, after ${formatSpan(silence.until - silence.since)} without you.`;
  }
  return `${caller} is waiting on your line.`;
}

import type { ReferStep } from '../../phone/phone.ts';
import { isPending, type TransferCard } from '../../store/transfer-card.ts';
import { stepWords } from '../../store/words.ts';
import { Steps } from '../../ui/Steps.tsx';

/** One row a step, with the time since REFER. The one that is going on stands out. */
export function StepList({ card }: { card: TransferCard }) {
  const rows = card.steps.map((step) => ({
    ...stepWords(step, card.phase === 'succeeded'),
    ours: isOurs(step),
    failed: (step.kind === 'response' || step.kind === 'notify') && (step.status ?? 0) >= 300,
    sinceMs: step.at - card.startedAt,
  }));
  return <Steps rows={rows} going={isPending(card)} />;
}

function isOurs(step: ReferStep): boolean {
  return step.kind === 'refer' || (step.kind === 'session-ended' && step.end.by === 'us');
}

import { ArrowLeft, ArrowRight } from 'lucide-react';
import type { ReferStep } from '../../phone/phone.ts';
import { isPending, type TransferCard } from '../../store/transfer-card.ts';
import { stepWords } from '../../store/words.ts';
import { formatSpan } from '../../ui/format.ts';

/** One row a step, with the time since REFER. The one that is going on stands out. */
export function StepList({ card }: { card: TransferCard }) {
  const pending = isPending(card);
  return (
    <ol aria-label="Steps" className="min-h-[144px] py-1">
      {card.steps.map((step, index) => (
        <Step
          key={index}
          step={step}
          sinceMs={step.at - card.startedAt}
          current={pending && index === card.steps.length - 1}
        />
      ))}
    </ol>
  );
}

function Step({ step, sinceMs, current }: { step: ReferStep; sinceMs: number; current: boolean }) {
  const { label, means } = stepWords(step);
  const ours = step.kind === 'refer' || (step.kind === 'session-ended' && step.end.by === 'us');
  const Arrow = ours ? ArrowRight : ArrowLeft;
  const failed = (step.kind === 'response' || step.kind === 'notify') && (step.status ?? 0) >= 300;
  return (
    <li
      aria-current={current ? 'step' : undefined}
      className={`grid h-6 grid-cols-[64px_16px_minmax(0,1fr)_minmax(0,1fr)] items-center gap-2 px-3 ${
        current ? 'bg-info/12 font-semibold' : ''
      }`}
    >
      <span className="text-right text-muted">{formatSpan(sinceMs)}</span>
      <Arrow
        aria-label={ours ? 'sent' : 'received'}
        size={14}
        className={ours ? 'text-accent' : failed ? 'text-bad' : 'text-muted'}
      />
      <span className={`truncate ${failed ? 'text-bad' : ''}`}>{label}</span>
      <span className="truncate text-muted">{means}</span>
    </li>
  );
}

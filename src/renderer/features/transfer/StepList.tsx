import { ArrowLeft, ArrowRight } from 'lucide-react';
import type { ReferStep } from '../../phone/phone.ts';
import { isPending, type TransferCard } from '../../store/transfer-card.ts';
import { stepWords } from '../../store/words.ts';
import { formatSpan } from '../../ui/format.ts';

/** One row a step, with the time since REFER. The one that is going on stands out. */
export function StepList({ card }: { card: TransferCard }) {
  const pending = isPending(card);
  return (
    <ol aria-label="Steps" className="min-h-[128px] shrink-0 border-t border-line py-1">
      {card.steps.map((step, index) => (
        <Step
          key={index}
          step={step}
          sinceMs={step.at - card.startedAt}
          answered={card.phase === 'succeeded'}
          current={pending && index === card.steps.length - 1}
        />
      ))}
    </ol>
  );
}

interface StepProps {
  step: ReferStep;
  sinceMs: number;
  answered: boolean;
  current: boolean;
}

function Step({ step, sinceMs, answered, current }: StepProps) {
  const { label, means } = stepWords(step, answered);
  const ours = step.kind === 'refer' || (step.kind === 'session-ended' && step.end.by === 'us');
  const Arrow = ours ? ArrowRight : ArrowLeft;
  const failed = (step.kind === 'response' || step.kind === 'notify') && (step.status ?? 0) >= 300;
  return (
    <li
      aria-current={current ? 'step' : undefined}
      className={`grid h-6 grid-cols-[60px_16px_minmax(0,220px)_minmax(0,1fr)] items-center max-narrow:grid-cols-[60px_16px_minmax(0,1fr)] gap-2 px-3 ${
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
      <span className="truncate text-muted max-narrow:sr-only">{means}</span>
    </li>
  );
}

import { ArrowLeft, ArrowRight } from 'lucide-react';
import { formatSpan } from './format.ts';

export interface StepRow {
  label: string;
  means: string;
  /** We sent it. */
  ours: boolean;
  failed: boolean;
  /** Since the first one. */
  sinceMs: number;
}

/** What went to and fro, one row a step. The last one stands out while it goes on. */
export function Steps({ rows, going }: { rows: readonly StepRow[]; going: boolean }) {
  return (
    <ol aria-label="Steps" className="min-h-[128px] shrink-0 border-t border-line py-1">
      {rows.map((row, index) => (
        <Row key={index} row={row} current={going && index === rows.length - 1} />
      ))}
    </ol>
  );
}

function Row({ row: { label, means, ours, failed, sinceMs }, current }: { row: StepRow; current: boolean }) {
  const Arrow = ours ? ArrowRight : ArrowLeft;
  return (
    <li
      aria-current={current ? 'step' : undefined}
      className={`grid min-h-6 grid-cols-[60px_16px_minmax(0,1fr)_minmax(0,1fr)] items-center max-narrow:grid-cols-[60px_16px_minmax(0,1fr)] gap-2 px-3 ${
        current ? 'bg-info/12 font-semibold' : ''
      }`}
    >
      <span className="text-right text-muted">{formatSpan(sinceMs)}</span>
      <Arrow
        aria-label={ours ? 'sent' : 'received'}
        size={14}
        className={ours ? 'text-accent' : failed ? 'text-bad' : 'text-muted'}
      />
      <span className={`wrap-anywhere ${failed ? 'text-bad' : ''}`}>{label}</span>
      <span className="text-muted wrap-anywhere max-narrow:sr-only">{means}</span>
    </li>
  );
}

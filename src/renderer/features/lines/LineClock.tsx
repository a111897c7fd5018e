import type { Line } from '../../store/line-model.ts';
import { useConsole } from '../../store/store.ts';
import { formatClock } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';

/** Time since the answer, or since it began to ring; stands still when the line has ended. */
export function LineClock({ line, className = '' }: { line: Line; className?: string }) {
  const read = useConsole((state) => state.now);
  const now = useNow(read, 250, line.state !== 'ended');
  const until = line.end?.at ?? now;
  return (
    <time className={`shrink-0 tabular-nums ${className}`}>
      {formatClock(until - (line.answeredAt ?? line.startedAt))}
    </time>
  );
}

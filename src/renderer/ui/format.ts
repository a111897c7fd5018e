/** Times and spans as people write them. */
import { formatClockTime } from './dates.ts';

/** A running clock: `0:07`, `12:34`, `1:02:03`. */
export function formatClock(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const seconds = String(total % 60).padStart(2, '0');
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** A measured span: `12 ms`, `4.2 s`, `1:02 min`. */
export function formatSpan(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${formatClock(ms)} min`;
}

/** Time of day, 24 hours, in the operator's time zone. */
export function formatTimeOfDay(at: number): string {
  return formatClockTime(at, 'minutes');
}

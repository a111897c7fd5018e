/** How a record's values are written for people. */
import type { CallRecord } from '../../../contract/model.ts';

const dayFormat = new Intl.DateTimeFormat(undefined, { day: '2-digit', month: 'short' });
const timeFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** Local time of day, `14:02:11`. */
export function formatClock(at: number): string {
  return timeFormat.format(at);
}

/** Local day, `20 Nov`. */
export function formatDay(at: number): string {
  return dayFormat.format(at);
}

/** `0:07`, `12:30`, from an hour on `1:02:03`; parts of a second are dropped, as clocks do. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}

export const resultWords: Readonly<Record<CallRecord['result'], string>> = {
  answered: 'Answered',
  transferred: 'Transferred',
  busy: 'Busy',
  'no-answer': 'No answer',
  declined: 'Declined',
  canceled: 'Canceled',
  'not-found': 'Unknown number',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

export const endedByWords: Readonly<Record<CallRecord['endedBy'], string>> = {
  caller: 'Caller',
  endpoint: 'Endpoint',
  target: 'Target',
  trunk: 'Trunk',
  unknown: 'Unknown',
};

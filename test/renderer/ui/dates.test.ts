import { expect, it } from 'vitest';
import { formatDay, formatWhen, isRepeated } from '../../../src/renderer/ui/dates.ts';

const HOUR = 3_600_000;

it('a day has its year when it is not the present one', () => {
  const now = new Date(2026, 10, 30).getTime();
  expect(formatDay(new Date(2026, 10, 20).getTime(), now)).not.toContain('2026');
  expect(formatDay(new Date(2025, 10, 20).getTime(), now)).toContain('2025');
});

it('a time of today stands alone, one of another day with that day', () => {
  const now = new Date(2026, 10, 30, 15).getTime();
  expect(formatWhen(new Date(2026, 10, 30, 9, 5).getTime(), now)).toBe('09:05');
  expect(formatWhen(new Date(2025, 10, 30, 9, 5).getTime(), now)).toMatch(/2025.*09:05/);
});

it('both hours of a clock change are told apart, and no other hour', () => {
  // Berlin, 25 October 2026: at 3:00 summer time the clock goes back to 2:00.
  const change = Date.UTC(2026, 9, 25, 1);
  const offset = (at: number): number => (at < change ? 120 : 60);
  const repeated = [-1.5, -1, -0.5, 0, 0.5, 0.99, 1, 1.5].map((hours) => isRepeated(change + hours * HOUR, offset));
  expect(repeated).toEqual([false, true, true, true, true, true, false, false]);
});

it('a clock that goes forward repeats nothing', () => {
  const change = Date.UTC(2026, 2, 29, 1);
  const offset = (at: number): number => (at < change ? 60 : 120);
  expect([-1, -0.5, 0, 0.5, 1].map((hours) => isRepeated(change + hours * HOUR, offset))).not.toContain(true);
});

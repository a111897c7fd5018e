import { expect, it } from 'vitest';
import { recordsWords } from '../../src/renderer/features/records/records-words.ts';

it('W4: says that records cannot be read or written, why, and when they work again', () => {
  const since = Date.UTC(2030, 0, 1, 12);
  expect(recordsWords(undefined)).toBeUndefined();
  expect(recordsWords({ state: 'unreadable', since, why: 'disk I/O error' })).toEqual({
    title: 'The records cannot be read',
    says: 'The trunk was told: disk I/O error. Calls go on. The trunk tries again every few seconds; the list comes back by itself.',
    over: false,
  });
  expect(recordsWords({ state: 'unwritable', since, why: 'database or disk is full' })?.says).toContain('Make room');
  expect(recordsWords({ state: 'works', since })).toMatchObject({ title: 'The records work again', over: true });
});

import { expect, it } from 'vitest';
import { inProgress, open, record } from './fixture.ts';

it('gives the ended records of one profile by number, newest first, and counts them', () => {
  const { store } = open();
  for (let i = 0; i < 5; i += 1) store.finish(record(`p${i}`, { startedAt: 1000 + i }));
  store.finish(record('s', { provider: 'sinch' }));
  store.begin(inProgress('live'));
  const slice = (offset: number, limit: number) => {
    const { records, total } = store.slice({ provider: 'plivo', offset, limit });
    return [records.map(({ id }) => id), total];
  };
  expect(slice(0, 2)).toEqual([['p4', 'p3'], 5]);
  expect(slice(4, 2)).toEqual([['p0'], 5]);
  expect(slice(5, 2)).toEqual([[], 5]);
  expect(store.slice({ provider: 'sinch', offset: 0, limit: 9 }).records.map(({ id }) => id)).toEqual(['s']);
});

import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { RecordingRetention } from '../../src/core/history/recording-retention.ts';
import { keepingLog } from '../cdr/fixture.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const HOUR_MS = 3_600_000;

/** A folder with one recording, as old as the clock: it grows older with it. */
async function setUp(keepDays: number, remove = (): Promise<boolean> => Promise.resolve(true)) {
  const folder = await mkdtemp(path.join(tmpdir(), 'patchcord-retention-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const clock = new VirtualClock();
  const file = path.join(folder, 'a.wav');
  await writeFile(file, '');
  await utimes(file, clock.wall() / 1000, clock.wall() / 1000);
  const logged: string[] = [];
  const removed: string[] = [];
  const retention = new RecordingRetention({
    clock,
    log: keepingLog(logged),
    folder,
    keepDays: () => keepDays,
    remove: (id) => {
      removed.push(id);
      return remove();
    },
  });
  return { clock, retention, logged, removed };
}

it('looks once an hour, and deletes what has become too old', async () => {
  const { clock, retention, logged, removed } = await setUp(1);
  retention.start();
  clock.advance(24 * HOUR_MS);
  await retention.stop();
  expect(removed).toEqual([]);
  const later = await setUp(1);
  later.clock.advance(24 * HOUR_MS + 1);
  later.retention.start();
  await vi.waitFor(() => expect(later.logged).toEqual(['info deleted recordings that were kept long enough']));
  expect(later.removed).toEqual(['a']);
  later.clock.advance(HOUR_MS);
  await vi.waitFor(() => expect(later.removed).toEqual(['a', 'a']));
  await later.retention.stop();
  expect([clock.pending, later.clock.pending, logged]).toEqual([0, 0, []]);
});

it('deletes nothing when recordings are kept for ever', async () => {
  const { clock, retention, removed } = await setUp(0);
  clock.advance(10_000 * 24 * HOUR_MS);
  retention.start();
  await retention.stop();
  expect(removed).toEqual([]);
});

it('says which file the disk does not let go', async () => {
  const { clock, retention, logged } = await setUp(1, () => Promise.reject(new Error('in use')));
  clock.advance(25 * HOUR_MS);
  retention.start();
  await vi.waitFor(() => expect(logged).toEqual([expect.stringMatching(/^warn an old recording cannot be deleted/)]));
  await retention.stop();
});

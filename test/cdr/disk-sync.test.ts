import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DiskSync } from '../../src/core/cdr/disk-sync.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { folder, keepingLog, open, record } from './fixture.ts';

function syncing(): {
  clock: VirtualClock;
  sync: DiskSync;
  done: string[];
  logged: string[];
  /** What the disk is asked to do waits here for its answer. */
  waiting: ((error: Error | null) => void)[];
} {
  const clock = new VirtualClock();
  const done: string[] = [];
  const logged: string[] = [];
  const waiting: ((error: Error | null) => void)[] = [];
  const sync = new DiskSync({
    file: 'records.sqlite',
    clock,
    log: keepingLog(logged),
    disk: {
      open: (file, _flags, opened) => {
        done.push(`open ${file}`);
        waiting.push((error) => opened(error, 7));
      },
      fdatasync: (descriptor, synced) => {
        done.push(`sync ${descriptor}`);
        waiting.push(synced);
      },
      close: (descriptor) => done.push(`close ${descriptor}`),
    },
  });
  return { clock, sync, done, logged, waiting };
}

it('what was committed is synced half a second later, however much it was', () => {
  const { clock, sync, done, waiting } = syncing();
  sync.committed();
  sync.committed();
  clock.advance(499);
  expect(done).toEqual([]);
  clock.advance(1);
  waiting.shift()?.(null);
  waiting.shift()?.(null);
  expect(done).toEqual(['open records.sqlite-wal', 'sync 7']);
  expect(clock.pending).toBe(0);
});

it('what is committed during a sync is synced after it', () => {
  const { clock, sync, done, waiting } = syncing();
  sync.committed();
  clock.advance(500);
  waiting.shift()?.(null);
  sync.committed();
  clock.advance(5000);
  expect(done).toHaveLength(2);
  waiting.shift()?.(null);
  clock.advance(500);
  expect(done).toEqual(['open records.sqlite-wal', 'sync 7', 'sync 7']);
});

it('a disk that fails is said once and tried again', () => {
  const { clock, sync, done, logged, waiting } = syncing();
  sync.committed();
  for (let i = 0; i < 3; i += 1) {
    clock.advance(500);
    waiting.shift()?.(new Error('EIO'));
  }
  expect(done).toHaveLength(3);
  expect(logged).toEqual(['warn records may not reach the disk in time']);
  sync.close();
  expect(clock.pending).toBe(0);
});

it('closed during a sync, it lets the log go afterwards', () => {
  const { clock, sync, done, waiting } = syncing();
  sync.committed();
  clock.advance(500);
  waiting.shift()?.(null);
  sync.close();
  expect(done).not.toContain('close 7');
  waiting.shift()?.(null);
  expect(done.at(-1)).toBe('close 7');
  sync.committed();
  expect(clock.pending).toBe(0);
});

it('the log of a records file can be synced', async () => {
  const clock = new VirtualClock();
  const file = join(folder(), 'records.sqlite');
  const { store } = open(file);
  store.finish(record('a'));
  store.flush();
  expect(existsSync(`${file}-wal`)).toBe(true);
  const logged: string[] = [];
  const sync = new DiskSync({ file, clock, log: keepingLog(logged) });
  sync.committed();
  clock.advance(500);
  // A second commit is synced once the first is done: then its timer is armed.
  sync.committed();
  await expect.poll(() => clock.pending).toBe(1);
  expect(logged).toEqual([]);
  sync.close();
  store.close();
});

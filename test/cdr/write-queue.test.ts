import { describe, expect, it } from 'vitest';
import { RecordsHealth } from '../../src/core/cdr/health.ts';
import { WriteQueue } from '../../src/core/cdr/write-queue.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { keepingLog } from './fixture.ts';

function queueing(maxQueued?: number) {
  const clock = new VirtualClock();
  const logged: string[] = [];
  const committed: string[][] = [];
  const disk = { full: false, attempts: 0 };
  const log = keepingLog(logged);
  const queue = new WriteQueue<string>({
    clock,
    log,
    health: new RecordsHealth({ clock, log }),
    ...(maxQueued === undefined ? {} : { maxQueued }),
    commit: (batch) => {
      disk.attempts += 1;
      if (disk.full) throw new Error('disk is full');
      committed.push([...batch]);
      return undefined;
    },
  });
  return { queue, clock, logged, committed, disk };
}

describe('a queue of writes', () => {
  it('commits what came within 20 ms together, in order', () => {
    const { queue, clock, committed } = queueing();
    queue.push('a');
    clock.advance(19);
    queue.push('b');
    clock.advance(1);
    queue.push('c');
    expect(committed).toEqual([['a', 'b']]);
    clock.advance(200);
    expect(committed).toEqual([['a', 'b'], ['c']]);
    expect(clock.pending).toBe(0);
  });

  it('commits at most twenty times a second under load', () => {
    const { queue, clock, committed } = queueing();
    for (let ms = 0; ms < 1000; ms += 10) {
      queue.push(String(ms));
      clock.advance(10);
    }
    expect(committed.length).toBe(20);
  });

  it('commits nothing when nothing came', () => {
    const { queue, disk } = queueing();
    queue.flush();
    expect(disk.attempts).toBe(0);
  });

  it('keeps everything while the disk is full, tries once a second, and says so once', () => {
    const { queue, clock, committed, disk, logged } = queueing();
    disk.full = true;
    queue.push('a');
    clock.advance(20);
    queue.push('b');
    clock.advance(3000);
    expect(disk.attempts).toBe(4);
    expect(logged).toEqual(['error records cannot be written for now']);
    disk.full = false;
    clock.advance(1000);
    expect(committed).toEqual([['a', 'b']]);
    expect(logged.at(-1)).toBe('info records are written again');
    expect(clock.pending).toBe(0);
  });

  it('gives up the oldest writes when too many wait', () => {
    const { queue, committed, logged } = queueing(2);
    for (const write of ['a', 'b', 'c']) queue.push(write);
    queue.flush();
    expect(committed).toEqual([['b', 'c']]);
    expect(logged).toEqual(['error writes of records were given up']);
  });

  it('tries a last time when it is closed, and leaves no timer', () => {
    const { queue, clock, committed, disk, logged } = queueing();
    queue.push('a');
    queue.close();
    expect(committed).toEqual([['a']]);
    disk.full = true;
    queue.push('b');
    queue.close();
    expect(logged.at(-1)).toBe('error writes of records were given up');
    expect(clock.pending).toBe(0);
  });
});

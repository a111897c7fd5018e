import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

describe('the virtual clock', () => {
  it('fires what falls due, each at its own instant, also what was armed meanwhile', () => {
    const clock = new VirtualClock();
    const fired: [string, number][] = [];
    clock.after(10, () => {
      fired.push(['A', clock.now()]);
      clock.after(5, () => fired.push(['B', clock.now()]));
    });
    clock.after(12, () => fired.push(['C', clock.now()]));
    clock.after(21, () => fired.push(['D', clock.now()]));
    clock.advance(20);
    expect(fired).toEqual([
      ['A', 10],
      ['C', 12],
      ['B', 15],
    ]);
    expect(clock.now()).toBe(20);
    expect(clock.pending).toBe(1);
    expect(new Date(clock.wall()).toISOString()).toBe('2030-01-01T00:00:00.020Z');
  });

  it('lets promises settle between timers when asked to', async () => {
    const clock = new VirtualClock();
    const order: string[] = [];
    clock.after(1, () => void Promise.resolve().then(() => order.push('promise of A')));
    clock.after(2, () => order.push('B'));
    await clock.advanceAsync(2);
    expect(order).toEqual(['promise of A', 'B']);
  });
});

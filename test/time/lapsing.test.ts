import { expect, it } from 'vitest';
import { Lapsing } from '../../src/core/time/lapsing.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

function kept(): { clock: VirtualClock; lapsing: Lapsing<number>; gone: string[] } {
  const clock = new VirtualClock();
  const gone: string[] = [];
  const lapsing = new Lapsing<number>(clock, 100, (key, value) => gone.push(`${key}${value}`));
  return { clock, lapsing, gone };
}

it('keeps each for its time and no longer, with one timer for all', () => {
  const { clock, lapsing, gone } = kept();
  lapsing.set('a', 1);
  clock.advance(40);
  lapsing.set('b', 2);
  expect(clock.pending).toBe(1);
  clock.advance(59);
  expect([lapsing.get('a'), lapsing.get('b'), gone]).toEqual([1, 2, []]);
  clock.advance(1);
  expect([lapsing.get('a'), lapsing.get('b'), gone]).toEqual([undefined, 2, ['a1']]);
  clock.advance(40);
  expect([lapsing.size, gone, clock.pending]).toEqual([0, ['a1', 'b2'], 0]);
});

it('begins anew for a key that is set again', () => {
  const { clock, lapsing, gone } = kept();
  lapsing.set('a', 1);
  lapsing.set('b', 2);
  clock.advance(60);
  lapsing.set('a', 3);
  clock.advance(40);
  expect(gone).toEqual(['b2']);
  clock.advance(60);
  expect(gone).toEqual(['b2', 'a3']);
});

it('lets one go early without telling, and leaves no timer behind', () => {
  const { clock, lapsing, gone } = kept();
  lapsing.set('a', 1);
  expect(lapsing.delete('a')).toBe(1);
  expect(lapsing.delete('a')).toBeUndefined();
  expect(clock.pending).toBe(0);
  lapsing.set('b', 2);
  lapsing.drain((key) => gone.push(`drained ${key}`));
  expect([gone, clock.pending, lapsing.size]).toEqual([['drained b'], 0, 0]);
});

it('takes what is set while others lapse', () => {
  const clock = new VirtualClock();
  const gone: string[] = [];
  const lapsing: Lapsing<number> = new Lapsing(clock, 100, (key, round) => {
    gone.push(`${key}${round}`);
    if (round < 2) lapsing.set(key, round + 1);
  });
  lapsing.set('a', 1);
  clock.advance(100);
  clock.advance(100);
  expect([gone, clock.pending]).toEqual([['a1', 'a2'], 0]);
});

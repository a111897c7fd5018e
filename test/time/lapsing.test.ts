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

it('lets all go without telling, and leaves no timer behind', () => {
  const { clock, lapsing, gone } = kept();
  lapsing.set('b', 1);
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

it('may keep each a little longer, so that many lapse in one go', () => {
  const clock = new VirtualClock();
  const gone: string[] = [];
  const lapsing: Lapsing<number> = new Lapsing(clock, 100, (key) => gone.push(`${key} ${clock.now()}`), 20);
  for (let i = 0; i < 4; i += 1) {
    lapsing.set(`${i}`, i);
    clock.advance(10);
  }
  clock.advance(200);
  // The first sweep takes three; the fourth is 10 ms younger and has its own 20.
  expect(gone).toEqual(['0 120', '1 120', '2 120', '3 150']);
  expect(clock.pending).toBe(0);
});

it('keeps order and memory over many thousand values', () => {
  const clock = new VirtualClock();
  let last = -1;
  const lapsing: Lapsing<number> = new Lapsing(clock, 1000, (_, value) => {
    expect(value).toBe(last + 1);
    last = value;
  });
  for (let i = 0; i < 20_000; i += 1) {
    lapsing.set(`${i}`, i);
    clock.advance(1);
    expect(lapsing.size).toBeLessThanOrEqual(1000);
  }
  lapsing.drain((_, value) => {
    last = value;
  });
  expect([last, lapsing.size, clock.pending]).toEqual([19_999, 0, 0]);
});

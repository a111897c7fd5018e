import { expect, it } from 'vitest';
import { Capacity } from '../../../src/core/b2bua/capacity.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function limited(concurrentCalls: number, callsPerSecond: number) {
  const clock = new VirtualClock();
  return { clock, capacity: new Capacity(clock, () => ({ concurrentCalls, callsPerSecond })) };
}

it('P25: counts the legs that are there', () => {
  const { capacity } = limited(10, 10);
  capacity.take();
  capacity.take();
  capacity.giveBack();
  expect(capacity.view().legs).toBe(1);
});

it('P25: lets one second of calls begin at once, then one for each part of a second', () => {
  const { clock, capacity } = limited(100, 4);
  for (let i = 0; i < 4; i += 1) {
    expect(capacity.view().waitMs).toBe(0);
    capacity.take();
  }
  expect(capacity.view().waitMs).toBe(250);
  clock.advance(249);
  expect(capacity.view().waitMs).toBe(1);
  clock.advance(1);
  expect(capacity.view().waitMs).toBe(0);
  capacity.take();
  expect(capacity.view().waitMs).toBe(250);
});

it('P25: saves up no more than one second of calls', () => {
  const { clock, capacity } = limited(100, 2);
  clock.advance(60_000);
  capacity.take();
  capacity.take();
  expect(capacity.view().waitMs).toBe(500);
});

it('P25: tells those who may wait when their turn is, one after the other', () => {
  const clock = new VirtualClock();
  const limits = { concurrentCalls: 100, callsPerSecond: 4 };
  const capacity = new Capacity(
    clock,
    () => limits,
    () => ({ length: 3, seconds: 60 }),
  );
  expect([1, 2, 3, 4, 5, 6].map(() => capacity.take())).toEqual([0, 0, 0, 0, 250, 500]);
  expect(capacity.view()).toMatchObject({ legs: 6, waitMs: 750, queue: 'open' });
  capacity.take();
  expect(capacity.view().queue).toBe('full');
  clock.advance(250);
  expect(capacity.view()).toMatchObject({ waitMs: 750, queue: 'open' });
  capacity.giveBack(true);
  expect(capacity.view()).toMatchObject({ waitMs: 500, legs: 6 });
});

it('P25: lets nobody wait longer than the queue allows', () => {
  const queue = { length: 100, seconds: 2 };
  const capacity = new Capacity(
    new VirtualClock(),
    () => ({ concurrentCalls: 100, callsPerSecond: 1 }),
    () => queue,
  );
  expect([1, 2, 3].map(() => capacity.take())).toEqual([0, 1000, 2000]);
  expect(capacity.view()).toMatchObject({ waitMs: 3000, queue: 'full' });
});

it('P25: follows limits that change while it runs', () => {
  const clock = new VirtualClock();
  let callsPerSecond = 1;
  const capacity = new Capacity(clock, () => ({ concurrentCalls: 1, callsPerSecond }));
  capacity.take();
  callsPerSecond = 10;
  expect(capacity.view()).toMatchObject({ callsPerSecond: 10, waitMs: 100 });
});

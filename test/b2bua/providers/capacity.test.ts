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

it('P25: follows limits that change while it runs', () => {
  const clock = new VirtualClock();
  let callsPerSecond = 1;
  const capacity = new Capacity(clock, () => ({ concurrentCalls: 1, callsPerSecond }));
  capacity.take();
  callsPerSecond = 10;
  expect(capacity.view()).toMatchObject({ callsPerSecond: 10, waitMs: 100 });
});

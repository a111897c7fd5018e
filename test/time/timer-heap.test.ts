import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerHeap } from '../../src/core/time/timer-heap.ts';

describe('the timer heap', () => {
  it('gives timers out in the order they fall due, and in the order armed where they fall due together', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 200 }), (instants) => {
        const heap = new TimerHeap();
        const fired: [number, number][] = [];
        instants.forEach((at, order) => heap.arm(at, () => fired.push([at, order])));
        for (let due = heap.takeDue(Infinity); due !== undefined; due = heap.takeDue(Infinity)) due.fire();
        const expected = instants.map((at, order): [number, number] => [at, order]);
        expected.sort(([at, order], [otherAt, otherOrder]) => at - otherAt || order - otherOrder);
        expect(fired).toEqual(expected);
      }),
    );
  });

  it('forgets a cancelled timer at once and keeps the others in order, under any interleaving', () => {
    type Action = { arm: number } | { cancel: number } | { take: number };
    const action: fc.Arbitrary<Action> = fc.oneof(
      fc.record({ arm: fc.nat({ max: 50 }) }),
      fc.record({ cancel: fc.nat({ max: 100 }) }),
      fc.record({ take: fc.nat({ max: 50 }) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const heap = new TimerHeap();
        const timers: { at: number; order: number; handle: { cancel(): void } }[] = [];
        let model: typeof timers = [];
        for (const step of actions) {
          if ('arm' in step) {
            const timer = { at: step.arm, order: timers.length, handle: heap.arm(step.arm, () => {}) };
            timers.push(timer);
            model.push(timer);
          } else if ('cancel' in step) {
            const timer = timers[step.cancel];
            timer?.handle.cancel();
            model = model.filter((other) => other !== timer);
          } else {
            model.sort((a, b) => a.at - b.at || a.order - b.order);
            const expected = model[0] !== undefined && model[0].at <= step.take ? model.shift() : undefined;
            expect(heap.takeDue(step.take)).toBe(expected?.handle);
          }
          expect(heap.size).toBe(model.length);
          expect(heap.nextAt).toBe(model.length === 0 ? undefined : Math.min(...model.map(({ at }) => at)));
        }
      }),
    );
  });

  it('takes the cancelling of a timer that fired or was cancelled in its stride', () => {
    const heap = new TimerHeap();
    const first = heap.arm(1, () => {});
    const second = heap.arm(2, () => {});
    heap.takeDue(1);
    first.cancel();
    second.cancel();
    second.cancel();
    expect(heap.size).toBe(0);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TurnoverMap } from '../../src/core/collections/turnover-map.ts';

it('does what a Map does, whatever is done with it', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', '1', '');
  const step = fc.oneof(
    fc.record({ does: fc.constant('set' as const), key, value: fc.integer() }),
    fc.record({ does: fc.constantFrom('delete' as const, 'get' as const, 'has' as const), key }),
    fc.record({ does: fc.constant('clear' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const ours = new TurnoverMap<string, number>();
      const map = new Map<string, number>();
      for (const each of steps) {
        if (each.does === 'set') {
          ours.set(each.key, each.value);
          map.set(each.key, each.value);
        } else if (each.does === 'clear') {
          ours.clear();
          map.clear();
        } else expect(ours[each.does](each.key)).toBe(map[each.does](each.key));
        expect(ours.size).toBe(map.size);
        expect([...ours.entries()]).toEqual([...map.entries()]);
      }
      expect([...ours.keys()]).toEqual([...map.keys()]);
      expect([...ours.values()]).toEqual([...map.values()]);
    }),
    { numRuns: 200 },
  );
});

it('leaves out what is deleted while it is walked through', () => {
  const map = new TurnoverMap<object, string>();
  const [first, second] = [{}, {}];
  map.set(first, 'first');
  map.set(second, 'second');
  const seen: string[] = [];
  for (const value of map.values()) {
    seen.push(value);
    map.delete(second);
  }
  expect(seen).toEqual(['first']);
});

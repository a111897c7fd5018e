import { expect, it } from 'vitest';
import { orderedIds } from '../../src/core/composition/ordered-ids.ts';

const random = (): string => 'beef';

it('gives 16 hexadecimal digits, each id greater than the one before', () => {
  let now = 1_900_000_000_000;
  const id = orderedIds({ wall: () => now }, random);
  const ids = Array.from({ length: 200_000 }, (_, i) => {
    if (i % 1000 === 0) now += 7;
    return id();
  });
  expect(ids.every((each) => /^[0-9a-f]{16}$/.test(each))).toBe(true);
  expect(ids.every((each, i) => i === 0 || each > ids[i - 1]!)).toBe(true);
  expect(ids[0]).toBe('713fb3000000beef');
});

it('keeps its order when the clock is set back', () => {
  let now = 1_900_000_000_000;
  const id = orderedIds({ wall: () => now }, random);
  const before = id();
  now -= 3_600_000;
  expect(id() > before).toBe(true);
});

import { describe, expect, it } from 'vitest';
import { memoryLeg } from '../support/memory-ports.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

describe('a plain leg', () => {
  it.each([
    ['sendrecv', true],
    ['sendonly', false],
    ['recvonly', false],
    ['inactive', false],
  ])('W5: whose peer says %s has a reason to send: %s', async (direction, expected) => {
    const { session } = await memoryLeg(new VirtualClock(), '0 101', direction);
    expect(session.expected).toBe(expected);
    await session.close();
  });
});

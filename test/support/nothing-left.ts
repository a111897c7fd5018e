import { expect } from 'vitest';
import type { Agent } from './agent.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** After the longest timers no transaction, session or timer may be left. */
export function expectNothingLeft(clock: VirtualClock, ...agents: Agent[]): void {
  clock.advance(400_000);
  for (const { transactions, ua } of agents) {
    expect(transactions.counts()).toEqual({ client: 0, server: 0 });
    expect([...ua.sessions].map(({ state, callId }) => ({ state, callId }))).toEqual([]);
  }
  expect(clock.pending).toBe(0);
}

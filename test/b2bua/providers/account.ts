import type { Account } from '../../../src/core/b2bua/policy.ts';

/** An account with room for everything, in three countries. */
export function account(more: Partial<Account> = {}): Account {
  return {
    domain: 'demo.zt.patchcord.test',
    numbers: ['+14155550100', '+14155550101'],
    countries: ['US', 'CA', 'GB'],
    capacity: { legs: 1, concurrentCalls: 100, callsPerSecond: 50, waitMs: 0 },
    ...more,
  };
}

import { expect, it } from 'vitest';
import { dialReport, failureOf } from '../../src/core/voice/dial-report.ts';

it('Dial: reports status, leg, duration and whether the two talked', () => {
  expect(dialReport({ status: 'completed', sid: 'CA1', seconds: 0, bridged: true })).toEqual([
    ['DialCallStatus', 'completed'],
    ['DialCallSid', 'CA1'],
    ['DialCallDuration', '0'],
    ['DialBridged', 'true'],
  ]);
});

it('T9: Dial leaves out the leg that was not placed and the duration that there was not', () => {
  expect(dialReport({ status: 'failed', bridged: false })).toEqual([
    ['DialCallStatus', 'failed'],
    ['DialBridged', 'false'],
  ]);
});

it.each([
  [[486], 'busy'],
  [[600], 'busy'],
  [[408], 'no-answer'],
  [[480], 'no-answer'],
  [[404], 'failed'],
  [[603], 'failed'],
  [[503, 480, 404], 'no-answer'],
  [[480, 486, 404], 'busy'],
  [[], 'failed'],
])('Dial: that all failed with %j is %s', (statuses, status) => {
  expect(failureOf(statuses)).toBe(status);
});

import { describe, expect, it } from 'vitest';
import { lineStatus } from '../../../src/renderer/features/status/LineStatus.tsx';
import type { ReferStep } from '../../../src/renderer/phone/phone.ts';
import type { Line } from '../../../src/renderer/store/line-model.ts';
import { endWords, mayRetry, stepWords } from '../../../src/renderer/store/words.ts';
import type { TrunkStatus } from '../../../src/contract/model.ts';

const trunk = (state: TrunkStatus['state']) => ({ state }) as TrunkStatus;

describe('the words of a step', () => {
  it('call a BYE a release only after the target has answered', () => {
    const bye = { kind: 'session-ended', at: 0, end: { by: 'them', method: 'BYE', at: 0 } } as const;
    expect(stepWords(bye, true).means).toBe('your line is released');
    expect(stepWords(bye, false).means).toBe('the call is over');
  });

  it('tell a BYE of the operator from one that the console sent by itself', () => {
    const bye = (auto: object) => ({ kind: 'session-ended', at: 0, end: { by: 'us', method: 'BYE', at: 0, ...auto } });
    const means = (auto: object) => stepWords(bye(auto) as ReferStep, true).means;
    expect([means({}), means({ auto: true })]).toEqual(['you hung up', 'the console leaves']);
    const line = { answeredAt: 1, direction: 'in', end: { by: 'us', method: 'BYE', at: 2, auto: true } } as Line;
    expect(endWords(line, 'Dana')).toBe('The call was transferred, and the console left it.');
    expect(endWords({ ...line, end: { by: 'us', method: 'BYE', at: 2 } }, 'Dana')).toBe('You hung up.');
  });

  it.each([
    [{ kind: 'response', at: 0, status: 202, reason: 'Accepted' }, '202 Accepted', 'the trunk will try'],
    [{ kind: 'response', at: 0, status: 403, reason: 'Forbidden' }, '403 Forbidden', 'the trunk refuses'],
    [
      { kind: 'notify', at: 0, status: 100, reason: 'Trying', terminated: false },
      'NOTIFY 100 Trying',
      'calling the target',
    ],
    [{ kind: 'notify', at: 0, status: 183, reason: '', terminated: false }, 'NOTIFY 183', 'the target rings'],
    [
      { kind: 'notify', at: 0, status: 486, reason: 'Busy Here', terminated: true },
      'NOTIFY 486 Busy Here',
      'the target is busy',
    ],
    [{ kind: 'notify', at: 0, terminated: true, why: 'timeout' }, 'NOTIFY', 'ended, timeout'],
  ] as const)('%o', (step, label, means) => {
    expect(stepWords(step, false)).toEqual({ label, means });
  });

  it('encourage a retry only where the same target may go another way', () => {
    expect([486, 408, 480, 503].map(mayRetry)).toEqual([true, true, true, true]);
    expect([400, 403, 404, 603].map(mayRetry)).toEqual([false, false, false, false]);
  });
});

describe('the line in the status bar', () => {
  const reconnecting = { state: 'reconnecting', attempt: 3, nextAt: 5600, since: 0 } as const;

  it.each([
    ['starting', 'Trunk starting'],
    ['stopping', 'Trunk stopping'],
    ['stopped', 'Trunk stopped'],
    ['failed', 'Trunk failed'],
  ] as const)('says that the trunk is %s before anything about registration', (state, words) => {
    expect(lineStatus({ state: 'registered' }, 'connected', trunk(state), 0).words).toBe(words);
  });

  it('counts the seconds to the next attempt down to zero', () => {
    const at = (now: number) => lineStatus(reconnecting, 'connected', trunk('running'), now).words;
    expect([2000, 5000, 9000].map(at)).toEqual([
      'Line lost, try 3 in 4 s',
      'Line lost, try 3 in 1 s',
      'Line lost, try 3 in 0 s',
    ]);
  });

  it('does not hide that the picture of the calls is stale while the line itself is ready', () => {
    const { look, words } = lineStatus({ state: 'registered' }, 'reconnecting', trunk('running'), 0);
    expect([look, words]).toEqual(['retry', 'Line ready, no live view']);
  });

  it('gives the status with which the registrar refused', () => {
    const refused = { state: 'refused', status: 403, reason: 'Forbidden' } as const;
    expect(lineStatus(refused, 'connected', trunk('running'), 0).words).toBe('Line refused (403 Forbidden)');
  });
});

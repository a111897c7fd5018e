import { describe, expect, it } from 'vitest';
import { referReport, stepRefer, type ReferNews, type ReferProgress } from '../../src/core/voice/refer-report.ts';

/** `202`, `NOTIFY 180`, `405`, `over`, `BYE`: the news in few words. */
function read(word: string): ReferNews {
  if (word === 'over') return { type: 'subscriptionEnded' };
  if (word === 'BYE') return { type: 'hungUp' };
  const [first, second] = word.split(' ');
  if (second !== undefined) return { type: 'notified', status: Number(second) };
  const status = Number(first);
  return { type: status < 300 ? 'accepted' : 'refused', status };
}

const after = (...words: string[]): ReferProgress => words.map(read).reduce(stepRefer, {});
const report = (...words: string[]): object => Object.fromEntries(referReport(after(...words)));

/** The same parameters as the table has, and no other. */
const row = (status: string, refer?: number, notify?: number): object => ({
  ReferCallStatus: status,
  ...(refer === undefined ? {} : { ReferSipResponseCode: String(refer) }),
  ...(notify === undefined ? {} : { NotifySipResponseCode: String(notify) }),
});

it('T5: a final NOTIFY 200 is in-progress, 202, 200', () => {
  expect(report('202', 'NOTIFY 100', 'NOTIFY 180', 'NOTIFY 200')).toEqual(row('in-progress', 202, 200));
});

describe('T6: accepted, but the new call fails', () => {
  it.each([
    [486, 'busy'],
    [408, 'no-answer'],
    [480, 'no-answer'],
    [404, 'failed'],
    [487, 'failed'],
    [500, 'failed'],
    [503, 'failed'],
    [600, 'failed'],
    [603, 'failed'],
    [302, 'failed'],
  ])('with %i: %s', (status, said) => {
    expect(report('202', 'NOTIFY 100', `NOTIFY ${status}`)).toEqual(row(said, 202, status));
  });
});

it.each([405, 403, 401, 408, 420, 501, 503, 603])(
  'T7, T9: refused with %i: failed, and no NotifySipResponseCode',
  (status) => {
    expect(report(String(status))).toEqual(row('failed', status));
  },
);

describe('T8: the call is hung up before it is done', () => {
  it.each([
    [['202', 'NOTIFY 100', 'NOTIFY 180', 'BYE'], row('canceled', 202, 180)],
    [['202', 'NOTIFY 100', 'BYE'], row('canceled', 202, 100)],
    [['202', 'BYE'], row('canceled', 202)],
    [['BYE'], row('canceled')],
  ])('%j', (words, parameters) => {
    expect(report(...words)).toEqual(parameters);
  });
});

describe('T12: what ends the wait', () => {
  it.each([
    [['202', 'over'], row('failed', 202)],
    [['202', 'NOTIFY 180', 'over'], row('failed', 202, 180)],
    [['NOTIFY 200'], row('in-progress', 202, 200)],
  ])('%j', (words, parameters) => {
    expect(after(...words).over).toBeDefined();
    expect(report(...words)).toEqual(parameters);
  });

  it('is not the 202, nor a provisional NOTIFY', () => {
    expect(after('202').over).toBeUndefined();
    expect(after('202', 'NOTIFY 100', 'NOTIFY 183').over).toBeUndefined();
  });

  it('is the first of these: what comes later changes nothing', () => {
    expect(report('202', 'NOTIFY 486', 'NOTIFY 200', 'BYE')).toEqual(row('busy', 202, 486));
    expect(report('202', 'NOTIFY 180', 'BYE', 'NOTIFY 200')).toEqual(row('canceled', 202, 180));
    expect(report('405', 'NOTIFY 200')).toEqual(row('failed', 405));
  });
});

it('T9: no value is ever empty', () => {
  for (const words of [['BYE'], ['over'], ['202', 'over'], ['405'], ['202', 'NOTIFY 486']]) {
    for (const [name, value] of referReport(after(...words))) expect([name, value]).not.toContain('');
  }
});

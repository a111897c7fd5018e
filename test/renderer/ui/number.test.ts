import { describe, expect, it } from 'vitest';
import { formatClock, formatSpan } from '../../../src/renderer/ui/format.ts';
import { compactNumber, formatNumber, formatNumbersIn } from '../../../src/renderer/ui/number.ts';

describe('numbers', () => {
  it.each([
    ['+14155551234', '+1 415 555 1234'],
    ['+442079460958', '+44 207 946 0958'],
    ['+4930901820', '+49 3090 1820'],
    ['+88212345678', '+882 1234 5678'],
    ['+3531234567', '+353 123 4567'],
    ['911', '911'],
    ['console', 'console'],
    ['+0123456789', '+0123456789'],
  ])('%s is written %s', (number, written) => {
    expect(formatNumber(number)).toBe(written);
  });

  it.each([
    ['+1 415 555 1234', '+14155551234'],
    ['(415) 555-1234', '4155551234'],
    [' +49/30.901820 ', '+4930901820'],
    ['sip:bob@example.org', 'sip:bob@example.org'],
    ['Night desk', 'Night desk'],
  ])('%j is compacted to %s', (typed, compact) => {
    expect(compactNumber(typed)).toBe(compact);
  });

  it('keeps every digit of any E.164 number', () => {
    for (let length = 7; length <= 15; length += 1) {
      const number = `+${'972541234567890'.slice(0, length)}`;
      expect(compactNumber(formatNumber(number))).toBe(number);
    }
  });
});

it.each([
  ['called as +14155551234, showing +442079460958.', 'called as +1 415 555 1234, showing +44 207 946 0958.'],
  ['forwarded to sip:+14155551234@pbx.test', 'forwarded to sip:+14155551234@pbx.test'],
  ['400, +0123 is no number', '400, +0123 is no number'],
])('numbers in the sentence %j are written as people write them', (sentence, written) => {
  expect(formatNumbersIn(sentence)).toBe(written);
});

describe('times', () => {
  it('run as clocks', () => {
    expect([0, 7999, 754_000, 3_723_000].map(formatClock)).toEqual(['0:00', '0:07', '12:34', '1:02:03']);
  });

  it('are measured in the unit that fits', () => {
    expect([11.4, 999, 4210, 62_000].map(formatSpan)).toEqual(['11 ms', '999 ms', '4.2 s', '1:02 min']);
  });
});

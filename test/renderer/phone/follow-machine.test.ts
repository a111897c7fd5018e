import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  openFollow,
  stepFollow,
  type FollowEffect,
  type FollowInput,
} from '../../../src/renderer/phone/follow-machine.ts';

const yes = { is: 'yes' } as const;
const no = { is: 'no' } as const;
const due = { is: 'answer-due' } as const;
const left = { is: 'left' } as const;
const expired = { is: 'expired' } as const;
const late = { is: 'release-due' } as const;
const says = (status: number) => ({ is: 'status', status, reason: `r${status}` }) as const;
const answered = (final: boolean, gone = false) => ({ is: 'notify-answered', final, gone }) as const;

/** What comes out for what goes in, a word an effect, timers aside. */
function run(inputs: readonly FollowInput[], reporting = true): string[][] {
  let [state] = openFollow(reporting);
  return inputs.map((input) => {
    const [next, effects] = stepFollow(state, input);
    state = next;
    return effects.flatMap(word);
  });
}

function word(effect: FollowEffect): string[] {
  if (effect.do === 'arm' || effect.do === 'disarm') return [];
  if (effect.do === 'respond') return [`${effect.status}`];
  if (effect.do !== 'notify') return [effect.do];
  return [`NOTIFY ${effect.report.status}${effect.report.end ? ` ${effect.report.end}` : ''}`];
}

describe('following a REFER', () => {
  it.each([
    [
      'T14, T5: reports 100 and 180, the final status, and releases the old call when that was answered',
      [yes, answered(false), says(180), answered(false), says(200), answered(true)],
      [['202', 'NOTIFY 100', 'call'], [], ['NOTIFY 180'], [], ['NOTIFY 200 noresource'], ['release']],
    ],
    [
      'T14, T6: keeps the old call when the new one fails, and says why',
      [yes, says(180), says(486), answered(true)],
      [['202', 'NOTIFY 100', 'call'], ['NOTIFY 180'], ['NOTIFY 486 noresource'], []],
    ],
    ['T14, T7: declines with 603', [no, yes], [['603'], []]],
    [
      'T14, T8, W2: gives the new call up when the old one ends, and says so',
      [yes, says(180), left, says(487)],
      [['202', 'NOTIFY 100', 'call'], ['NOTIFY 180'], ['NOTIFY 487 noresource', 'cancel'], []],
    ],
    ['answers 487 when the old call ends before the operator has decided', [left, yes], [['487'], []]],
    [
      'W2: ends the subscription of a REFER that was accepted for an operator who had not decided when the old call ended',
      [due, left, yes],
      [['202', 'NOTIFY 100'], ['NOTIFY 487 noresource'], []],
    ],
    [
      'accepts on the operator’s behalf before the REFER runs out; a later no is reported by NOTIFY',
      [due, no],
      [['202', 'NOTIFY 100'], ['NOTIFY 603 noresource']],
    ],
    ['calls once the operator says a late yes, without a second 202', [due, yes], [['202', 'NOTIFY 100'], ['call']]],
    [
      'reports no status twice in a row',
      [yes, says(180), says(180)],
      [['202', 'NOTIFY 100', 'call'], ['NOTIFY 180'], []],
    ],
    [
      'does not wait for ever for the answer to the last NOTIFY',
      [yes, says(200), late, answered(true)],
      [['202', 'NOTIFY 100', 'call'], ['NOTIFY 200 noresource'], ['release'], []],
    ],
    [
      'leaves the BYE to the other side when that is quicker',
      [yes, says(200), left, answered(true)],
      [['202', 'NOTIFY 100', 'call'], ['NOTIFY 200 noresource'], [], []],
    ],
    [
      'goes on without reports when the other side knows no subscription',
      [yes, answered(false, true), says(180), says(200)],
      [['202', 'NOTIFY 100', 'call'], [], [], ['release']],
    ],
    [
      'gives the new call up when the subscription runs out',
      [yes, says(180), expired, says(200)],
      [['202', 'NOTIFY 100', 'call'], ['NOTIFY 180'], ['NOTIFY 180 timeout', 'cancel'], []],
    ],
    ['ends a question that nobody answers', [due, expired, yes], [['202', 'NOTIFY 100'], ['NOTIFY 100 timeout'], []]],
  ] satisfies [string, FollowInput[], string[][]][])('%s', (_what, inputs, expected) => {
    expect(run(inputs)).toEqual(expected);
  });

  it('sends no NOTIFY to who wants none (RFC 4488)', () => {
    expect(run([yes, says(180), says(200)], false)).toEqual([['202', 'call'], [], ['release']]);
  });

  it('W2: says exactly once that the subscription is over, whatever happens in whatever order after the 202', () => {
    const inputs = [
      yes,
      no,
      due,
      left,
      expired,
      late,
      says(180),
      says(200),
      says(486),
      answered(false),
      answered(true),
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...inputs), { maxLength: 8 }), (happening) => {
        // In the end the subscription's own time runs out.
        const words = run([due, ...happening, expired]).flat();
        expect(words.filter((each) => /^NOTIFY \d+ /.test(each))).toHaveLength(1);
      }),
    );
  });

  it('leaves no timer armed when it is over, however it ends', () => {
    const ways: FollowInput[][] = [
      [no],
      [left],
      [yes, left],
      [due, no],
      [due, expired],
      [yes, says(404)],
      [yes, says(200), answered(true)],
      [yes, says(200), left],
      [yes, expired],
    ];
    for (const way of ways) {
      const armed = new Set<string>();
      let [state, effects] = openFollow(true);
      const note = () => {
        for (const effect of effects) {
          if (effect.do === 'arm') armed.add(effect.timer);
          if (effect.do === 'disarm') armed.delete(effect.timer);
        }
      };
      note();
      for (const input of way) {
        [state, effects] = stepFollow(state, input);
        note();
      }
      expect([way.map(({ is }) => is), state.phase, [...armed]]).toEqual([way.map(({ is }) => is), 'over', []]);
    }
  });
});

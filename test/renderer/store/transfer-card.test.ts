import { describe, expect, it } from 'vitest';
import type { CallView } from '../../../src/contract/model.ts';
import type { ReferStep } from '../../../src/renderer/phone/phone.ts';
import {
  isPending,
  mayRefer,
  newCard,
  reduceCard,
  type TransferCard,
} from '../../../src/renderer/store/transfer-card.ts';
import { verdict } from '../../../src/renderer/store/verdict.ts';
import { picture } from '../harness/calls.ts';

const START = 1_000_000;

/** Steps with the milliseconds since REFER. */
function card(...steps: [ms: number, step: Record<string, unknown>][]): TransferCard {
  const fresh = newCard({
    id: 'dana#1',
    lineId: 'dana',
    target: '+14155551234',
    targetName: 'Billing',
    caller: 'Dana',
    startedAt: START,
  });
  const all: [number, Record<string, unknown>][] = [[0, { kind: 'refer', referTo: 'sip:+14155551234@x' }], ...steps];
  return all.reduce((state, [ms, step]) => reduceCard(state, { ...step, at: START + ms } as ReferStep), fresh);
}

const accepted = { kind: 'response', status: 202, reason: 'Accepted' };
const notify = (status: number, reason: string, terminated = status >= 200) => ({
  kind: 'notify',
  status,
  reason,
  terminated,
});
const ended = (by: 'us' | 'them' | 'gateway', method = 'BYE', auto = {}) => ({
  kind: 'session-ended',
  end: { by, method, at: START, ...auto },
});
const trying: [number, Record<string, unknown>][] = [
  [8, accepted],
  [11, notify(100, 'Trying')],
];
const ringing: typeof trying = [...trying, [220, notify(180, 'Ringing')]];

describe('a transfer card', () => {
  it('never takes 202 for a success', () => {
    const state = card([8, accepted]);
    expect(state.phase).toBe('accepted');
    expect(isPending(state)).toBe(true);
    expect(verdict(state, undefined)).toMatchObject({ tone: 'pending', headline: 'The trunk is calling Billing.' });
  });

  it('says after NOTIFY 200 and BYE who answered, when, and that the line was released', () => {
    const state = card(...ringing, [4200, notify(200, 'OK')], [4204, ended('them')]);
    expect(state.phase).toBe('succeeded');
    expect(verdict(state, undefined)).toMatchObject({
      tone: 'ok',
      headline: 'Billing answered after 4.2 s. Your line was released.',
      rescue: false,
    });
  });

  it('does not claim that the line was released before the BYE has come', () => {
    const { headline, detail } = verdict(card(...ringing, [4200, notify(200, 'OK')]), undefined);
    expect(headline).toBe('Billing answered after 4.2 s.');
    expect(detail).toContain('Your line is still up');
  });

  it('P8: is still a success when we hang up after NOTIFY 200', () => {
    const state = card(...ringing, [4200, notify(200, 'OK')], [5000, ended('us')]);
    expect(state.phase).toBe('succeeded');
    expect(verdict(state, undefined).headline).toBe('Billing answered after 4.2 s. You left the call.');
  });

  it('says that the console released the line where the trunk left it to the transferor', () => {
    const state = card(...ringing, [4200, notify(200, 'OK')], [5201, ended('us', 'BYE', { auto: true })]);
    expect(verdict(state, undefined).headline).toBe('Billing answered after 4.2 s. The console released your line.');
  });

  it('lets the call be transferred again after a failure, but neither before nor after a success', () => {
    expect(mayRefer(undefined)).toBe(true);
    expect(mayRefer(card(...ringing))).toBe(false);
    expect(mayRefer(card(...ringing, [900, notify(486, 'Busy Here')]))).toBe(true);
    expect(mayRefer(card(...ringing, [4200, notify(200, 'OK')]))).toBe(false);
  });

  it.each([
    [486, 'Busy Here', 'Billing is busy (486). Dana is still on your line.', true],
    [408, 'Request Timeout', 'Billing did not answer (408). Dana is still on your line.', true],
    [603, 'Decline', 'Billing declined (603). Dana is still on your line.', false],
    [404, 'Not Found', 'Billing does not exist (404). Dana is still on your line.', false],
    [420, 'Bad Extension', 'Billing could not be reached (420). Dana is still on your line.', false],
  ])('P17, P18: NOTIFY %i keeps the caller, and says so', (status, reason, headline, retry) => {
    const state = card(...ringing, [900, notify(status, reason)]);
    expect(state).toMatchObject({ phase: 'failed', decidedBy: 'notify', status });
    expect(verdict(state, undefined)).toMatchObject({ headline, retry, rescue: true, proof: `NOTIFY (${status}` });
  });

  it('P14: a 403 to REFER itself is the trunk refusing, not the target', () => {
    const state = card([6, { kind: 'response', status: 403, reason: 'Forbidden' }]);
    expect(state).toMatchObject({ phase: 'failed', decidedBy: 'response' });
    expect(verdict(state, undefined)).toMatchObject({
      headline: 'The trunk refused the transfer (403 Forbidden). Dana is still on your line.',
      retry: false,
      rescue: true,
    });
  });

  it('repeats what the trunk had foretold about a refused target', () => {
    const warned = {
      ...card([6, { kind: 'response', status: 403, reason: 'Forbidden' }]),
      warning: 'No such country.',
    };
    expect(verdict(warned, undefined).detail).toBe('No such country.');
  });

  it('P9: our BYE before NOTIFY 200 is told as dropping the caller', () => {
    const state = card(...ringing, [2100, ended('us')]);
    expect(state.phase).toBe('line-lost');
    const { headline, detail, rescue } = verdict(state, undefined);
    expect(headline).toBe('You hung up 2.1 s after REFER, before Billing had answered.');
    expect(detail).toContain('Dana was dropped');
    expect(rescue).toBe(false);
  });

  it('says that the caller hung up only when the trunk says so', () => {
    const state = card(...ringing, [3600, ended('them')]);
    expect(verdict(state, undefined).headline).toBe('The call ended 3.6 s after REFER, before Billing had answered.');
    const call = picture({ sipCallId: 'dana', at: START, callerLeg: { state: 'ended', endedBy: 'caller' } });
    expect(verdict(state, call).headline).toBe('Dana hung up 3.6 s after REFER, before Billing had answered.');
  });

  it('does not guess what became of the target when the connection to the trunk is lost', () => {
    const { tone, detail } = verdict(card(...ringing, [2000, ended('gateway', 'none')]), undefined);
    expect(tone).toBe('warn');
    expect(detail).toBe('From here nobody can say whether Billing answered.');
  });

  it('waits on when a provisional NOTIFY calls its subscription terminated, as those of SIP.js do', () => {
    const state = card([8, accepted], [11, notify(100, 'Trying', true)], [220, notify(180, 'Ringing', true)]);
    expect(state.phase).toBe('ringing');
    expect(reduceCard(state, { ...notify(200, 'OK'), at: START + 900 } as ReferStep).phase).toBe('succeeded');
  });

  it('calls the outcome unknown when the subscription ends without a status line', () => {
    const state = card(...ringing, [3000, { kind: 'notify', terminated: true, why: 'timeout' }]);
    expect(state.phase).toBe('unknown');
    expect(verdict(state, undefined).detail).toBe(
      'It never said whether Billing answered. Dana is still on your line.',
    );
  });

  it('ignores an active NOTIFY without a status line', () => {
    expect(card(...ringing, [300, { kind: 'notify', terminated: false }]).phase).toBe('ringing');
  });

  it('takes a NOTIFY that overtakes the 202', () => {
    expect(card([5, notify(180, 'Ringing')], [8, accepted]).phase).toBe('ringing');
  });

  it('keeps the first final answer when another one follows', () => {
    expect(card(...ringing, [900, notify(486, 'Busy Here')], [950, notify(200, 'OK')]).phase).toBe('failed');
  });

  it('says that the caller has left when the line ends after a failure', () => {
    const state = card(...ringing, [900, notify(486, 'Busy Here')], [5000, ended('them')]);
    expect(verdict(state, undefined)).toMatchObject({
      headline: "Billing is busy (486). Dana's call has ended since.",
      rescue: false,
    });
  });

  it('P19: tells a target that answered and hung up at once from a conversation', () => {
    const state = card(...ringing, [4200, notify(200, 'OK')], [4204, ended('them')]);
    const after = (talkedMs: number): CallView =>
      picture({
        sipCallId: 'dana',
        at: START,
        consoleEnded: true,
        hears: 'nobody',
        target: {
          number: '+14155551234',
          name: 'Billing',
          state: 'ended',
          answeredAt: START + 4200,
          endedAt: START + 4200 + talkedMs,
          endedBy: 'target',
        },
      });
    expect(verdict(state, after(400))).toMatchObject({
      tone: 'warn',
      headline: 'Billing answered after 4.2 s and hung up 400 ms later.',
    });
    expect(verdict(state, after(63_000))).toMatchObject({
      tone: 'ok',
      detail: 'Dana and Billing talked for 1:03 min.',
    });
  });
});

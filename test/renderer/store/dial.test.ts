/** One field, one check, one list for calling and for transferring. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dialOpinion } from '../../../src/renderer/store/dial.ts';
import { judgeTarget, targetOptions } from '../../../src/renderer/store/targets.ts';
import { flush, scripted, type Scripted } from './scripted.ts';

const BILLING = '+14155551234';
const NIGHT_DESK = '+14155550486';
const DANA = '+14155550187';

let the: Scripted;
const state = () => the.store.getState();
const dialled = () => the.phone.asked.filter(([verb]) => verb === 'dial').map(([, number]) => number);
const judged = () => judgeTarget(dialOpinion(state())!, 'dial', state());

beforeEach(async () => {
  the = await scripted();
});
afterEach(() => {
  the.stop();
  vi.useRealTimers();
});

describe('O11: the field to call from', () => {
  it('asks the trunk what would become of the call, and calls what the trunk has read', async () => {
    await state().setDialNumber('billing');
    expect(the.contract.asked).toContainEqual(['target.check', { input: 'billing', purpose: 'dial' }]);
    await state().submitDial();
    expect(dialled()).toEqual([BILLING]);
  });

  it('takes the only person who fits, and calls with the next Enter', async () => {
    await state().setDialNumber('night');
    await state().submitDial();
    expect([state().dialNumber, dialled()]).toEqual([NIGHT_DESK, []]);
    await state().submitDial();
    expect(dialled()).toEqual([NIGHT_DESK]);
  });

  it('keeps what was typed when the call fails, and is free once it rings', async () => {
    await state().setDialNumber(NIGHT_DESK);
    await state().submitDial();
    the.phone.end('dialled-1', { by: 'them', method: 'response', status: 486, reason: 'Busy Here' });
    expect(state().dialNumber).toBe(NIGHT_DESK);
    await state().submitDial();
    the.phone.emit({ type: 'sessionChanged', id: 'dialled-2', change: { to: 'ringing' } });
    expect(state().dialNumber).toBe('');
  });

  it('does not take away what was typed after the call', async () => {
    await state().setDialNumber(BILLING);
    await state().submitDial();
    await state().setDialNumber('+1415');
    the.phone.emit({ type: 'sessionChanged', id: 'dialled-1', change: { to: 'ringing' } });
    expect(state().dialNumber).toBe('+1415');
  });

  it('brings back the number called last with Enter on an empty field', async () => {
    await state().submitDial();
    expect(state().dialNumber).toBe('');
    await state().setDialNumber(BILLING);
    await state().submitDial();
    the.phone.establish('dialled-1');
    await state().submitDial();
    expect([state().dialNumber, dialled()]).toEqual([BILLING, [BILLING]]);
  });

  it('keeps what was typed when the telephone cannot call', async () => {
    vi.spyOn(the.phone, 'dial').mockRejectedValue(new Error('The phone is not connected'));
    await state().setDialNumber(BILLING);
    await state().attempt(state().submitDial());
    expect([state().dialNumber, state().failure?.text]).toEqual([BILLING, 'The phone is not connected']);
  });

  it('calls nothing that cannot be called, and says why', async () => {
    await state().setDialNumber('nobody');
    await state().submitDial(true);
    expect([dialled(), judged().tone]).toEqual([[], 'not-sent']);
    expect(state().said?.text).toBe(judged().says);
  });

  it('is not sent by an Enter that was overtaken by typing', async () => {
    const slow = Promise.withResolvers<void>();
    the.contract.delay = slow.promise;
    const typed = state().setDialNumber(BILLING);
    const entered = state().submitDial();
    await state().setDialNumber(`${BILLING}5`);
    slow.resolve();
    await Promise.all([typed, entered]);
    expect(dialled()).toEqual([]);
  });

  it('says who is on a line already, and shows that line instead of calling a second time', async () => {
    the.phone.ring('dana', DANA, 'Dana');
    await state().answer();
    await state().setDialNumber(DANA);
    expect(judged().says).toMatch(/^Dana Whitfield is on line 1 already/);
    the.phone.ring('omar', '+14155550143', 'Omar');
    await state().answer('omar');
    await state().submitDial();
    expect([dialled(), state().selectedLineId]).toEqual([[], 'dana']);
  });

  it('presses the extension after the answer, two seconds a comma', async () => {
    vi.useFakeTimers();
    the.contract.checks.set('ext', { target: BILLING, number: BILLING, keys: ',,5#', ok: true, will: 'ring' });
    await state().setDialNumber('ext');
    await state().submitDial();
    the.phone.emit({ type: 'sessionChanged', id: 'dialled-1', change: { to: 'ringing' } });
    vi.advanceTimersByTime(60_000);
    const pressed = () => the.phone.asked.filter(([verb]) => verb === 'dtmf').map(([, , digit]) => digit);
    the.phone.establish('dialled-1');
    vi.advanceTimersByTime(3999);
    expect(pressed()).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(pressed()).toEqual(['5', '#']);
  });

  it('presses it in that call alone, and in no later one to the same number', async () => {
    vi.useFakeTimers();
    the.contract.checks.set('ext', { target: BILLING, number: BILLING, keys: ',5', ok: true, will: 'ring' });
    await state().setDialNumber('ext');
    await state().submitDial();
    the.phone.end('dialled-1', { by: 'them', method: 'response', status: 486, reason: 'Busy Here' });
    await state().dial(BILLING);
    the.phone.establish('dialled-2');
    vi.advanceTimersByTime(10_000);
    expect(the.phone.asked.map(([verb]) => verb)).not.toContain('dtmf');
  });

  it('presses nothing when they have hung up before', async () => {
    vi.useFakeTimers();
    the.contract.checks.set('ext', { target: BILLING, number: BILLING, keys: ',5', ok: true, will: 'ring' });
    await state().setDialNumber('ext');
    await state().submitDial();
    the.phone.establish('dialled-1');
    the.phone.end('dialled-1', { by: 'them', method: 'BYE' });
    vi.advanceTimersByTime(10_000);
    expect(the.phone.asked.map(([verb]) => verb)).not.toContain('dtmf');
  });
});

describe('the list under both fields', () => {
  it('has my live lines first, then whom I tried last with the result, then the directory', async () => {
    the.phone.ring('dana', DANA, 'Dana');
    await state().answer();
    the.store.setState({
      lastResults: {
        [BILLING]: { result: 'answered', at: the.now() - 60_000 },
        [NIGHT_DESK]: { result: 'busy', status: 486, at: the.now() },
      },
    });
    const all = targetOptions(state(), '');
    expect(all.slice(0, 3).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'line Dana Whitfield',
      'tried Night desk',
      'tried Billing',
    ]);
    expect(all[1]!.note).toMatch(/ busy \(486\)$/);
    expect(all[0]!.note).toBe('on line 1, talking');
    expect(new Set(all.map(({ number }) => number)).size).toBe(all.length);
    expect(targetOptions(state(), 'busy').map(({ name }) => name)).toContain('Night desk');
    // Not the one who is to be transferred.
    expect(targetOptions(state(), '', 'dana').map(({ number }) => number)).not.toContain(DANA);
  });
});

describe('a target that is on one of my lines', () => {
  /** Dana waits on line 1, Billing was called and talks. */
  beforeEach(async () => {
    the.phone.ring('dana', DANA, 'Dana');
    await state().answer();
    await state().toggleHold('dana');
    await state().dial(BILLING);
    the.phone.establish('dialled-1');
    state().selectLine('dialled-1');
  });
  const refers = () => the.phone.asked.filter(([verb]) => verb === 'refer');

  it('is said so, and is not transferred to by a hurried Enter', async () => {
    state().openTransfer('dialled-1');
    await state().setTarget('dana');
    await state().submitTarget();
    await flush();
    expect(state().draft?.input).toBe(DANA);
    for (let hurried = 0; hurried < 3; hurried += 1) await state().submitTarget();
    expect(refers()).toEqual([]);
    const { check } = state().draft!;
    expect(judgeTarget(check!, 'transfer', state(), 'dialled-1').says).toBe(
      'Dana Whitfield is on line 1, on hold: joining two lines is not possible yet. A transfer would ring Dana Whitfield a second time.',
    );
    expect(state().said?.text).toContain('Dana Whitfield is on line 1, on hold');
    await state().submitTarget(true);
    expect(refers()).toEqual([['refer', 'dialled-1', DANA]]);
  });

  it('is not called by a retry either: the field opens and says why', async () => {
    await state().transferTo('dialled-1', DANA);
    expect([refers(), state().draft]).toMatchObject([[], { lineId: 'dialled-1', input: DANA }]);
  });

  it('nobody is transferred to themselves', async () => {
    state().openTransfer('dialled-1');
    await state().setTarget(BILLING);
    await state().submitTarget();
    expect(refers()).toEqual([]);
    expect(judgeTarget(state().draft!.check!, 'transfer', state(), 'dialled-1').says).toContain(
      'Billing is whom you would transfer',
    );
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lineToAnswer, linesBySlot } from '../../../src/renderer/store/line-model.ts';
import { ENDED_STAYS_MS } from '../../../src/renderer/store/lines.ts';
import { endWords, stateWords } from '../../../src/renderer/store/words.ts';
import { flush, scripted, type Scripted } from './scripted.ts';
import { SlowPhone } from './slow-phone.ts';

let the: Scripted;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  the = await scripted();
});
afterEach(() => {
  the.stop();
  vi.useRealTimers();
});

const state = () => the.store.getState();
const line = (id: string) => state().lines[id]!;

async function talkWith(id: string, number = '+14155550187'): Promise<void> {
  the.phone.ring(id, number, id);
  await state().answer(id);
}

describe('lines', () => {
  it('take the lowest free slot and keep it', () => {
    the.phone.ring('a', '+14155550001', 'A');
    the.phone.ring('b', '+14155550002', 'B');
    the.phone.end('a', { by: 'them', method: 'CANCEL' });
    state().forgetLine('a');
    expect(line('b').slot).toBe(2);
    the.phone.ring('c', '+14155550003', 'C');
    expect(line('c').slot).toBe(1);
    expect(linesBySlot(state().lines).map((each) => each?.id)).toEqual(['c', 'b', ...Array<undefined>(7)]);
  });

  it('give the slot of the line that ended first to a tenth call', () => {
    for (let index = 1; index <= 9; index += 1) the.phone.ring(`l${index}`, '+14155550001', '');
    the.phone.end('l4', { by: 'them', method: 'CANCEL' });
    the.advance(10);
    the.phone.end('l2', { by: 'them', method: 'CANCEL' });
    the.phone.ring('tenth', '+14155550010', '');
    expect(line('tenth').slot).toBe(4);
    expect(linesBySlot(state().lines)[3]?.id).toBe('tenth');
  });

  it('refuse a tenth call with 486, and list it as missed: no call takes the place of another', async () => {
    for (let index = 1; index <= 9; index += 1) await talkWith(`l${index}`, `+1415555000${index}`);
    the.phone.ring('tenth', '+14155550010', 'Omar');
    expect(the.phone.asked).toContainEqual(['refuse', 'tenth']);
    expect(linesBySlot(state().lines).map((each) => each?.id)).toEqual(
      Array.from({ length: 9 }, (_, index) => `l${index + 1}`),
    );
    expect(state().recent).toMatchObject([{ id: 'tenth', name: 'Omar', missed: true, end: { status: 486 } }]);
    expect(state().said?.text).toBe('Omar called while all nine lines were in use, and heard busy (486).');
    await expect(state().dial('+14155551234')).rejects.toThrow('All nine lines are in use');
  });

  it('show a ringing call when nothing else is on, and never over a live one', async () => {
    the.phone.ring('a', '+14155550001', 'A');
    expect(state().selectedLineId).toBe('a');
    await state().answer();
    the.phone.ring('b', '+14155550002', 'B');
    expect(state().selectedLineId).toBe('a');
  });

  it('answer the selected line if it rings, else the one that has rung longest', async () => {
    await talkWith('a');
    the.advance(10);
    the.phone.ring('b', '+14155550002', 'B');
    the.advance(10);
    the.phone.ring('c', '+14155550003', 'C');
    expect(lineToAnswer(state())?.id).toBe('b');
    state().selectSlot(3);
    expect(lineToAnswer(state())?.id).toBe('c');
  });

  it('hold whoever is talking before another call is answered, resumed or dialled', async () => {
    await talkWith('a');
    the.phone.ring('b', '+14155550002', 'B');
    await state().answer('b');
    expect(the.phone.asked).toContainEqual(['hold', 'a', true]);
    expect([line('a').held, line('b').held]).toEqual([true, false]);
    await state().toggleHold('a');
    expect([line('a').held, line('b').held]).toEqual([false, true]);
    await state().dial('+14155551234');
    expect([line('a').held, line('b').held]).toEqual([true, true]);
    expect(state().selectedLineId).toBe('dialled-1');
  });

  it('stay silent and say why when hold is refused: the operator has turned away', async () => {
    await talkWith('a');
    the.phone.refusals.push({ status: 488, reason: 'Not Acceptable Here' });
    await state().toggleHold('a');
    expect(line('a')).toMatchObject({
      held: true,
      problem: 'Hold was refused (488 Not Acceptable Here): the other side hears silence, not music.',
    });
    expect(the.phone.focused).toBeUndefined();
    the.advance(1000);
    await state().toggleHold('a');
    expect([line('a').held, the.phone.focused]).toEqual([false, 'a']);
  });

  it('try a hold again that crossed another re-INVITE (491), after the time of RFC 3261 §14.1', async () => {
    await talkWith('a');
    the.phone.refusals.push({ status: 491, reason: 'Request Pending' });
    await state().toggleHold('a');
    expect([line('a').held, line('a').problem]).toEqual([true, undefined]);
    vi.advanceTimersByTime(2000);
    expect(the.phone.asked.filter(([verb]) => verb === 'hold')).toHaveLength(2);
  });

  it('leave no two open when a dialled call answers while another was answered meanwhile', async () => {
    await state().dial('+14155551234');
    the.phone.ring('b', '+14155550002', 'B');
    await state().answer('b');
    the.phone.emit({ type: 'sessionChanged', id: 'dialled-1', change: { to: 'established', at: the.now() } });
    expect([line('dialled-1').held, line('b').held]).toEqual([true, false]);
    expect(the.phone.asked).toContainEqual(['hold', 'dialled-1', true]);
  });

  it('show who is on a line already instead of calling them a second time', async () => {
    await state().dial('+14155551234');
    await state().dial('+14155551234');
    expect(the.phone.asked.filter(([verb]) => verb === 'dial')).toHaveLength(1);
    expect(state().said?.text).toBe('Billing is on line 1 already.');
  });

  it('answer one caller on F3 F3 with two ringing; a press after that answers the next, and holds the first', async () => {
    the.phone.ring('a', '+14155550001', 'A');
    the.phone.ring('b', '+14155550002', 'B');
    await state().answer();
    the.advance(60);
    await state().answer();
    expect(the.phone.asked.filter(([verb]) => verb === 'answer')).toEqual([['answer', 'a']]);
    the.advance(1000);
    await state().answer();
    expect([line('a').held, line('b').held]).toEqual([true, false]);
  });

  it('answer who began to ring after the last press, however soon that was', async () => {
    the.phone.ring('a', '+14155550001', 'A');
    await state().answer();
    the.advance(400);
    the.phone.ring('b', '+14155550002', 'B');
    await state().answer();
    expect([line('a').held, line('b').held]).toEqual([true, false]);
  });

  it('hold who was held for another call until the operator resumes', async () => {
    await talkWith('a');
    await state().dial('+14155551234');
    the.phone.end('dialled-1', { by: 'them', method: 'response', status: 486 });
    expect([line('a').held, state().selectedLineId, the.phone.focused]).toEqual([true, 'a', undefined]);
  });

  it('give the view to who is talked with when another line ends, else to who has been held longest', async () => {
    await talkWith('a', '+14155550001');
    the.advance(1000);
    await talkWith('b', '+14155550002');
    the.advance(1000);
    await talkWith('c', '+14155550003');
    state().selectLine('b');
    the.phone.end('b', { by: 'them', method: 'BYE' });
    expect(state().selectedLineId).toBe('c');
    await talkWith('d', '+14155550004');
    the.phone.end('d', { by: 'them', method: 'BYE' });
    expect(state().selectedLineId).toBe('a');
    state().selectSlot(2);
    expect(state().selectedLineId).toBe('a');
  });

  it('do not hang up on the next one when a key was meant for the one that has just gone', async () => {
    await talkWith('a');
    await talkWith('b', '+14155550002');
    the.phone.end('b', { by: 'them', method: 'BYE' });
    the.advance(60);
    await state().askHangUp(state().selectedLineId!);
    expect(line('a').state).toBe('live');
    the.advance(1000);
    await state().askHangUp('a');
    expect(line('a').state).toBe('ended');
  });

  it('decline a ringing call without leaving the call that is on', async () => {
    await talkWith('a');
    the.phone.ring('b', '+14155550002', 'B');
    await state().decline();
    expect([line('a').state, line('a').held, line('b').state]).toEqual(['live', false, 'ended']);
    expect(state().recent).toMatchObject([{ id: 'b', missed: false }]);
  });

  it('leave an ended line to be read for a while, then clear it', () => {
    the.phone.ring('a', '+14155550001', 'A');
    the.phone.end('a', { by: 'them', method: 'CANCEL' });
    vi.advanceTimersByTime(ENDED_STAYS_MS - 1);
    expect(stateWords(line('a'))).toBe('Missed');
    vi.advanceTimersByTime(1);
    expect(state().lines['a']).toBeUndefined();
    expect(state().selectedLineId).toBeUndefined();
  });

  it('leave a line whose transfer card has not been dismissed', async () => {
    await talkWith('a');
    await state().transferTo('a', '+14155551234');
    the.phone.step('a', { kind: 'notify', status: 200, reason: 'OK', terminated: true });
    // The release of the line is still to come.
    state().dismissCard('a');
    the.phone.end('a', { by: 'them', method: 'BYE' });
    vi.advanceTimersByTime(ENDED_STAYS_MS * 2);
    expect(state().cards['a']?.phase).toBe('succeeded');
    state().dismissCard('a');
    expect(state().lines).toEqual({});
  });

  it.each([
    [{ by: 'them', method: 'CANCEL' }, 'Missed: Dana gave up before you answered.'],
    [{ by: 'them', method: 'CANCEL', status: 200, reason: 'Call completed elsewhere' }, 'Somebody else answered Dana.'],
    [{ by: 'them', method: 'response', status: 486, reason: 'Busy Here' }, 'Dana is busy (486).'],
    [{ by: 'gateway', method: 'none' }, 'The call ended here when the connection to the trunk was lost.'],
    [{ by: 'us', method: 'response', status: 603 }, 'You declined Dana.'],
  ] as const)('end with words for %o', (end, words) => {
    the.phone.ring('a', '+14155550001', 'Dana');
    the.phone.end('a', end);
    expect(endWords(line('a'), 'Dana')).toBe(words);
  });

  it('start the phone once, and again when the trunk has new settings for it', async () => {
    expect(the.phone.asked.filter(([verb]) => verb === 'start')).toHaveLength(1);
    the.contract.link('reconnecting');
    the.contract.link('connected');
    await flush();
    expect(the.phone.asked.filter(([verb]) => verb === 'start')).toHaveLength(1);
    the.contract.phoneUrl = 'ws://127.0.0.1:9060/sip?token=other';
    the.contract.link('reconnecting');
    the.contract.link('connected');
    await flush();
    expect(the.phone.asked.filter(([verb]) => verb === 'start')).toHaveLength(2);
  });
});

it('no answer waits longer than a second and a half for the others to agree to hold, whatever else happens', async () => {
  the.stop();
  the = await scripted((now) => new SlowPhone(now));
  const phone = the.phone as SlowPhone;
  phone.ring('a', '+14155550001', 'A');
  await state().answer('a');
  await flush();
  phone.establish('a');
  phone.ring('b', '+14155550002', 'B');
  the.advance(1000);
  await state().answer('b');
  vi.advanceTimersByTime(1400);
  phone.ring('c', '+14155550003', 'C');
  expect(phone.stage('answering')).toEqual([]);
  vi.advanceTimersByTime(100);
  await flush();
  expect(phone.stage('answering').map(({ id }) => id)).toEqual(['b']);
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ENDED_STAYS_MS, lineToAnswer, linesBySlot } from '../../../src/renderer/store/lines.ts';
import { endWords, stateWords } from '../../../src/renderer/store/words.ts';
import { flush, scripted, type Scripted } from './scripted.ts';

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
    expect(state().lines['l4']).toBeUndefined();
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

  it('say in words that hold was refused, and stay as they were', async () => {
    await talkWith('a');
    const change = { to: 'hold-failed', on: true, status: 491, reason: 'Request Pending' } as const;
    the.phone.emit({ type: 'sessionChanged', id: 'a', change });
    expect(line('a')).toMatchObject({ held: false, problem: 'Hold was refused (491 Request Pending)' });
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

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { picture } from '../harness/calls.ts';
import { verdict } from '../../../src/renderer/store/verdict.ts';
import { flush, scripted, type Scripted } from './scripted.ts';

let the: Scripted;
const state = () => the.store.getState();

beforeEach(async () => {
  the = await scripted();
  the.phone.ring('dana', '+14155550187', 'Dana');
  await state().answer();
});
afterEach(() => the.stop());

describe('a transfer', () => {
  it('asks the trunk beforehand what it would do', async () => {
    state().openTransfer('dana');
    await state().setTarget('4155551234');
    expect(state().draft?.check).toMatchObject({ ok: false, status: 400, fix: '+14155551234' });
  });

  it('asks about the call that would be transferred, once the trunk has told of it', async () => {
    state().openTransfer('dana');
    await state().setTarget('+14155551234');
    the.contract.changeCall(picture({ sipCallId: 'dana', at: the.now() }));
    await state().setTarget('+14155550486');
    const [call] = Object.values(state().calls);
    expect(the.contract.asked.filter(([name]) => name === 'target.check').map(([, request]) => request)).toEqual([
      { input: '+14155551234', purpose: 'transfer' },
      { input: '+14155550486', purpose: 'transfer', callId: call?.id },
    ]);
    expect(state().draft?.check?.callerId).toMatchObject({ rule: 'P20 inbound' });
  });

  it('keeps no answer that has been overtaken by typing', async () => {
    state().openTransfer('dana');
    const slow = Promise.withResolvers<void>();
    the.contract.delay = slow.promise;
    const first = state().setTarget('+1415555');
    await state().setTarget('+14155551234');
    slow.resolve();
    await first;
    expect(state().draft?.check?.input).toBe('+14155551234');
  });

  it('waits on Enter for the opinion that is still on its way, then sends', async () => {
    state().openTransfer('dana');
    const slow = Promise.withResolvers<void>();
    the.contract.delay = slow.promise;
    const typed = state().setTarget('+14155551234');
    const slower = Promise.withResolvers<void>();
    the.contract.delay = slower.promise;
    const entered = state().submitTarget();
    expect(the.phone.asked.map(([verb]) => verb)).not.toContain('refer');
    slow.resolve();
    slower.resolve();
    await Promise.all([typed, entered]);
    expect(the.phone.asked).toContainEqual(['refer', 'dana', '+14155551234']);
  });

  it('is not sent by an Enter that was overtaken by typing', async () => {
    state().openTransfer('dana');
    await state().setTarget('+1415555123');
    const slow = Promise.withResolvers<void>();
    the.contract.delay = slow.promise;
    const typed = state().setTarget('+14155551234');
    const entered = state().submitTarget();
    await state().setTarget('+141555512345');
    slow.resolve();
    await Promise.all([typed, entered]);
    expect(the.phone.asked.map(([verb]) => verb)).not.toContain('refer');
  });

  it('on Enter takes the correction, or the only person who fits, and sends what is refused only when told to', async () => {
    state().openTransfer('dana');
    await state().setTarget('4155551234');
    await state().submitTarget();
    expect(state().draft?.input).toBe('+14155551234');
    await state().setTarget('night');
    await state().submitTarget();
    expect(state().draft?.input).toBe('+14155550486');
    await state().setTarget('sip:bob@example.org');
    await state().submitTarget();
    expect(the.phone.asked.map(([verb]) => verb)).not.toContain('refer');
    await state().submitTarget(true);
    expect(the.phone.asked).toContainEqual(['refer', 'dana', 'sip:bob@example.org']);
  });

  it('cannot be opened on a line that only rings', () => {
    the.phone.ring('other', '+14155550001', '');
    state().openTransfer('other');
    expect(state().draft).toBeUndefined();
  });

  it('names both people from the directory', async () => {
    await state().transferTo('dana', '+14155551234');
    expect(state().cards['dana']).toMatchObject({ caller: 'Dana Whitfield', targetName: 'Billing', phase: 'sent' });
    expect(the.phone.asked).toContainEqual(['refer', 'dana', '+14155551234']);
  });

  it('is not started twice while one is pending', async () => {
    await state().transferTo('dana', '+14155551234');
    await state().transferTo('dana', '+14155550486');
    expect(the.phone.asked.filter(([verb]) => verb === 'refer')).toHaveLength(1);
  });

  it('P24: can be tried again after a failure, with a card of its own', async () => {
    await state().transferTo('dana', '+14155550486');
    the.phone.step('dana', { kind: 'notify', status: 486, reason: 'Busy Here', terminated: true });
    await state().transferTo('dana', '+14155551234');
    expect(state().cards['dana']).toMatchObject({ target: '+14155551234', phase: 'sent' });
  });

  it('P18: says no more that the caller is on the line once the caller has hung up after a failure', async () => {
    await state().transferTo('dana', '+14155550486');
    the.phone.step('dana', { kind: 'notify', status: 486, reason: 'Busy Here', terminated: true });
    const said = () => verdict(state().cards['dana']!, undefined);
    expect(said()).toMatchObject({ headline: expect.stringContaining('is still on your line'), rescue: true });
    the.phone.emit({ type: 'sessionEnded', id: 'dana', end: { at: the.now(), by: 'them', method: 'BYE' } });
    expect(said()).toMatchObject({ headline: expect.stringContaining('call has ended since'), rescue: false });
  });

  it('asks before a hang-up that would drop the caller, and hangs up only on a yes', async () => {
    await state().transferTo('dana', '+14155551234');
    await state().askHangUp('dana');
    expect(state().confirmHangUp).toBe('dana');
    await state().answerHangUp(false);
    expect(state().lines['dana']?.state).toBe('live');
    await state().askHangUp('dana');
    await state().answerHangUp(true);
    expect(state().lines['dana']?.state).toBe('ended');
  });

  it('withdraws the question when the target answers meanwhile', async () => {
    await state().transferTo('dana', '+14155551234');
    await state().askHangUp('dana');
    the.phone.step('dana', { kind: 'notify', status: 200, reason: 'OK', terminated: true });
    expect(state().confirmHangUp).toBeUndefined();
  });

  it('hangs up without a question when no transfer is pending', async () => {
    await state().askHangUp('dana');
    expect(state().lines['dana']?.state).toBe('ended');
  });

  it('says each step and the verdict aloud', async () => {
    await state().transferTo('dana', '+14155550486');
    the.phone.step('dana', { kind: 'response', status: 202, reason: 'Accepted' });
    expect(state().said?.text).toBe('202 Accepted: the trunk will try.');
    the.phone.step('dana', { kind: 'notify', status: 486, reason: 'Busy Here', terminated: true });
    expect(state().said?.text).toBe('Night desk is busy (486). Dana Whitfield is still on your line.');
  });

  it('takes the caller off hold on the way back to the call', async () => {
    await state().toggleHold('dana');
    await state().transferTo('dana', '+14155550486');
    the.phone.step('dana', { kind: 'notify', status: 486, reason: 'Busy Here', terminated: true });
    await state().backToCall('dana');
    expect(state().cards['dana']).toBeUndefined();
    expect(state().lines['dana']?.held).toBe(false);
  });

  it('shows and says the words of a command that was refused', async () => {
    the.contract.failing.set('practice.call', 'Nobody can ring you.');
    await state().practiceCall('+14155550187');
    await flush();
    expect([state().failure?.text, state().said?.text]).toEqual(['Nobody can ring you.', 'Nobody can ring you.']);
  });
});

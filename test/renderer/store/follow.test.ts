import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followOf } from '../../../src/renderer/store/follow.ts';
import { followStepWords, followVerdict } from '../../../src/renderer/store/follow-verdict.ts';
import { scripted, type Scripted } from './scripted.ts';

let the: Scripted;
const state = () => the.store.getState();
const card = () => state().follows['ivr'];
const headline = () => followVerdict(card()!).headline;
const verbs = (...names: string[]) => the.phone.asked.filter(([verb]) => names.includes(verb));

const BILLING = {
  who: '+14155551234',
  uri: 'sip:+14155551234@demo.zt.patchcord.test',
  headers: [['X-AcctNumber', '123456']] as const,
  by: { number: '+14155550102', name: 'Acme IVR' },
};

beforeEach(async () => {
  the = await scripted();
  the.phone.ring('ivr', '+14155550102', 'Acme IVR');
  await state().answer();
  the.advance(5000);
});
afterEach(() => the.stop());

/** Up to the point where the target rings. */
function follow(): void {
  the.phone.receiveRefer('ivr', BILLING);
  state().followRefer('ivr');
  the.phone.follow('ivr', { kind: 'response', status: 202, reason: 'Accepted' });
  the.phone.follow('ivr', { kind: 'notify', status: 100, reason: 'Trying' });
  the.phone.move('new', 'ivr', '+14155551234');
  the.phone.follow('ivr', { kind: 'status', status: 180, reason: 'Ringing' });
  the.phone.follow('ivr', { kind: 'notify', status: 180, reason: 'Ringing' });
}

function answer(): void {
  the.advance(3200);
  the.phone.emit({ type: 'sessionChanged', id: 'new', change: { to: 'established', at: the.now() } });
  the.phone.follow('ivr', { kind: 'status', status: 200, reason: 'OK' });
  the.phone.follow('ivr', { kind: 'notify', status: 200, reason: 'OK', end: 'noresource' });
}

describe('a REFER that comes to a line', () => {
  it('T14: asks, says it aloud, and does nothing until the operator decides', () => {
    the.phone.receiveRefer('ivr', BILLING);
    expect(headline()).toBe('Acme IVR asks to move this call to Billing.');
    expect(state().said?.text).toBe('Acme IVR asks to move this call to Billing. F follows, D declines.');
    expect(verbs('followRefer', 'declineRefer')).toEqual([]);
    state().followRefer('ivr');
    expect(verbs('followRefer', 'declineRefer')).toEqual([['followRefer', 'ivr']]);
  });

  it.each([
    ['follow', 'followRefer'],
    ['decline', 'declineRefer'],
  ] as const)('T14: is answered without a question when the setting is %s', (policy, verb) => {
    state().setReferPolicy(policy);
    the.phone.receiveRefer('ivr', BILLING);
    expect(verbs('followRefer', 'declineRefer')).toEqual([[verb, 'ivr']]);
    expect(card()?.auto).toBe(policy);
  });

  it('T14: shows the new call while it rings, and both lines show the card', () => {
    follow();
    expect(headline()).toBe('Billing is ringing.');
    expect(state().selectedLineId).toBe('new');
    expect([followOf(state().follows, 'new'), followOf(state().follows, 'ivr')]).toEqual([card(), card()]);
  });

  it('T14: says that the old call is released, and who released it', () => {
    follow();
    answer();
    expect(headline()).toBe('Billing answered after 3.2 s.');
    the.phone.end('ivr', { by: 'us', method: 'BYE' });
    expect(headline()).toBe('Billing answered after 3.2 s. The old call is released.');
    expect(state().said?.text).toBe(`${headline()} You are on the new call.`);
    expect(state().selectedLineId).toBe('new');
    expect(followVerdict(card()!, true).detail).toBe('The new call has ended since.');
  });

  it('T14: goes back to the old call when the target is busy', () => {
    follow();
    the.phone.end('new', { by: 'them', method: 'response', status: 486, reason: 'Busy Here' });
    the.phone.follow('ivr', { kind: 'status', status: 486, reason: 'Busy Here' });
    expect(headline()).toBe('Billing is busy (486). You are still on the call with Acme IVR.');
    expect(state().selectedLineId).toBe('ivr');
    expect(state().said?.text).toBe(headline());
  });

  it('T14: says that the new call was given up when the caller leaves meanwhile', () => {
    follow();
    the.advance(2000);
    the.phone.end('ivr', { by: 'them', method: 'BYE' });
    the.phone.follow('ivr', { kind: 'given-up' });
    the.phone.end('new', { by: 'us', method: 'CANCEL' });
    expect(followVerdict(card()!)).toMatchObject({
      tone: 'bad',
      headline: 'Acme IVR hung up 2.0 s after the request, before Billing had answered.',
      detail: 'The call to Billing was given up.',
    });
    expect(state().selectedLineId).toBe('ivr');
  });

  it('says who gave up when the operator cancels the new call', () => {
    follow();
    the.phone.end('new', { by: 'us', method: 'CANCEL' });
    the.phone.follow('ivr', { kind: 'cancelled' });
    the.phone.follow('ivr', { kind: 'notify', status: 487, reason: 'Request Terminated', end: 'noresource' });
    expect(headline()).toBe('You gave up calling Billing. You are still on the call with Acme IVR.');
  });

  it('T14: says who declined: the operator, or the setting', () => {
    the.phone.receiveRefer('ivr', BILLING);
    the.phone.follow('ivr', { kind: 'response', status: 603, reason: 'Decline' });
    expect(headline()).toBe('You declined to move to Billing (603). You are still on the call with Acme IVR.');
    state().setReferPolicy('decline');
    the.phone.receiveRefer('ivr', BILLING);
    the.phone.follow('ivr', { kind: 'response', status: 603, reason: 'Decline' });
    expect(headline()).toMatch(/^Declined to move to Billing/);
  });

  it('counts a no that came after the 202 as declined', () => {
    the.phone.receiveRefer('ivr', BILLING);
    the.phone.follow('ivr', { kind: 'response', status: 202, reason: 'Accepted' });
    the.phone.follow('ivr', { kind: 'notify', status: 100, reason: 'Trying' });
    expect(card()?.phase).toBe('asked');
    the.phone.follow('ivr', { kind: 'notify', status: 603, reason: 'Decline', end: 'noresource' });
    expect(followVerdict(card()!)).toMatchObject({ tone: 'warn', proof: 'NOTIFY (603' });
  });

  it('shows a request that could not be read, without a question', () => {
    the.phone.receiveRefer('ivr', { who: '', uri: '<sip:@>', refused: true });
    the.phone.follow('ivr', { kind: 'response', status: 400, reason: 'Malformed Refer-To' });
    expect(headline()).toBe(
      'A request to move this call was refused (400 Malformed Refer-To). You are still on the call with Acme IVR.',
    );
    expect(verbs('followRefer', 'declineRefer')).toEqual([]);
  });

  it('says that the request has run out when nobody has decided', () => {
    the.phone.receiveRefer('ivr', BILLING);
    the.phone.follow('ivr', { kind: 'response', status: 202, reason: 'Accepted' });
    the.advance(300_000);
    the.phone.follow('ivr', { kind: 'notify', status: 100, reason: 'Trying', end: 'timeout' });
    expect(headline()).toBe('Nothing was decided in 5:00 min: the request to move to Billing has run out.');
  });

  it('takes hold and mute along, so that nobody hears an operator who talks with somebody else', async () => {
    state().toggleMute('ivr');
    await state().toggleHold('ivr');
    the.phone.ring('other', '+14155550187', '');
    state().selectLine('other');
    follow();
    expect(state().selectedLineId).toBe('other');
    answer();
    expect(verbs('mute', 'hold')).toEqual([
      ['mute', 'ivr', true],
      ['hold', 'ivr', true],
      ['mute', 'new', true],
      ['hold', 'new', true],
    ]);
    expect([state().lines['ivr']?.held, state().lines['new']?.held]).toEqual([true, true]);
  });

  it('takes the ears along to the new line, and asks nothing more of the old one', () => {
    follow();
    expect(the.phone.focused).toBe('ivr');
    answer();
    expect(the.phone.focused).toBe('new');
    expect(state().lines['new']?.held).toBe(false);
    expect(verbs('hold')).toEqual([]);
  });

  it('lets no transfer of our own begin while it is open', async () => {
    the.phone.receiveRefer('ivr', BILLING);
    state().openTransfer('ivr');
    await state().transferTo('ivr', '+14155550486');
    expect(state().draft).toBeUndefined();
    expect(verbs('refer')).toEqual([]);
  });

  it('is dismissed only once it is decided, and its card goes with the last of its lines', () => {
    follow();
    state().dismissFollow('ivr');
    expect(card()).toBeDefined();
    answer();
    the.phone.end('ivr', { by: 'us', method: 'BYE' });
    state().forgetLine('ivr');
    expect(followOf(state().follows, 'new')?.phase).toBe('moved');
    the.phone.end('new', { by: 'them', method: 'BYE' });
    state().forgetLine('new');
    expect(state().follows).toEqual({});
  });

  it('names each step by who sent it', () => {
    follow();
    the.phone.follow('ivr', { kind: 'notify-refused', status: 489 });
    answer();
    the.phone.end('ivr', { by: 'us', method: 'BYE' });
    const rows = card()!.steps.map((step) => followStepWords(step, card()!));
    expect(rows.map(({ ours, label }) => `${ours ? '→' : '←'} ${label}`)).toEqual([
      '← REFER',
      '→ 202 Accepted',
      '→ NOTIFY 100 Trying',
      '→ INVITE',
      '← 180 Ringing',
      '→ NOTIFY 180 Ringing',
      '← 489 to NOTIFY',
      '← 200 OK',
      '→ NOTIFY 200 OK',
      '→ BYE',
    ]);
    expect(rows.at(-1)?.means).toBe('the old call is released');
  });
});

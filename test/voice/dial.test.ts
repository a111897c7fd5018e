/** `<Dial>` with one target: from the caller's wait to what `action` is told. */
import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/core/ua/session.ts';
import { BILLING, refusing, ringing } from '../support/exchange.ts';
import { ALICE, dialed, dialling, hears, number, sent, told } from './dialling.ts';
import { APP } from './stage.ts';

const SID = /^CA[0-9a-f]{32}$/;

describe('one target', () => {
  it('Dial: the called leg is a child of the first, joined both ways, with a record of its own', async () => {
    const { at, events } = await dialed(dialling(number(BILLING)), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 100).phone);
    });
    expect(events).toEqual(['progressed 180', 'answered']);
    const call = at.live();
    const [parent, child] = call.legs;
    expect(child?.facts).toMatchObject({ direction: 'out', parent: parent?.id, identity: { number: BILLING } });
    expect(call.conversation.talkers).toEqual([parent, child]);
    expect(hears(at)).toBe(2);
    expect(
      at.records.map(({ kind, from, to, billable }) => `${kind} ${from.number} → ${to.number} ${billable}`),
    ).toEqual([`original ${ALICE} → ${APP} true`, `dial ${ALICE} → ${BILLING} true`]);
    const parameters = at.applications.parameters(call, child!);
    expect(Object.fromEntries(parameters)).toMatchObject({
      Direction: 'outbound-dial',
      ParentCallSid: at.asked[0]!.parameters['CallSid'],
    });
  });

  it('Dial: the called one hangs up: completed with its duration, and the document that action gives goes on', async () => {
    const billing = { session: undefined as Session | undefined };
    const { at, events } = await dialed(
      dialling(number(BILLING)),
      ({ phones, clock }) => {
        const phone = ringing(clock, 100);
        phones.set(BILLING, phone.phone);
        Object.defineProperty(billing, 'session', { get: () => phone.session });
      },
      { '/done': '<Pause length="2"/>' },
    );
    await at.run(3000);
    billing.session?.hangUp();
    await at.run(100);
    const { DialCallSid, ...rest } = told(at);
    expect(DialCallSid).toMatch(SID);
    expect(DialCallSid).not.toBe(at.asked[0]!.parameters['CallSid']);
    expect(rest).toEqual({ DialCallStatus: 'completed', DialCallDuration: '3', DialBridged: 'true' });
    expect(events.at(-1)).toBe('answered');
    expect(at.live().conversation.talkers).toEqual([at.live().legs[0]]);
    await at.run(2500);
    expect(events.at(-1)).toBe('ended remote');
    expect(at.summary()).toEqual(['original answered trunk completed', 'dial answered target completed']);
  });

  it('Dial: the caller hangs up: BYE to the called leg, and action hears of it', async () => {
    const { at, session } = await dialed(dialling(number(BILLING)), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 100).phone);
    });
    await at.run(1000);
    session.hangUp(480, 'Q.850;cause=16');
    await at.run(200);
    expect(sent(at, 'BYE')[0]?.text).toContain('Reason: Q.850;cause=16\r\n');
    expect(told(at)).toMatchObject({ DialCallStatus: 'completed', DialCallDuration: '1' });
    expect(at.asked.at(-1)?.parameters['CallStatus']).toBe('completed');
    expect(at.summary()).toEqual(['original answered caller completed', 'dial answered caller completed']);
  });

  it('Dial: the caller hangs up while it rings: CANCEL, canceled', async () => {
    const { at, session } = await dialed(dialling(number(BILLING)), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock).phone);
    });
    session.hangUp();
    await at.run(200);
    expect(sent(at, 'CANCEL')).toHaveLength(1);
    expect(told(at)).toEqual({
      DialCallStatus: 'canceled',
      DialCallSid: expect.stringMatching(SID),
      DialBridged: 'false',
    });
    expect(at.board.calls.size).toBe(0);
  });

  it.each([
    [486, 'busy'],
    [480, 'no-answer'],
    [404, 'failed'],
    [603, 'failed'],
  ])('Dial: refused with %i is %s, without duration, and the caller is still there', async (status, said) => {
    const { at, events } = await dialed(
      dialling(number(BILLING)),
      ({ phones }) => phones.set(BILLING, refusing(status)),
      { '/done': '<Pause/>' },
    );
    expect(told(at)).toEqual({ DialCallStatus: said, DialCallSid: expect.stringMatching(SID), DialBridged: 'false' });
    expect(events).toEqual(['progressed 180', 'answered']);
  });

  it('Dial: nobody answers within timeout: CANCEL, no-answer; the INVITE says for how long it is good', async () => {
    const { at } = await dialed(dialling(number(BILLING), 'timeout="40"'), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock).phone);
    });
    expect(sent(at, 'INVITE')[0]?.text).toContain('Expires: 45\r\n');
    await at.run(39_000);
    expect(at.asked).toHaveLength(1);
    await at.run(1000);
    expect(sent(at, 'CANCEL')).toHaveLength(1);
    expect(told(at)['DialCallStatus']).toBe('no-answer');
  });

  it('Dial: timeLimit ends the joined call', async () => {
    const { at } = await dialed(dialling(number(BILLING), 'timeLimit="5"'), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 100).phone);
    });
    await at.run(5000);
    expect(sent(at, 'BYE')).toHaveLength(1);
    expect(told(at)).toMatchObject({ DialCallStatus: 'completed', DialCallDuration: '5' });
  });

  it('Dial: without action the next verb runs when the called one has gone, and not when the caller has', async () => {
    const voice = `<Dial>${number(BILLING)}</Dial><Redirect>/next</Redirect>`;
    const busy = await dialed(voice, ({ phones }) => phones.set(BILLING, refusing(486)), { '/next': '' });
    expect(busy.at.asked.map(({ what }) => what)).toEqual(['POST /voice', 'POST /next']);
    const left = await dialed(voice, ({ phones, clock }) => phones.set(BILLING, ringing(clock, 50).phone), {
      '/next': '',
    });
    left.session.hangUp();
    await left.at.run(100);
    expect(left.at.asked.map(({ what }) => what)).toEqual(['POST /voice']);
  });

  it('Dial: answerOnBridge keeps the caller ringing until the other answers', async () => {
    const { at, events } = await dialed(dialling(number(BILLING), 'answerOnBridge="true"'), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 1000).phone);
    });
    expect(events).toEqual(['progressed 180']);
    await at.run(1000);
    expect(events).toEqual(['progressed 180', 'answered']);
    expect(hears(at)).toBe(2);
  });

  it('Dial: answerOnBridge does not answer a caller whom nobody wants to talk to', async () => {
    const { at, events } = await dialed(
      dialling(number(BILLING), 'answerOnBridge="true"'),
      ({ phones }) => phones.set(BILLING, refusing(486)),
      { '/done': '<Reject reason="busy"/>' },
    );
    expect(events).toEqual(['progressed 180', 'failed 486']);
    expect(at.summary()[1]).toBe('dial busy target 486 busy');
  });
});

describe('between answer and talk', () => {
  it('Dial, Number: its own document runs on the called leg first, while the caller hears it ring', async () => {
    const { at } = await dialed(
      dialling(`<Number url="/screen">${BILLING}</Number>`),
      ({ phones, clock }) => phones.set(BILLING, ringing(clock, 100).phone),
      { '/screen': '<Pause length="2"/>' },
    );
    expect(at.asked[1]).toMatchObject({ what: 'POST /screen', why: 'number-url' });
    expect(at.asked[1]?.parameters).toMatchObject({
      CallSid: at.applications.sidOf(at.live().legs[1]!),
      ParentCallSid: at.asked[0]!.parameters['CallSid'],
    });
    expect(hears(at)).toBe(0);
    await at.run(2000);
    expect(hears(at)).toBe(2);
  });

  it('Dial, Number: a document that hangs up keeps the two apart', async () => {
    const { at, events } = await dialed(
      dialling(`<Number url="/screen">${BILLING}</Number>`),
      ({ phones, clock }) => phones.set(BILLING, ringing(clock, 100).phone),
      { '/screen': '<Hangup/>', '/done': '<Pause length="2"/>' },
    );
    expect(told(at)).toMatchObject({ DialCallStatus: 'completed', DialBridged: 'false' });
    expect(sent(at, 'BYE')).toHaveLength(1);
    expect(events.at(-1)).toBe('answered');
  });

  it('Dial, Number: a caller who leaves meanwhile takes the called one along', async () => {
    const { at, session } = await dialed(
      dialling(`<Number url="/screen">${BILLING}</Number>`),
      ({ phones, clock }) => phones.set(BILLING, ringing(clock, 100).phone),
      { '/screen': '<Pause length="20"/>' },
    );
    session.hangUp();
    await at.run(100);
    expect(sent(at, 'BYE')).toHaveLength(1);
    expect(told(at)).toMatchObject({ DialBridged: 'false' });
    expect(at.board.calls.size).toBe(0);
  });
});

it('Dial: hangupOnStar lets the caller leave the other with *, and go on', async () => {
  const { at, session, events } = await dialed(
    dialling(number(BILLING), 'hangupOnStar="true"'),
    ({ phones, clock }) => phones.set(BILLING, ringing(clock, 100).phone),
    { '/done': '<Pause length="2"/>' },
  );
  const press = async (key: string): Promise<void> => {
    const body = new TextEncoder().encode(`Signal=${key}\r\nDuration=160\r\n`);
    const user = { response() {}, timeout() {}, transportError() {} };
    session.request('INFO', [['Content-Type', 'application/dtmf-relay']], user, body);
    await at.run(100);
  };
  await press('5');
  expect(at.asked).toHaveLength(1);
  await press('*');
  expect(told(at)).toMatchObject({ DialCallStatus: 'completed', DialBridged: 'true' });
  expect(sent(at, 'BYE')).toHaveLength(1);
  expect(events.at(-1)).toBe('answered');
});

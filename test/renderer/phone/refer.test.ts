/** Who hangs up after a transfer: the trunk where it does, else the console, one second after NOTIFY 200. */
import { SessionState } from 'sip.js';
import { expect, it } from 'vitest';
import { hangUp } from '../../../src/renderer/phone/hang-up.ts';
import { end, type Line } from '../../../src/renderer/phone/line.ts';
import type { PhoneEvent } from '../../../src/renderer/phone/phone.ts';
import { refer, RELEASE_AFTER_MS } from '../../../src/renderer/phone/refer.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const BILLING = 'sip:+14155551234@demo.test';

/** A session that talks, and what its other side may say of its REFERs. */
function talking() {
  const clock = new VirtualClock();
  const events: PhoneEvent[] = [];
  const refers: { message: { cseq: number }; onNotify(notification: object): void }[] = [];
  let byes = 0;
  let answers = 0;
  const session = {
    state: SessionState.Established,
    refer: async (_: unknown, { onNotify }: { onNotify(notification: object): void }) => {
      const sent = { message: { cseq: refers.length + 1 }, onNotify };
      refers.push(sent);
      return sent;
    },
    bye: async () => {
      byes += 1;
      session.state = SessionState.Terminated;
    },
  };
  const line = {
    id: 'dana',
    session,
    stage: 'live',
    tones: { clear: () => undefined },
    tell: (event: PhoneEvent) => events.push(event),
    now: () => clock.wall(),
    later: (ms: number, run: () => void) => clock.after(ms, run),
  } as unknown as Line;
  /** sip.js hands every NOTIFY to the REFER that came last. */
  const notify = (body: string, event = 'refer') => {
    const headers: Record<string, string> = { Event: event, 'Subscription-State': 'terminated;reason=noresource' };
    const request = { body, getHeader: (name: string) => headers[name] };
    refers.at(-1)!.onNotify({ request, accept: async () => (answers += 1) });
  };
  return {
    line,
    session,
    notify,
    pass: (ms: number) => clock.advance(ms),
    byes: () => byes,
    answers: () => answers,
    ends: () => events.flatMap((event) => (event.type === 'sessionEnded' ? [event.end] : [])),
    steps: () => events.flatMap((event) => (event.type === 'referStepped' ? [event.step] : [])),
  };
}

it('sends BYE one second after NOTIFY 200 when the trunk has not, and says that nobody asked it to', async () => {
  const the = talking();
  await refer(the.line, '1', BILLING);
  the.notify('SIP/2.0 100 Trying');
  the.notify('SIP/2.0 180 Ringing');
  the.notify('SIP/2.0 200 OK');
  the.pass(RELEASE_AFTER_MS - 1);
  expect(the.byes()).toBe(0);
  the.pass(1);
  expect(the.byes()).toBe(1);
  expect(the.ends()).toEqual([{ by: 'us', method: 'BYE', auto: true, at: the.line.now() }]);
  expect(the.steps().at(-1)).toMatchObject({ kind: 'session-ended', end: { by: 'us', auto: true } });
});

it('sends one BYE, however often the success is reported', async () => {
  const the = talking();
  await refer(the.line, '1', BILLING);
  the.notify('SIP/2.0 200 OK');
  the.pass(600);
  the.notify('SIP/2.0 202 Accepted');
  the.pass(400);
  expect(the.byes()).toBe(1);
  the.pass(60_000);
  expect([the.byes(), the.ends().length]).toEqual([1, 1]);
});

it('P7: sends none when the BYE of the trunk comes first', async () => {
  const the = talking();
  await refer(the.line, '1', BILLING);
  the.notify('SIP/2.0 200 OK');
  the.pass(100);
  end(the.line, { by: 'them', method: 'BYE' });
  the.session.state = SessionState.Terminated;
  the.pass(60_000);
  expect(the.byes()).toBe(0);
  expect(the.ends()).toMatchObject([{ by: 'them' }]);
});

it('P8: sends no second one after that of the operator', async () => {
  const the = talking();
  await refer(the.line, '1', BILLING);
  the.notify('SIP/2.0 200 OK');
  the.pass(300);
  await hangUp(the.line);
  the.pass(60_000);
  expect(the.byes()).toBe(1);
  expect(the.ends()).toEqual([expect.not.objectContaining({ auto: true })]);
});

it.each(['SIP/2.0 180 Ringing', 'SIP/2.0 486 Busy Here', 'SIP/2.0 302 Moved Temporarily', ''])(
  'P17, P18: keeps the caller after NOTIFY %j',
  async (body) => {
    const the = talking();
    await refer(the.line, '1', BILLING);
    the.notify(body);
    the.pass(60_000);
    expect([the.byes(), the.ends()]).toEqual([0, []]);
  },
);

it('keeps the caller when 200 follows a failure: the first final status counts', async () => {
  const the = talking();
  await refer(the.line, '1', BILLING);
  the.notify('SIP/2.0 486 Busy Here');
  the.notify('SIP/2.0 200 OK');
  the.pass(60_000);
  expect(the.byes()).toBe(0);
});

it('keeps the caller when the 200 is about an earlier REFER, which it answers and does not show', async () => {
  const the = talking();
  await refer(the.line, '1', BILLING);
  the.notify('SIP/2.0 408 Request Timeout');
  await refer(the.line, '2', BILLING);
  const shown = the.steps().length;
  the.notify('SIP/2.0 200 OK', 'refer;id=1');
  the.pass(60_000);
  expect([the.byes(), the.answers(), the.steps().length]).toEqual([0, 2, shown]);
  the.notify('SIP/2.0 200 OK', 'refer;id=2');
  the.pass(RELEASE_AFTER_MS);
  expect(the.byes()).toBe(1);
});

it('leaves the session alone when another REFER has been sent on it within that second', async () => {
  const the = talking();
  await refer(the.line, '1', BILLING);
  the.notify('SIP/2.0 200 OK');
  the.pass(500);
  await refer(the.line, '2', BILLING);
  the.pass(60_000);
  expect(the.byes()).toBe(0);
});

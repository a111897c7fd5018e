import { describe, expect, it } from 'vitest';
import type { IncomingRefer } from '../../src/core/ua/incoming-refer.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { LINE } from '../support/exchange.ts';
import { own, startStage, type Dialled, type Document, type Stage } from './stage.ts';

const SIP = 'sip:alice@example.com?X-AcctNumber=123456&amp;X-ReasonForCalling=billing';
const REFER = `<Refer action="/refer"><Sip>${SIP}</Sip></Refer>`;

interface Referred extends Dialled {
  readonly at: Stage;
  /** What the endpoint was asked, the newest last. */
  readonly refers: IncomingRefer[];
}

/** An endpoint dials the application, which refers it. */
async function referred(
  documents: Record<string, Document> = {},
  answer: (refer: IncomingRefer, at: Stage) => void = () => {},
): Promise<Referred> {
  const at = await startStage({ '/voice': REFER, '/refer': '<Hangup/>', ...documents });
  const refers: IncomingRefer[] = [];
  const dialled = at.dialApp('endpoint', {
    referred: (refer) => {
      refers.push(refer);
      answer(refer, at);
    },
  });
  await at.run(200);
  return { ...dialled, at, refers };
}

/** Takes the REFER and reports these statuses, 10 ms apart. */
const follow =
  (...statuses: number[]) =>
  (refer: IncomingRefer, { clock }: Stage): void => {
    const reporter = refer.accept({});
    statuses.forEach((status, i) => clock.after(10 * (i + 1), () => reporter.report(status)));
  };

/** Takes the REFER, but no NOTIFY comes through. */
const unheard = (refer: IncomingRefer, at: Stage): void => {
  at.network.drop = ({ startLine }) => startLine.startsWith('NOTIFY');
  refer.accept({});
};

const sent = (at: Stage, start: string) => at.network.sent.filter(({ startLine }) => startLine.startsWith(start));

describe('what goes on the wire', () => {
  it('T1, T3: REFER inside the call, with the URI to the letter, before anything else is said of it', async () => {
    const { at, session, refers } = await referred();
    const [refer] = sent(at, 'REFER');
    expect(refer?.to.host).toBe('10.0.0.3');
    expect(refer?.text).toContain(
      'Refer-To: <sip:alice@example.com?X-AcctNumber=123456&X-ReasonForCalling=billing>\r\n',
    );
    expect(refer?.text).toContain(`Call-ID: ${session.callId}\r\n`);
    expect(refer?.text).not.toContain('Refer-Sub');
    expect(refers).toHaveLength(1);
    expect(at.asked.map(({ what }) => what)).toEqual(['POST /voice']);
  });

  it('as the first verb it gives the endpoint 100 ms after its ACK, and an ACK that is late is waited for', async () => {
    for (const lateMs of [0, 400]) {
      const at = await startStage({ '/voice': REFER, '/refer': '<Hangup/>' });
      const times: Record<string, number> = {};
      at.network.drop = ({ startLine }) => {
        const [method] = startLine.split(' ');
        const lost = method === 'ACK' && at.clock.now() < lateMs;
        if (!lost) times[method!] ??= at.clock.now();
        return lost;
      };
      at.dialApp('endpoint');
      await at.run(2000);
      expect(times['ACK']).toBeGreaterThanOrEqual(lateMs);
      expect(times['REFER']! - times['ACK']!).toBeGreaterThanOrEqual(100);
      expect(times['REFER']! - times['ACK']!).toBeLessThanOrEqual(110);
    }
  });

  it('T3: User-to-User with its escapes', async () => {
    const uri = 'sip:alice@example.com?User-to-User=123456789%3Bencoding%3Dhex&amp;X-Name=B%C3%B6rse%20%26%20Co';
    const { at } = await referred({ '/voice': `<Refer><Sip>\n  ${uri}\n</Sip></Refer>` });
    expect(sent(at, 'REFER')[0]?.text).toContain(`Refer-To: <${uri.replace('&amp;', '&')}>\r\n`);
  });

  it('T1: on a call that the trunk has placed', async () => {
    const at = await startStage({ '/refer': '<Hangup/>' });
    const { call, agent } = await placed(at);
    const leg = call.legs[1]!;
    expect(
      at.applications.update(at.board, call, leg, {
        xml: `<Response>${REFER.replace('"/', '"http://app.test/')}</Response>`,
      }),
    ).toBeUndefined();
    await at.run(100);
    expect(agent.map(({ request }) => request.headers.get('Refer-To'))).toEqual([
      '<sip:alice@example.com?X-AcctNumber=123456&X-ReasonForCalling=billing>',
    ]);
    follow(200)(agent[0]!, at);
    await at.run(200);
    expect(own(at.asked.at(-1)!)).toEqual({
      ReferCallStatus: 'in-progress',
      ReferSipResponseCode: '202',
      NotifySipResponseCode: '200',
    });
  });
});

/** An ordinary call to the endpoint, which a document then takes over (T1). */
async function placed(at: Stage) {
  const agent: IncomingRefer[] = [];
  const calls: Session[] = [];
  at.phones.set(LINE, (invitation) => {
    const session = invitation.take({ ended() {}, offered: async () => 'sendrecv', referred: (r) => agent.push(r) });
    session.incoming?.answer('sendrecv');
    calls.push(session);
  });
  at.dial(at.caller, LINE);
  await at.run(100);
  return { call: at.live(), agent };
}

describe('what the application is told', () => {
  it.each([
    ['T5: success', [100, 180, 200], { ReferCallStatus: 'in-progress', NotifySipResponseCode: '200' }],
    ['T6: busy', [100, 180, 486], { ReferCallStatus: 'busy', NotifySipResponseCode: '486' }],
    ['T6: no answer', [180, 408], { ReferCallStatus: 'no-answer', NotifySipResponseCode: '408' }],
    ['T6: not available', [480], { ReferCallStatus: 'no-answer', NotifySipResponseCode: '480' }],
    ['T6: unknown', [404], { ReferCallStatus: 'failed', NotifySipResponseCode: '404' }],
    ['T6: declined', [180, 603], { ReferCallStatus: 'failed', NotifySipResponseCode: '603' }],
  ])('%s', async (_, statuses, parameters) => {
    const { at } = await referred({}, follow(...statuses));
    await at.run(300);
    expect(at.asked.map(({ what, why }) => `${what} ${why}`)).toEqual(['POST /voice voice-url', 'POST /refer action']);
    expect(own(at.asked[1]!)).toEqual({ ...parameters, ReferSipResponseCode: '202' });
  });

  it.each([405, 403, 420, 501, 603])(
    'T7, T9: the endpoint refuses with %i: no NotifySipResponseCode',
    async (status) => {
      const { at } = await referred({}, (refer) => refer.reject(status));
      await at.run(100);
      expect(own(at.asked[1]!)).toEqual({ ReferCallStatus: 'failed', ReferSipResponseCode: String(status) });
    },
  );

  it('T8: the endpoint hangs up while the target rings', async () => {
    const { at, session } = await referred({}, follow(180));
    await at.run(100);
    session.hangUp();
    await at.run(100);
    expect(own(at.asked[1]!)).toEqual({
      ReferCallStatus: 'canceled',
      ReferSipResponseCode: '202',
      NotifySipResponseCode: '180',
    });
    expect(at.asked[1]?.parameters['CallStatus']).toBe('completed');
    expect(at.board.calls.size).toBe(0);
  });

  it('T8, T9: a BYE right after the 202 leaves nothing to report but that', async () => {
    const { at, session } = await referred({}, unheard);
    session.hangUp();
    await at.run(100);
    at.network.drop = () => false;
    expect(own(at.asked[1]!)).toEqual({ ReferCallStatus: 'canceled', ReferSipResponseCode: '202' });
  });

  it('T9: the standard parameters stand beside them, and none is empty', async () => {
    const { at } = await referred({}, follow(200));
    await at.run(300);
    const names = ['AccountSid', 'ApiVersion', 'CallSid', 'CallStatus', 'Direction', 'From', 'To'];
    const refer = ['NotifySipResponseCode', 'ReferCallStatus', 'ReferSipResponseCode'];
    expect(Object.keys(at.asked[1]!.parameters).toSorted()).toEqual([...names, ...refer].toSorted());
    expect(Object.values(at.asked[1]!.parameters)).not.toContain('');
    expect(at.asked[1]?.parameters).toMatchObject({ CallStatus: 'in-progress', Direction: 'inbound' });
  });

  it('T2: with GET where the document says so', async () => {
    const { at } = await referred({ '/voice': REFER.replace('action', 'method="GET" action') }, follow(200));
    await at.run(300);
    expect(at.asked[1]?.what).toBe('GET /refer');
  });
});

describe('T12: what ends the wait', () => {
  it('is a subscription that runs out: the last status is reported', async () => {
    const { at, session } = await referred({}, follow(180));
    await at.run(100);
    expect(at.asked).toHaveLength(1);
    session.dispose();
    at.network.drop = ({ startLine }) => startLine.startsWith('NOTIFY');
    await at.run(230_000);
    at.network.drop = () => false;
    expect(own(at.asked[1]!)).toEqual({
      ReferCallStatus: 'failed',
      ReferSipResponseCode: '202',
      NotifySipResponseCode: '180',
    });
  });

  it('is 64·T1 without any NOTIFY', async () => {
    const { at } = await referred({}, unheard);
    await at.run(31_000);
    expect(at.asked).toHaveLength(1);
    await at.run(2000);
    at.network.drop = () => false;
    expect(own(at.asked[1]!)).toEqual({ ReferCallStatus: 'failed', ReferSipResponseCode: '202' });
  });

  it('is a REFER that nobody answers: 408', async () => {
    const { at } = await referred();
    at.network.drop = ({ from }) => from.host === '10.0.0.3';
    await at.run(40_000);
    at.network.drop = () => false;
    expect(own(at.asked[1]!)).toEqual({ ReferCallStatus: 'failed', ReferSipResponseCode: '408' });
  });

  it('is another document that takes the leg: then nobody is told', async () => {
    const { at } = await referred({}, follow(180));
    await at.run(100);
    const call = at.live();
    at.applications.update(at.board, call, call.legs[0]!, { xml: '<Response><Pause length="5"/></Response>' });
    await at.run(1000);
    expect(at.asked).toHaveLength(1);
    expect(call.live).toBe(true);
  });
});

describe('how the document goes on', () => {
  it('T10: without action the next verb runs, whatever came of it', async () => {
    const { at } = await referred(
      { '/voice': `<Refer><Sip>${SIP}</Sip></Refer><Redirect>/next</Redirect>`, '/next': '<Hangup/>' },
      (refer) => refer.reject(405),
    );
    await at.run(100);
    expect(at.asked.map(({ what }) => what)).toEqual(['POST /voice', 'POST /next']);
  });

  it('T10: without action, and with no verb left, the call ends', async () => {
    const { at, events } = await referred({ '/voice': `<Refer><Sip>${SIP}</Sip></Refer>` }, follow(200));
    await at.run(300);
    expect(events.at(-1)).toBe('ended remote');
    expect(at.board.calls.size).toBe(0);
    expect(at.summary()).toEqual(['original answered trunk completed']);
  });

  it('T13: a transfer that failed leaves the call with the application: it can refer again', async () => {
    const statuses = [486, 200];
    const { at, refers, events } = await referred({
      '/refer': ({ ReferCallStatus }) => (ReferCallStatus === 'in-progress' ? '' : REFER),
    });
    follow(statuses[0]!)(refers[0]!, at);
    await at.run(200);
    expect(refers).toHaveLength(2);
    expect(events).toEqual(['progressed 180', 'answered']);
    follow(statuses[1]!)(refers[1]!, at);
    await at.run(200);
    expect(at.asked.slice(1).map((asked) => own(asked)['ReferCallStatus'])).toEqual(['busy', 'in-progress']);
    expect(events.at(-1)).toBe('ended remote');
  });

  it('T11: on a leg into the telephone network it is error 13801, no REFER is sent, and the application is told', async () => {
    const at = await startStage({ '/voice': REFER, '/refer': '<Hangup/>' });
    at.dialApp('caller');
    await at.run(200);
    expect(at.notices).toMatchObject([{ code: 13801, line: 2, severity: 'warning' }]);
    expect(sent(at, 'REFER')).toEqual([]);
    expect(own(at.asked[1]!)).toEqual({ ReferCallStatus: 'failed' });
  });

  it('T11: on the leg into the telephone network of a call that was an ordinary one', async () => {
    const at = await startStage({});
    const { call, agent } = await placed(at);
    at.applications.update(at.board, call, call.legs[0]!, { xml: `<Response>${REFER}<Pause/></Response>` });
    await at.run(50);
    expect([agent, at.notices.map(({ code }) => code)]).toEqual([[], [13801, 11100]]);
  });

  it('T11: without action the next verb runs', async () => {
    const at = await startStage({
      '/voice': `<Refer><Sip>${SIP}</Sip></Refer><Redirect>/next</Redirect>`,
      '/next': '',
    });
    at.dialApp('caller');
    await at.run(200);
    expect(at.asked.map(({ what }) => what)).toEqual(['POST /voice', 'POST /next']);
  });
});

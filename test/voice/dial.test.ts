import { describe, expect, it } from 'vitest';
import type { IncomingRefer } from '../../src/core/ua/refer-uas.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { BILLING, CALLER, DOMAIN, LINE, refusing, ringing, SALES, type ExchangeOptions } from '../support/exchange.ts';
import { APP, own, startStage, type Dialled, type Document, type Stage } from './stage.ts';

const SID = /^CA[0-9a-f]{32}$/;
/** The party agent under an address of its own. */
const ELSEWHERE = 'sip:desk@10.0.0.4';

/** Whom the stage has call. */
const ALICE = 'alice';

/** A document that calls these and then asks `/done`. */
const dialling = (targets: string, attributes = ''): string => `<Dial action="/done" ${attributes}>${targets}</Dial>`;
const number = (...numbers: string[]): string => numbers.map((each) => `<Number>${each}</Number>`).join('');

interface Dialing extends Dialled {
  readonly at: Stage;
}

async function dialed(
  voice: string,
  phones: (at: Stage) => void,
  documents: Record<string, Document> = {},
  options: ExchangeOptions = {},
): Promise<Dialing> {
  const at = await startStage(
    { '/voice': voice, '/done': '<Hangup/>', ...documents },
    { countries: ['US'], ...options },
  );
  phones(at);
  const dialled = at.dialApp('caller');
  await at.run(300);
  return { at, ...dialled };
}

/** What `action` was told. */
const told = (at: Stage): Record<string, string> => own(at.asked.find(({ what }) => what.endsWith('/done'))!);
const sent = (at: Stage, start: string, to = '10.0.0.4') =>
  at.network.sent.filter(({ startLine, to: { host } }) => startLine.startsWith(start) && host === to);
const hears = (at: Stage): number => [...at.pictures.values()].at(-1)?.hears.length ?? 0;

describe('one target', () => {
  it('Dial: the called leg is a child of the first, joined both ways, with a record of its own', async () => {
    const { at, events } = await dialed(dialling(number(BILLING)), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 100).phone);
    });
    expect(events).toEqual(['progressed 180', 'answered']);
    const call = at.live();
    const [parent, child] = call.legs;
    expect(child?.facts).toMatchObject({ direction: 'out', parent: parent?.id, identity: { number: BILLING } });
    expect(call.pair).toEqual([parent, child]);
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
    expect(at.live().pair).toEqual([at.live().legs[0]]);
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

describe('several targets', () => {
  it('Dial: ten ring at most', async () => {
    const many = Array.from({ length: 12 }, (_, i) => `+1415555${2000 + i}`);
    const { at } = await dialed(dialling(number(...many)), ({ phones, clock }) => {
      for (const each of many) phones.set(each, ringing(clock).phone);
    });
    expect(sent(at, 'INVITE')).toHaveLength(10);
    expect(at.notices).toMatchObject([{ code: 13215, line: 2 }]);
  });

  it('Dial: all ring at once, the first that answers wins, the others are cancelled', async () => {
    const { at } = await dialed(dialling(number(BILLING, SALES) + `<Sip>${ELSEWHERE}</Sip>`), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 5000).phone);
      phones.set(SALES, ringing(clock, 100).phone);
      phones.set('desk', ringing(clock).phone);
    });
    expect(sent(at, 'INVITE')).toHaveLength(3);
    expect(sent(at, 'CANCEL').map(({ startLine }) => startLine.split(/[:@]/)[1])).toEqual([BILLING, 'desk']);
    const call = at.live();
    expect(call.pair[1]?.facts.identity.number).toBe(SALES);
    expect(at.summary().slice(1)).toEqual([
      'dial canceled trunk 487 canceled',
      'dial open',
      'dial canceled trunk 487 canceled',
    ]);
  });

  it('Dial: two that answer at the same time: one is joined, the other gets BYE', async () => {
    const { at } = await dialed(dialling(number(BILLING, SALES)), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 100).phone);
      phones.set(SALES, ringing(clock, 100).phone);
    });
    await at.run(500);
    expect(sent(at, 'BYE')).toHaveLength(1);
    expect(hears(at)).toBe(2);
    expect(at.live().legs.filter(({ live }) => live)).toHaveLength(2);
  });

  it('Dial: all fail: the status of the one that came nearest to an answer', async () => {
    const { at } = await dialed(dialling(number(BILLING, SALES)), ({ phones }) => {
      phones.set(BILLING, refusing(404));
      phones.set(SALES, refusing(486));
    });
    expect(told(at)['DialCallStatus']).toBe('busy');
  });

  it('Dial: one fails, the other still rings', async () => {
    const { at } = await dialed(dialling(number(BILLING, SALES)), ({ phones, clock }) => {
      phones.set(BILLING, refusing(486));
      phones.set(SALES, ringing(clock, 1000).phone);
    });
    expect(at.asked).toHaveLength(1);
    await at.run(1000);
    expect(hears(at)).toBe(2);
  });
});

describe('who is called, and by whom', () => {
  it('Dial: the fallback URI of a number is tried with the same CallSid (P29)', async () => {
    const { at } = await dialed(
      dialling(number(LINE)),
      ({ phones, clock }) => {
        phones.set(LINE, refusing(503));
        phones.set('fallback', ringing(clock, 100).phone);
      },
      {},
      { fallback: true },
    );
    const [, primary, fallback] = at.live().legs;
    expect(fallback?.facts.insteadOf).toBe(primary?.id);
    expect(at.applications.sidOf(fallback!)).toBe(at.applications.sidOf(primary!));
    expect(hears(at)).toBe(2);
    expect(at.records.map(({ kind }) => kind)).toEqual(['original', 'dial']);
  });

  it.each(['(415) 555-1234', '415-555-1234', '14155551234', '+1 415 555 1234'])(
    'Dial: %s is a number',
    async (written) => {
      const { at } = await dialed(dialling(number(written)), ({ phones, clock }) => {
        phones.set(BILLING, ringing(clock, 100).phone);
      });
      expect(at.live().legs[1]?.facts.identity.number).toBe(BILLING);
    },
  );

  it('Dial: what is no number is error 13223, and failed without a leg', async () => {
    const { at } = await dialed(dialling(number('sales')), () => {});
    expect(at.notices.map(({ code }) => code)).toEqual([13223]);
    expect(told(at)).toEqual({ DialCallStatus: 'failed', DialBridged: 'false' });
  });

  it('Dial: a country that is not enabled is error 13227', async () => {
    const { at } = await dialed(dialling(number('+4930901820')), () => {});
    expect(at.notices).toMatchObject([{ code: 13227, text: expect.stringContaining('Germany') }]);
    expect(told(at)).toEqual({ DialCallStatus: 'failed', DialBridged: 'false' });
  });

  it('Dial: a number that nobody has fails', async () => {
    const { at } = await dialed(dialling(number(BILLING)), () => {});
    expect(told(at)).toEqual({ DialCallStatus: 'failed', DialBridged: 'false' });
  });

  it('Dial: callerId is shown when it is a number of the trunk, and error 13214 otherwise', async () => {
    const shown = await dialed(dialling(number(BILLING), `callerId="${LINE}"`), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 100).phone);
    });
    expect(sent(shown.at, 'INVITE')[0]?.text).toContain(`From: <sip:${LINE}@${DOMAIN}>`);
    const refused = await dialed(dialling(number(BILLING), `callerId="${CALLER}"`), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 100).phone);
    });
    expect(refused.at.notices.map(({ code }) => code)).toEqual([13214]);
    expect(sent(refused.at, 'INVITE')).toEqual([]);
    expect(told(refused.at)).toEqual({ DialCallStatus: 'failed', DialBridged: 'false' });
  });

  it('T3: the X- headers and User-to-User of a Sip URI go on the INVITE, and the URI without them', async () => {
    const headers = 'X-AcctNumber=123456&amp;User-to-User=aa%3Bencoding%3Dhex&amp;Subject=no';
    const { at } = await dialed(dialling(`<Sip>${ELSEWHERE};transport=udp?${headers}</Sip>`), ({ phones, clock }) => {
      phones.set('desk', ringing(clock, 100).phone);
    });
    const [invite] = sent(at, 'INVITE');
    expect(invite?.startLine).toBe(`INVITE ${ELSEWHERE};transport=udp SIP/2.0`);
    expect(invite?.text).toContain('X-AcctNumber: 123456\r\n');
    expect(invite?.text).toContain('User-to-User: aa;encoding=hex\r\n');
    expect(invite?.text).not.toContain('Subject');
    expect(at.records[1]).toMatchObject({ billable: false, to: { number: `${ELSEWHERE};transport=udp` } });
  });
});

describe('referUrl', () => {
  /** Joined, with what the called one, a phone at ELSEWHERE, does with the trunk. */
  async function joined(attributes: string, documents: Record<string, Document> = {}) {
    const phone = { session: undefined as Session | undefined };
    const stage = await dialed(
      dialling(`<Sip>${ELSEWHERE}</Sip>`, attributes),
      ({ phones, clock }) => {
        const desk = ringing(clock, 100);
        phones.set('desk', desk.phone);
        Object.defineProperty(phone, 'session', { get: () => desk.session });
        phones.set(SALES, ringing(clock, 100).phone);
      },
      documents,
    );
    return { ...stage, called: phone.session! };
  }

  function refer(session: Session, target = `<sip:${SALES}@${DOMAIN}?X-Why=billing>`): string[] {
    const log: string[] = [];
    session.refer(target, [], {
      accepted: ({ status }) => log.push(String(status)),
      refused: (status) => log.push(`refused ${status}`),
      notified: ({ status }, terminated) => log.push(`NOTIFY ${status}${terminated ? ' .' : ''}`),
    });
    return log;
  }

  it('Dial: a REFER of the called one: referUrl is asked with ReferTransferTarget, and its document runs for the caller', async () => {
    const { at, called, events } = await joined('referUrl="/refer"', { '/refer': `<Dial>${number(SALES)}</Dial>` });
    const log = refer(called);
    await at.run(1000);
    expect(log).toEqual(['202', 'NOTIFY 100', 'NOTIFY 200 .']);
    expect(at.asked.map(({ what, why }) => `${what} ${why}`)).toEqual([
      'POST /voice voice-url',
      'POST /refer refer-url',
    ]);
    expect(own(at.asked[1]!)).toEqual({ ReferTransferTarget: `<sip:${SALES}@${DOMAIN}?X-Why=billing>` });
    expect(at.asked[1]?.parameters['CallSid']).toBe(at.asked[0]?.parameters['CallSid']);
    // The transferor is out, caller and target talk.
    expect(sent(at, 'BYE')).toHaveLength(1);
    expect(at.live().pair.map(({ facts }) => facts.identity.number)).toEqual([ALICE, SALES]);
    expect(hears(at)).toBe(2);
    expect(events).toEqual(['progressed 180', 'answered']);
    expect(at.summary()[1]).toBe('dial transferred trunk completed');
  });

  it('Dial: the called one may hang up itself after NOTIFY 200', async () => {
    const { at, called } = await joined('referUrl="/refer"', { '/refer': `<Dial>${number(SALES)}</Dial>` });
    called.refer(`<sip:${SALES}@${DOMAIN}>`, [], {
      refused() {},
      notified: ({ status }) => status === 200 && called.hangUp(),
    });
    await at.run(1000);
    expect(sent(at, 'BYE')).toEqual([]);
    expect(hears(at)).toBe(2);
  });

  it('Dial: a REFER of the caller: the called one goes on with the document, the caller leaves', async () => {
    const { at, session, events } = await joined('referUrl="/refer"', { '/refer': `<Dial>${number(SALES)}</Dial>` });
    const log = refer(session);
    await at.run(1000);
    expect(log).toEqual(['202', 'NOTIFY 100', 'NOTIFY 200 .']);
    expect(events.at(-1)).toBe('ended remote');
    const [, child] = at.live().legs;
    expect(at.asked[1]?.parameters).toMatchObject({
      CallSid: at.applications.sidOf(child!),
      ParentCallSid: at.asked[0]!.parameters['CallSid'],
      ReferTransferTarget: `<sip:${SALES}@${DOMAIN}?X-Why=billing>`,
    });
    expect(at.live().pair.map(({ facts }) => facts.identity.number)).toEqual([ELSEWHERE, SALES]);
    expect(hears(at)).toBe(2);
    expect(at.summary()).toEqual(['original transferred trunk completed', 'dial open', 'dial open']);
  });

  it('Dial: without referUrl a REFER is refused, error 13802, and the two go on talking', async () => {
    const { at, called } = await joined('');
    const log = refer(called);
    await at.run(500);
    expect(log).toEqual(['refused 603']);
    expect(at.notices).toMatchObject([{ code: 13802, line: 2 }]);
    expect(hears(at)).toBe(2);
    expect(at.asked).toHaveLength(1);
  });

  it('Dial: a malformed Refer-To gets 400', async () => {
    const { at, called } = await joined('referUrl="/refer"');
    const log = refer(called, '<sip:');
    await at.run(500);
    expect(log).toEqual(['refused 400']);
    expect(hears(at)).toBe(2);
  });
});

describe('T1: a document for a leg that a Dial has joined', () => {
  async function joined() {
    const refers: IncomingRefer[] = [];
    const stage = await dialed(
      dialling(`<Sip>${ELSEWHERE}</Sip>`),
      ({ phones }) => {
        phones.set('desk', (invitation) => {
          const session = invitation.take({
            ended() {},
            offered: async () => 'sendrecv',
            referred: (refer) => refers.push(refer),
          });
          session.incoming?.answer('sendrecv');
        });
      },
      { '/done': '<Pause length="3"/>', '/done2': '' },
    );
    return { ...stage, refers };
  }
  const run = (at: Stage, index: number, xml: string) =>
    at.applications.update(at.board, at.live(), at.live().legs[index]!, { xml: `<Response>${xml}</Response>` });
  const REFER = '<Refer><Sip>sip:bob@example.com</Sip></Refer><Pause length="3"/>';

  it('T11: the called SIP leg is referred; the Dial is over, and its document goes on', async () => {
    const { at, refers, events } = await joined();
    run(at, 1, REFER);
    await at.run(200);
    expect(refers.map(({ request }) => request.headers.get('Refer-To'))).toEqual(['<sip:bob@example.com>']);
    expect(told(at)).toMatchObject({ DialCallStatus: 'completed', DialBridged: 'true' });
    expect(hears(at)).toBe(0);
    expect(events.at(-1)).toBe('answered');
    expect(at.live().legs.filter(({ live }) => live)).toHaveLength(2);
  });

  it('T11: the leg into the telephone network is not: error 13801', async () => {
    const { at, refers } = await joined();
    run(at, 0, REFER);
    await at.run(200);
    expect(refers).toEqual([]);
    expect(at.notices.map(({ code }) => code)).toEqual([13801]);
    // Whoever it had called is gone, and nobody is told of the Dial.
    expect(sent(at, 'BYE')).toHaveLength(1);
    expect(at.asked).toHaveLength(1);
    expect(at.live().live).toBe(true);
  });
});

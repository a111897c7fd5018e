/** REFER inside a `<Dial>`: `referUrl`, and `<Refer>` for a leg that it has joined. */
import { describe, expect, it } from 'vitest';
import type { IncomingRefer } from '../../src/core/ua/incoming-refer.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { DOMAIN, ringing, SALES } from '../support/exchange.ts';
import { ALICE, dialed, dialling, ELSEWHERE, hears, number, sent, told } from './dialling.ts';
import { own, type Document, type Stage } from './stage.ts';

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
    expect(at.live().conversation.talkers.map(({ facts }) => facts.identity.number)).toEqual([ALICE, SALES]);
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
    expect(at.live().conversation.talkers.map(({ facts }) => facts.identity.number)).toEqual([ELSEWHERE, SALES]);
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

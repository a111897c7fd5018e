/** Calls that the API begins, and what it says of all calls. */
import { describe, expect, it } from 'vitest';
import type { Leg } from '../../src/core/b2bua/leg.ts';
import { routeToTarget } from '../../src/core/b2bua/target-route.ts';
import { CallBook } from '../../src/core/voice/call-book.ts';
import { placeCall } from '../../src/core/voice/outbound.ts';
import { callSid } from '../../src/core/voice/sids.ts';
import { BILLING, DOMAIN, LINE, plainUser, refusing, ringing, SALES, type Phone } from '../support/exchange.ts';
import { APP, startStage, type Stage, type StageOptions } from './stage.ts';

interface Placed {
  readonly at: Stage;
  readonly leg: Leg;
  readonly book: CallBook;
  /** What the API says of the call. */
  status(): string | undefined;
}

async function placed(
  phones: (at: Stage) => Record<string, Phone>,
  options: StageOptions = {},
  to = BILLING,
): Promise<Placed> {
  const at = await startStage({}, { sayMs: 1000, ...options });
  for (const [number, phone] of Object.entries(phones(at))) at.phones.set(number, phone);
  const book = new CallBook(() => at.board.calls.values());
  const { events } = at.board.options;
  const { callEnded } = events;
  Object.assign(events, {
    callEnded: (call: Parameters<typeof callEnded>[0]) => (callEnded(call), book.callEnded(call)),
  });
  const route = routeToTarget(at.board, { allowed: true, kind: 'pstn', number: to, billable: true }, 'foreign');
  const facts = {
    direction: 'outbound',
    domain: DOMAIN,
    from: { number: LINE, name: '' },
    to: route.identity,
  } as const;
  const source = { url: 'http://app.test/out', method: 'POST', parameters: [], why: 'api' } as const;
  const { leg } = placeCall(at.board, at.applications, { facts, route, fields: [['X-Case', '42']], source });
  return { at, leg, book, status: () => book.one(callSid(leg))?.status };
}

describe('a call of the API', () => {
  it('rings with its fields, and asks for the document when it is answered', async () => {
    const { at, leg, status } = await placed(({ clock }) => ({ [BILLING]: ringing(clock, 500).phone }));
    expect(status()).toBe('initiated');
    await at.run(100);
    expect(status()).toBe('ringing');
    expect(at.network.sent.find(({ startLine }) => startLine.startsWith('INVITE'))?.text).toContain('X-Case: 42\r\n');
    expect(at.asked).toEqual([]);
    await at.run(600);
    expect(at.asked).toMatchObject([
      {
        what: 'POST /out',
        why: 'api',
        parameters: { CallSid: callSid(leg), CallStatus: 'in-progress', Direction: 'outbound-api' },
      },
    ]);
    expect(at.live().state).toBe('answered');
    expect(at.records).toMatchObject([{ direction: 'outbound', counted: true, from: { number: LINE } }]);
  });

  it.each([
    [486, 'busy', 'busy'],
    [480, 'no-answer', 'no-answer'],
    [603, 'no-answer', 'declined'],
    [404, 'failed', 'not-found'],
    [500, 'failed', 'failed'],
  ])('refused with %d is %s, and nobody is asked', async (code, said, result) => {
    const { at, status } = await placed(() => ({ [BILLING]: refusing(code) }));
    await at.run(200);
    expect(status()).toBe(said);
    expect(at.asked).toEqual([]);
    expect(at.records).toMatchObject([{ end: { result, sipStatus: code } }]);
  });

  it('that nobody answers is given up', async () => {
    const { at, status } = await placed(({ clock }) => ({ [BILLING]: ringing(clock).phone }), { ringSeconds: 20 });
    await at.run(19_000);
    expect(status()).toBe('ringing');
    await at.run(2000);
    expect(status()).toBe('no-answer');
    expect(at.network.sent.some(({ startLine }) => startLine.startsWith('CANCEL'))).toBe(true);
  });

  it('P29: tries the fallback of a number of the trunk, under the same CallSid', async () => {
    const phones = ({ clock }: Stage) => ({ [LINE]: refusing(503), fallback: ringing(clock, 100).phone });
    const { at, leg, status, book } = await placed(phones, { fallback: true }, LINE);
    await at.run(500);
    expect(status()).toBe('in-progress');
    expect(at.live().legs.map(({ state }) => state)).toEqual(['ended', 'answered']);
    expect(book.all()).toHaveLength(1);
    expect(at.asked[0]!.parameters).toMatchObject({ CallSid: callSid(leg), Direction: 'outbound-api' });
  });

  it('P29: does so when the first stays silent', async () => {
    const phones = ({ clock }: Stage) => ({
      [LINE]: (invitation: Parameters<Phone>[0]) => void invitation.take(plainUser([])),
      fallback: ringing(clock, 100).phone,
    });
    const { at, status } = await placed(phones, { fallback: true }, LINE);
    await at.run(4800);
    expect(status()).toBe('initiated');
    await at.run(700);
    expect(status()).toBe('in-progress');
  });

  it.each([0, 1])(
    'W25: that rings two phones at once is one call for the API, whoever answers (%d)',
    async (winner) => {
      const phones = (at: Stage) => {
        const { route } = at.board.options;
        const atOnce = (number: string) => {
          const found = route(number);
          return (
            found && { ...found, destinations: found.destinations.map((each, i) => ({ ...each, together: i > 0 })) }
          );
        };
        Object.assign(at.board.options, { route: atOnce });
        const [first, second] = [0, 1].map((i) => ringing(at.clock, i === winner ? 500 : undefined).phone);
        return { [LINE]: first!, fallback: second! };
      };
      const { at, leg, status, book } = await placed(phones, { fallback: true }, LINE);
      await at.run(200);
      expect(status()).toBe('ringing');
      const document = { xml: '<Response><Say loop="0">Hi</Say></Response>' };
      expect(at.applications.update(at.board, at.live(), book.leg(callSid(leg))!.leg, document)).toBeUndefined();
      await at.run(800);
      expect(status()).toBe('in-progress');
      expect(book.all()).toHaveLength(1);
      const { legs } = at.live();
      expect(legs.map(({ state }) => state)).toEqual(winner === 0 ? ['answered', 'ended'] : ['ended', 'answered']);
      expect(book.leg(callSid(leg))!.leg).toBe(legs[winner]);
      expect(at.network.sent.filter(({ text }) => text.includes('SIP;cause=200'))).toHaveLength(1);
      // Whichever of them answers, the document is the one that was given last.
      expect(at.asked).toEqual([]);
      expect(at.summary()).toEqual(['original open']);
    },
  );

  it('to a number that nobody has fails at once', async () => {
    const { at, status } = await placed(() => ({}));
    expect(status()).toBe('failed');
    expect(at.board.calls.size).toBe(0);
  });

  it('may be given another document, or be hung up, before anybody answers', async () => {
    const { at, leg, status } = await placed(({ clock }) => ({ [BILLING]: ringing(clock, 1000).phone }));
    await at.run(100);
    const call = at.live();
    expect(
      at.applications.update(at.board, call, leg, { xml: '<Response><Say loop="0">Hi</Say></Response>' }),
    ).toBeUndefined();
    await at.run(1500);
    expect(at.asked).toEqual([]);
    expect(call.state).toBe('answered');
    at.applications.control(at.board, call, leg).hangUp();
    expect(status()).toBe('completed');

    const other = await placed(({ clock }) => ({ [BILLING]: ringing(clock, 1000).phone }));
    await other.at.run(100);
    other.at.applications.control(other.at.board, other.at.live(), other.leg).hangUp();
    expect(other.status()).toBe('canceled');
  });
});

describe('the book of calls', () => {
  it('has both legs of an ordinary call, the second as the child of the first', async () => {
    const at = await startStage({});
    const book = new CallBook(() => at.board.calls.values());
    at.phones.set(LINE, ringing(at.clock, 100).phone);
    at.dial(at.caller, LINE);
    await at.run(300);
    const [caller, endpoint] = at.live().legs;
    expect(book.all()).toMatchObject([
      { sid: callSid(endpoint!), parentSid: callSid(caller!), direction: 'outbound-dial', to: `sip:${LINE}@${DOMAIN}` },
      { sid: callSid(caller!), direction: 'inbound', status: 'in-progress', to: LINE },
    ]);
    expect(book.one(callSid(endpoint!))).toEqual(book.all()[0]);
    expect(book.leg(callSid(endpoint!))).toEqual({ call: at.live(), leg: endpoint });
    expect(book.one('CAnobody')).toBeUndefined();
  });

  it('remembers the last thousand that have ended, newest first', async () => {
    const at = await startStage({ '/voice': '<Reject/>' });
    const book = new CallBook(() => at.board.calls.values());
    at.board.options.events.callEnded = (call) => book.callEnded(call);
    for (let i = 0; i < 1010; i += 1) {
      at.dialApp('caller');
      if (i % 50 === 0) await at.run(50);
    }
    await at.run(500);
    expect(book.all()).toHaveLength(1000);
    expect(book.all().every(({ status }) => status === 'no-answer')).toBe(true);
    const times = book.all().map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });
});

describe('an INVITE without an offer', () => {
  it('is answered with one, and its document runs when the ACK has brought the answer', async () => {
    const at = await startStage({ '/voice': '<Say loop="0">Hello</Say>' }, { sayMs: 1000 });
    const events: string[] = [];
    at.caller.ua.invite(
      {
        uri: `sip:${APP}@${DOMAIN}`,
        from: `<sip:${SALES}@${DOMAIN}>`,
        to: `<sip:${APP}@${DOMAIN}>`,
        hop: at.trunk.hop,
      },
      {
        answered: () => events.push('answered'),
        ended: () => events.push('ended'),
        offered: async () => 'sendrecv',
        referred() {},
      },
    );
    await at.run(500);
    expect(events).toEqual(['answered']);
    expect(at.media.sessions[0]!.stats.sent).toBeGreaterThan(10);
  });
});

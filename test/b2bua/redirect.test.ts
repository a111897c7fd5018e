/** W22: what a callee answers is followed, mapped or passed on, and never thrown at the caller. */
import { beforeEach, describe, expect, it } from 'vitest';
import { BILLING, DOMAIN, LINE, refusing, ringing, SALES, type Phone } from '../support/exchange.ts';
import { startScene, type Scene } from '../support/scene.ts';
import { Wire } from '../support/wire.ts';
import { WireCaller } from '../support/wire-caller.ts';

type Fields = [name: string, value: string][];

let scene: Scene;
let caller: WireCaller;

beforeEach(async () => {
  scene = await startScene({ countries: ['US'] });
  caller = await WireCaller.start(scene);
});

const redirecting =
  (...contacts: string[]): Phone =>
  (invitation) =>
    invitation.refuse(
      302,
      undefined,
      contacts.map((contact) => ['Contact', contact]),
    );

const at = (number: string) => `<sip:${number}@${DOMAIN}>`;

/** Final status that the caller was told, and who was called on the way. */
async function outcome(): Promise<{ status: number | undefined; called: string[] }> {
  await caller.invite();
  await scene.run(1000);
  const invites = scene.network.sent.filter(
    ({ startLine, from }) => startLine.startsWith('INVITE') && from.host === '10.0.0.1',
  );
  return {
    status: caller.answer()?.status,
    called: invites.map(({ startLine }) => /sip:([^@]+)@/.exec(startLine)![1]!),
  };
}

async function hangUp(): Promise<void> {
  await caller.acknowledge();
  await caller.send('BYE');
}

describe('W22: 3xx', () => {
  it('is followed to a number of the trunk, which hears of the detour and is heard', async () => {
    const billing = ringing(scene.clock, 100);
    scene.phones.set(LINE, redirecting(at(BILLING)));
    scene.phones.set(BILLING, billing.phone);
    expect(await outcome()).toEqual({ status: 200, called: [LINE, BILLING] });
    const invite = scene.network.sent.findLast(({ startLine }) => startLine.startsWith(`INVITE sip:${BILLING}`));
    expect(invite?.text).toContain(`Diversion: <sip:${LINE}@${DOMAIN}>;reason=deflection\r\n`);
    expect([...scene.board.calls.values()][0]?.snapshot().hears).toHaveLength(2);
    expect(scene.media.sessions.filter(({ closed }) => !closed)).toHaveLength(2);
    await hangUp();
    expect(billing.events.at(-1)).toBe('ended remote');
  });

  it('W28: the media of the place that it led to is watched, in place of those before', async () => {
    scene.media.connection = { state: 'connecting', why: 'no-packets' };
    scene.phones.set(LINE, redirecting(at(BILLING)));
    scene.phones.set(BILLING, ringing(scene.clock, 100).phone);
    await outcome();
    const media = () => [...scene.board.calls.values()][0]?.snapshot().legs.map((leg) => leg.media?.state);
    expect(media()).toEqual(['connecting', 'connecting']);
    for (const session of scene.media.sessions) session.connect({ state: 'connected' });
    expect(media()).toEqual(['connected', 'connected']);
    await hangUp();
  });

  it('is followed in the order of q, to the next one when the first is busy', async () => {
    scene.phones.set(LINE, redirecting(`${at(SALES)};q=0.2, ${at(BILLING)};q=0.7`));
    scene.phones.set(BILLING, refusing(486));
    scene.phones.set(SALES, ringing(scene.clock, 100).phone);
    expect(await outcome()).toEqual({ status: 200, called: [LINE, BILLING, SALES] });
    await hangUp();
  });

  it.each([
    ['elsewhere', '<sip:premium@elsewhere.test>'],
    ['to a country that is not enabled', at('+4930901820')],
    ['to itself', at(LINE)],
    ['to nobody', at('+14155550404')],
    ['nowhere', ''],
    ['by what cannot be read', '<sip:@>'],
    ['to a fax', '<mailto:a@b.test>'],
  ])('that leads %s becomes 480, without its Contact', async (_, contact) => {
    scene.phones.set('+4930901820', ringing(scene.clock, 100).phone);
    scene.phones.set(LINE, contact === '' ? refusing(302) : redirecting(contact));
    expect(await outcome()).toEqual({ status: 480, called: [LINE] });
    const answer = caller.answer();
    expect(answer?.headers.has('Contact')).toBe(false);
    expect(answer?.headers.get('Warning')).toMatch(/^399 \S+ "the called side is elsewhere/);
    expect(scene.summary()).toEqual([expect.stringMatching(/^original failed endpoint 302 /)]);
  });

  it('that leads round in circles ends', async () => {
    scene.phones.set(LINE, redirecting(at(BILLING)));
    scene.phones.set(BILLING, redirecting(at(SALES)));
    scene.phones.set(SALES, redirecting(at(LINE), at(BILLING)));
    expect(await outcome()).toEqual({ status: 480, called: [LINE, BILLING, SALES] });
  });

  it('is followed five times at most', async () => {
    const numbers = Array.from({ length: 8 }, (_, i) => `+1415555070${i}`);
    scene.phones.set(LINE, redirecting(at(numbers[0]!)));
    for (const [i, number] of numbers.entries()) scene.phones.set(number, redirecting(at(numbers[i + 1] ?? LINE)));
    expect((await outcome()).called).toEqual([LINE, ...numbers.slice(0, 5)]);
  });

  it('is forgotten when the caller has left meanwhile', async () => {
    const billing = ringing(scene.clock);
    scene.phones.set(LINE, redirecting(at(BILLING)));
    scene.phones.set(BILLING, billing.phone);
    await caller.invite();
    await scene.run(500);
    await caller.send('BYE');
    await scene.run(500);
    expect(billing.events).toEqual(['canceled']);
    expect(scene.board.calls.size).toBe(0);
  });

  it('of a transfer target is followed, and reported as it came where it is not', async () => {
    scene.phones.set(SALES, ringing(scene.clock, 100).phone);
    const { endpoint } = await scene.inbound();
    const refer = async (number: string) => {
      const heard: number[] = [];
      endpoint.refer(at(number), [], { refused() {}, notified: ({ status }) => heard.push(status) });
      await scene.run(1000);
      return heard;
    };
    scene.phones.set(BILLING, redirecting('<sip:premium@elsewhere.test>'));
    expect(await refer(BILLING)).toEqual([100, 302]);
    scene.phones.set(BILLING, redirecting(at(SALES)));
    expect(await refer(BILLING)).toEqual([100, 180, 200]);
  });
});

describe('W22: other answers', () => {
  let callee: Wire;

  beforeEach(async () => {
    callee = await Wire.start(scene.network, '10.0.0.8');
    Object.assign(scene.endpoint.hop, callee.hop);
    await caller.invite();
  });

  const refuse = async (status: number, fields: Fields = []) => {
    callee.respond(callee.of('INVITE')[0]!, status, { fields });
    await scene.run(100);
    return caller.answer();
  };

  it.each([401, 407])('%i becomes 502, without a challenge', async (status) => {
    const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
    const answer = await refuse(status, [[name, 'Digest realm="pbx", nonce="n", qop="auth"']]);
    expect([answer?.status, answer?.headers.has(name)]).toEqual([502, false]);
    expect(answer?.headers.get('Warning')).toContain('asks for credentials');
    expect(scene.records[0]?.end?.sipStatus).toBe(status);
  });

  it('Reason goes through', async () => {
    const reason = 'Q.850;cause=17;text="User busy"';
    const answer = await refuse(486, [['Reason', reason]]);
    expect([answer?.status, answer?.headers.get('Reason')]).toEqual([486, reason]);
  });

  it.each([488, 606])('the Warning of a %i goes through', async (status) => {
    const answer = await refuse(status, [['Warning', '305 pbx.test "Incompatible media format"']]);
    expect([answer?.status, answer?.headers.get('Warning')]).toEqual([
      status,
      '305 pbx.test "Incompatible media format"',
    ]);
  });

  it('all others go on as they came', async () => {
    expect((await refuse(603))?.status).toBe(603);
  });
});

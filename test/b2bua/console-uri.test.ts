/** The console calls SIP URIs: as an endpoint that follows a REFER has to (T14). */
import { describe, expect, it } from 'vitest';
import { authoriseCall } from '../../src/core/b2bua/authorise.ts';
import { plivo } from '../../src/core/b2bua/providers/plivo.ts';
import { sinch } from '../../src/core/b2bua/providers/sinch.ts';
import { twilio } from '../../src/core/b2bua/providers/twilio.ts';
import { BILLING, DOMAIN, LINE, plainUser, refusing, ringing } from '../support/exchange.ts';
import { startScene, type Scene } from '../support/scene.ts';
import { account } from './providers/account.ts';

/** Another company's phone: the party agent, under its own address. */
const ELSEWHERE = 'sip:sales@10.0.0.4';

/** The endpoint agent is the console here. */
async function scene(): Promise<Scene> {
  const at = await startScene({ policy: twilio, countries: [] });
  Object.assign(at.board.options, { admit: () => ({ role: 'console' }), consoleNumber: () => LINE });
  return at;
}

function dial(at: Scene, uri: string, headers: [string, string][] = []) {
  const events: string[] = [];
  const { hop } = at.trunk;
  const from = `<sip:console@${DOMAIN}>`;
  const placement = { uri, from, to: `<${uri}>`, hop, sdp: 'sendrecv', headers };
  const session = at.endpoint.ua.invite(placement, plainUser(events));
  return { session, events };
}

const invites = (at: Scene) =>
  at.network.sent.filter(({ startLine, to }) => startLine.startsWith('INVITE') && to.host === '10.0.0.4');

describe('T14: the console calls a SIP URI of another domain', () => {
  it('through the trunk, with the headers that it stamped, as itself', async () => {
    const at = await scene();
    at.phones.set('sales', ringing(at.clock, 100).phone);
    const { session, events } = dial(at, `${ELSEWHERE};transport=udp`, [
      ['X-AcctNumber', '123456'],
      ['User-to-User', '56a390;encoding=hex'],
    ]);
    await at.run(500);
    expect(events).toEqual(['progressed 180', 'answered']);
    const [invite] = invites(at);
    expect(invite?.startLine).toBe(`INVITE ${ELSEWHERE};transport=udp SIP/2.0`);
    expect(invite?.text).toContain('X-AcctNumber: 123456\r\n');
    expect(invite?.text).toContain('User-to-User: 56a390;encoding=hex\r\n');
    expect(invite?.text).toContain(`From: <sip:${LINE}@${DOMAIN}>`);
    expect(invite?.text).toContain(`To: <${ELSEWHERE};transport=udp>\r\n`);
    expect(at.records.map(({ direction, to }) => `${direction} ${to.number}`)).toEqual([
      `outbound ${ELSEWHERE};transport=udp`,
    ]);
    session.hangUp();
    await at.run(100);
    expect(at.summary()).toEqual(['original answered endpoint completed']);
  });

  it('and hears what the phone there says', async () => {
    const at = await scene();
    at.phones.set('sales', refusing(486));
    const { events } = dial(at, ELSEWHERE);
    await at.run(500);
    expect(events).toEqual(['failed 486']);
  });

  it('even one whose user part is a number of the trunk', async () => {
    const at = await scene();
    at.phones.set(BILLING, ringing(at.clock, 100).phone);
    dial(at, `sip:${BILLING}@10.0.0.4`);
    await at.run(500);
    expect(invites(at)[0]?.text).toContain(`To: <sip:${BILLING}@10.0.0.4>`);
  });

  it('and is told 503 when nobody has that name (RFC 3263 §4.3)', async () => {
    const at = await scene();
    const { events } = dial(at, 'sip:sales@nowhere.example');
    await at.run(500);
    expect(events).toEqual(['failed 503']);
  });
});

it('a number in the domain of the trunk is still a number', async () => {
  const at = await scene();
  Object.assign(at.board.options, { domain: () => ({ policy: plivo, account: account({ domain: DOMAIN }) }) });
  at.phones.set(BILLING, ringing(at.clock, 100).phone);
  const { events } = dial(at, `sip:${BILLING}@${DOMAIN}`);
  await at.run(500);
  expect(events.at(-1)).toBe('answered');
  expect(at.records[0]?.to.number).toBe(BILLING);
  expect(dial(at, `sip:nobody@${DOMAIN}`).events).toEqual([]);
  await at.run(500);
});

it('whoever is not the console has the number looked up, whatever the host', async () => {
  const at = await scene();
  Object.assign(at.board.options, { admit: () => ({ role: 'endpoint' }) });
  const { events } = dial(at, ELSEWHERE);
  await at.run(500);
  expect(events).toEqual(['failed 404']);
  expect(invites(at)).toEqual([]);
});

it.each([plivo, sinch, twilio])(
  'S3: a call to a SIP URI is not bound by the countries of $name, but by its capacity',
  (policy) => {
    const from = { number: 'console', name: '' };
    const call = { direction: 'outbound', from, to: { number: ELSEWHERE, name: '' } } as const;
    expect(authoriseCall(call, account({ countries: [] }), policy)).toBeUndefined();
    const capacity = { legs: 1, concurrentCalls: 1, callsPerSecond: 1, waitMs: 0 };
    expect(authoriseCall(call, account({ capacity }), policy)?.status).toBe(503);
  },
);

/** The trunk under the profile of Sinch. */
import { expect, it } from 'vitest';
import { sinch } from '../../src/core/b2bua/providers/sinch.ts';
import { BILLING, CALLER, DOMAIN, LINE, refusing, ringing, SALES } from '../support/exchange.ts';
import { refer, startScene } from '../support/scene.ts';

/** Another company's phone: the party agent, under its own address. */
const ELSEWHERE = 'sip:sales@10.0.0.4';

const scene = () => startScene({ policy: sinch, countries: ['US'] });

it('S1: takes REFER on a call to the endpoint: 202, a new INVITE, and BYE once the target has answered', async () => {
  const at = await scene();
  at.phones.set(BILLING, ringing(at.clock, 300).phone);
  const { call, endpoint, callerEvents } = await at.inbound();
  const log = refer(endpoint);
  await at.run(2000);
  expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing', 'NOTIFY 200 OK .']);
  expect(at.agent.events).toEqual(['ended remote']);
  expect(callerEvents.at(-1)).toBe('answered');
  expect(call().hears).toHaveLength(2);
});

it('S1: takes REFER on a call that the endpoint placed', async () => {
  const at = await scene();
  at.phones.set(BILLING, ringing(at.clock, 100).phone);
  at.phones.set(SALES, ringing(at.clock, 100).phone);
  const { session } = at.dial(at.endpoint, BILLING, {}, LINE);
  await at.run(500);
  const log = refer(session, `<sip:${SALES}@${DOMAIN}>`);
  await at.run(1000);
  expect(log.at(-1)).toBe('NOTIFY 200 OK .');
});

it('S2, S4, S5: calls the same domain as the trunk itself would, bills it and marks it as referred', async () => {
  const at = await scene();
  at.phones.set(BILLING, ringing(at.clock, 100).phone);
  const { endpoint } = await at.inbound();
  refer(endpoint);
  await at.run(1000);
  const invite = at.network.sent.find((p) => p.startLine.startsWith(`INVITE sip:${BILLING}`))?.text ?? '';
  expect(invite).toContain(`From: <sip:${LINE}@${DOMAIN}>`);
  expect(invite).toContain(`P-Asserted-Identity: <sip:${LINE}@${DOMAIN}>`);
  expect(at.records.map(({ referred, billable, callerIdRule }) => [referred, billable, callerIdRule])).toEqual([
    [false, true, 'as received'],
    [true, true, 'S2 trunk number'],
  ]);
  expect(at.summary()).toEqual(['original transferred trunk COMPLETED', 'transfer open']);
});

it('S2: bars a country that is not enabled, and a transfer over the capacity', async () => {
  const at = await startScene({ policy: sinch, countries: ['US'], limits: { concurrentCalls: 1 } });
  const { endpoint } = await at.inbound();
  const barred = refer(endpoint, `<sip:+4930901820@${DOMAIN}>`);
  const full = refer(endpoint);
  await at.run(300);
  expect([barred, full]).toEqual([['refused 403'], ['refused 503']]);
});

it('S3, S4: calls another domain at its own address with the caller unchanged, counts and bills nothing', async () => {
  const at = await startScene({ policy: sinch, countries: [], limits: { concurrentCalls: 1 } });
  at.phones.set('sales', ringing(at.clock, 300).phone);
  const { endpoint, call, live } = await at.inbound();
  const log = refer(endpoint, `<${ELSEWHERE}>`);
  await at.run(200);
  expect(at.board.options.capacity.view().legs).toBe(1);
  await at.run(2000);
  expect(log.at(-1)).toBe('NOTIFY 200 OK .');
  expect(at.board.options.capacity.view().legs).toBe(0);
  const invite = at.network.sent.find((p) => p.startLine.startsWith(`INVITE ${ELSEWHERE}`));
  expect(invite?.to).toEqual({ host: '10.0.0.4', port: 5060 });
  expect(invite?.text).toContain(`To: <${ELSEWHERE}>`);
  expect(invite?.text).toContain(`From: <sip:${CALLER}@${DOMAIN}>`);
  expect(at.records[1]).toMatchObject({
    to: { number: ELSEWHERE },
    billable: false,
    referred: true,
    callerIdRule: 'S3 unchanged',
    toCountry: undefined,
  });
  expect(call().transfers[0]?.target.number).toBe(ELSEWHERE);
  expect(live.live).toBe(true);
});

it('S3: passes on what the other domain says, and the caller stays with the endpoint', async () => {
  const at = await scene();
  at.phones.set('sales', refusing(404));
  const { endpoint, call } = await at.inbound();
  const log = refer(endpoint, `<${ELSEWHERE}>`);
  await at.run(500);
  expect(log.at(-1)).toBe('NOTIFY 404 Not Found .');
  expect(call().hears).toHaveLength(2);
  expect(at.summary()).toEqual(['original open', 'transfer not-found target 404 FAILED']);
});

it('S2: refuses an outbound call that shows a number which is not the trunk’s', async () => {
  const at = await scene();
  at.phones.set(BILLING, ringing(at.clock, 100).phone);
  const { events } = at.dial(at.endpoint, BILLING, {}, CALLER);
  await at.run(300);
  expect(events).toEqual(['failed 403']);
  expect(at.summary()).toEqual(['original failed trunk 403 FAILED']);
});

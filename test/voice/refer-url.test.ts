/** An endpoint sends REFER in a call that no application decides about, and the account has a URL to ask. */
import { expect, it } from 'vitest';
import { BILLING, DOMAIN, LINE, SALES, ringing } from '../support/exchange.ts';
import { refer } from '../support/scene.ts';
import { own, startStage } from './stage.ts';

const TARGET = `<sip:${SALES}@${DOMAIN}?X-Why=billing>`;
const documents = { '/refer': `<Dial><Number>${SALES}</Number></Dial>` };
const options = { referUrl: 'http://app.test/refer', countries: ['US'] };

it('referUrl of the account: the one who called goes on with the document, the endpoint is released', async () => {
  const at = await startStage(documents, options);
  at.phones.set(SALES, ringing(at.clock, 100).phone);
  const { endpoint, live } = await at.inbound();
  const log = refer(endpoint, TARGET);
  await at.run(1000);
  expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 200 OK .']);
  expect(at.asked.map(({ what, why }) => `${what} ${why}`)).toEqual(['POST /refer refer-url']);
  expect(own(at.asked[0]!)).toEqual({ ReferTransferTarget: TARGET });
  expect(at.asked[0]?.parameters).toMatchObject({ Direction: 'inbound', CallStatus: 'in-progress' });
  expect(at.agent.events).toEqual(['ended remote']);
  expect(live.conversation.talkers.map(({ facts }) => facts.identity.number)).toEqual([live.facts.from.number, SALES]);
  expect(at.pictures.get(live.id)?.hears).toHaveLength(2);
  expect(at.summary()).toEqual(['original open', 'dial open']);
});

it('referUrl of the account: the one who was called does when the endpoint had called', async () => {
  const at = await startStage(documents, options);
  at.phones.set(BILLING, ringing(at.clock, 100).phone);
  at.phones.set(SALES, ringing(at.clock, 100).phone);
  const { session, events } = at.dial(at.endpoint, BILLING, {}, LINE);
  await at.run(500);
  refer(session, TARGET);
  await at.run(1000);
  expect(events.at(-1)).toBe('ended remote');
  expect(at.live().conversation.talkers.map(({ facts }) => facts.identity.number)).toEqual([BILLING, SALES]);
  expect(at.summary()).toEqual(['original transferred trunk completed', 'dial open']);
});

it('without it the settings of the account decide', async () => {
  const at = await startStage(documents, { transfers: { mode: 'disable-all', callerId: 'from-transferee' } });
  const { endpoint } = await at.inbound();
  const log = refer(endpoint, TARGET);
  await at.run(300);
  expect([log, at.asked]).toEqual([['refused 603'], []]);
});

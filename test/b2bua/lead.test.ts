/** W16: whose words may lead a call anywhere. */
import { expect, it } from 'vitest';
import { sinch } from '../../src/core/b2bua/providers/sinch.ts';
import { BILLING, DOMAIN, ringing } from '../support/exchange.ts';
import { refer, startScene } from '../support/scene.ts';

/** Another company's phone: the party agent, under its own address. */
const ELSEWHERE = 'sip:sales@10.0.0.4';

it.each([
  ['endpoint', ['refused 403']],
  ['console', ['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing', 'NOTIFY 200 OK .']],
] as const)('W16: a REFER of the %s to a place that the guard refuses', async (role, seen) => {
  const asked: string[] = [];
  const at = await startScene({
    policy: sinch,
    mayLead: ({ host }, addresses) => {
      asked.push(`${host} ${addresses.join()}`);
      return false;
    },
  });
  at.phones.set('sales', ringing(at.clock, 100).phone);
  const { live, endpoint } = await at.inbound();
  Object.assign(live.conversation.talkers.find(({ facts }) => facts.role === 'endpoint')!.facts, { role });
  const log = refer(endpoint, `<${ELSEWHERE}>`);
  await at.run(500);
  expect(log).toEqual(seen);
  expect(asked).toEqual(role === 'console' ? [] : ['10.0.0.4 10.0.0.4']);
});

it('W16: numbers and users of the trunk are not the guard’s business', async () => {
  const at = await startScene({ policy: sinch, mayLead: () => false });
  at.phones.set(BILLING, ringing(at.clock, 100).phone);
  const { endpoint } = await at.inbound();
  const log = refer(endpoint, `<sip:${BILLING}@${DOMAIN}>`);
  await at.run(500);
  expect(log.at(-1)).toBe('NOTIFY 200 OK .');
});

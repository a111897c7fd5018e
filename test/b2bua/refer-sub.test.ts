/** W23: a transferor that wants no subscription gets one, and so has no reason to leave before the target has answered. */
import { expect, it } from 'vitest';
import { BILLING, DOMAIN, ringing } from '../support/exchange.ts';
import { startScene } from '../support/scene.ts';

it('W23: an endpoint that hangs up once it has no subscription to wait for does not drop the caller', async () => {
  const scene = await startScene();
  const billing = ringing(scene.clock, 500);
  scene.phones.set(BILLING, billing.phone);
  const { endpoint, call, callerEvents } = await scene.inbound();
  const heard: string[] = [];
  endpoint.refer(`<sip:${BILLING}@${DOMAIN}>`, [['Refer-Sub', 'false']], {
    accepted: (response) => {
      heard.push(`Refer-Sub: ${response.headers.get('Refer-Sub')}`);
      // As pjsua does.
      if (response.headers.get('Refer-Sub') !== 'true') endpoint.hangUp();
    },
    refused: (status) => heard.push(`refused ${status}`),
    notified: ({ status }) => {
      heard.push(`NOTIFY ${status}`);
      if (status === 200) endpoint.hangUp();
    },
  });
  await scene.run(1500);
  expect(heard).toEqual(['Refer-Sub: true', 'NOTIFY 100', 'NOTIFY 180', 'NOTIFY 200']);
  expect(callerEvents).not.toContain('ended remote');
  expect(call().state).toBe('answered');
  expect(call().hears).toHaveLength(2);
});

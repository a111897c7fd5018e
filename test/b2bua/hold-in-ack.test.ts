/** W11: hold, then a re-INVITE without a description: what its ACK says takes effect. */
import { expect, it } from 'vitest';
import { ackInDialog } from '../../src/core/dialog/dialog.ts';
import type { SipResponse } from '../../src/core/message/index.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { startScene, type Scene } from '../support/scene.ts';

/** A re-INVITE without an offer whose ACK answers the trunk's. */
async function ask(scene: Scene, session: Session, answer: string): Promise<void> {
  let accepted: SipResponse | undefined;
  const user = { response: (response: SipResponse) => void (accepted = response), timeout() {}, transportError() {} };
  session.request('INVITE', [['Contact', session.contact()]], user);
  await scene.run(20);
  expect(accepted?.status).toBe(200);
  const ack = ackInDialog(
    session.dialog!,
    accepted!.head.cseq.number,
    [['Content-Type', 'application/sdp']],
    new TextEncoder().encode(answer),
  );
  session.ua.sendAck(ack, session.hop()!);
  await scene.run(20);
}

it.each(['endpoint', 'caller'] as const)('W11: resume and hold in the ACK of the %s', async (who) => {
  const scene = await startScene();
  const connected = await scene.inbound();
  const session = connected[who];
  const leg = () => connected.call().legs.find(({ sipCallId }) => sipCallId === session.callId);
  const offered = session.offer('sendonly');
  await scene.run(20);
  await offered;
  expect(leg()?.held).toBe(true);
  await ask(scene, session, 'sendrecv');
  expect(leg()?.held).toBe(false);
  expect(connected.call().hears).toHaveLength(2);
  await ask(scene, session, 'sendonly');
  expect(leg()?.held).toBe(true);
});

/** W12: descriptions that come as a part of a multipart body, from the caller and from whom it calls. */
import { beforeEach, expect, it } from 'vitest';
import type { SipRequest } from '../../src/core/message/index.ts';
import { startScene, type Scene } from '../support/scene.ts';
import { isupPart, MIXED, multipart, pidfPart, sdpPart } from '../support/multipart.ts';
import { Wire } from '../support/wire.ts';
import { WireCaller } from '../support/wire-caller.ts';

let scene: Scene;
let caller: WireCaller;
let callee: Wire;

const described = (sdp: string) =>
  multipart([pidfPart('render;handling=optional'), sdpPart(sdp), isupPart('signal;handling=optional')]);

beforeEach(async () => {
  scene = await startScene();
  caller = await WireCaller.start(scene);
  callee = await Wire.start(scene.network, '10.0.0.8');
  Object.assign(scene.endpoint.hop, callee.hop);
});

async function hangUp(): Promise<void> {
  await caller.send('BYE');
  const bye = callee.of('BYE')[0] as SipRequest;
  callee.respond(bye, 200);
  await scene.run(50);
}

it('W12: an INVITE and its 200: both legs have sound', async () => {
  await caller.invite({ body: described('sendonly'), type: MIXED });
  callee.respond(callee.of('INVITE')[0]!, 200, { body: described('inactive'), type: MIXED });
  await scene.run(50);
  expect(caller.answer()?.status).toBe(200);
  await caller.acknowledge();
  expect(scene.media.sessions.map(({ remoteDirection }) => remoteDirection)).toEqual(['sendonly', 'inactive']);
  await hangUp();
});

it('W12: a 183 with early media', async () => {
  await caller.invite();
  callee.respond(callee.of('INVITE')[0]!, 183, { body: described('sendonly'), type: MIXED });
  await scene.run(50);
  expect(caller.answer()?.status).toBe(183);
  expect(scene.media.sessions[1]?.remoteDirection).toBe('sendonly');
  callee.respond(callee.of('INVITE')[0]!, 486);
  await scene.run(50);
});

it('W12: the ACK of an INVITE without offer', async () => {
  await caller.invite({ body: '' });
  callee.respond(callee.of('INVITE')[0]!, 200, { body: 'sendrecv' });
  await scene.run(50);
  await caller.send('ACK', [['Content-Type', MIXED]], described('sendonly'), 1);
  expect(scene.media.sessions[0]?.remoteDirection).toBe('sendonly');
  await hangUp();
});

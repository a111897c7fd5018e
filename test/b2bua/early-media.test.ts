/** What the caller hears of the callee's progress, word by word. */
import { beforeEach, expect, it } from 'vitest';
import { startScene, type Scene } from '../support/scene.ts';
import { Wire } from '../support/wire.ts';
import { WireCaller } from '../support/wire-caller.ts';

let scene: Scene;
let caller: WireCaller;
let callee: Wire;

beforeEach(async () => {
  scene = await startScene();
  caller = await WireCaller.start(scene);
  callee = await Wire.start(scene.network, '10.0.0.8');
  Object.assign(scene.endpoint.hop, callee.hop);
  await caller.invite();
});

const answer = async (status: number, body = '', tag = 'wire') => {
  callee.respond(callee.of('INVITE')[0]!, status, { body, tag });
  await scene.run(50);
};

const heard = () =>
  caller.wire.responses.flatMap(({ status, body }) =>
    status === 100 ? [] : [`${status}${body.length > 0 ? ' SDP' : ''}`],
  );

it('W22: the caller is sent a description only with what the callee sent one', async () => {
  await answer(180);
  await answer(183, 'sendrecv');
  await answer(180);
  await answer(183);
  await answer(180, 'sendrecv');
  await answer(486);
  expect(heard()).toEqual(['180', '183 SDP', '180', '183', '180 SDP', '486']);
});

it('W22: a bare 180 of another branch takes no early media away', async () => {
  await answer(183, 'sendrecv');
  await answer(180, '', 'second');
  const [call] = [...scene.board.calls.values()];
  expect(call?.snapshot().hears).toHaveLength(2);
  expect(heard()).toEqual(['183 SDP', '180']);
  await answer(486);
});

it.each(['no-codec', 'inactive'])(
  'W10: with a description that brings no sound (%s) the caller goes on making its own ring-back',
  async (body) => {
    await answer(183, body);
    const [call] = [...scene.board.calls.values()];
    expect(call?.snapshot().hears).toEqual([]);
    expect(call?.snapshot().legs[1]?.state).toBe('ringing');
    await answer(183, 'sendrecv');
    expect(call?.snapshot().hears).toHaveLength(2);
    await answer(486);
    expect(heard()).toEqual(['183', '183 SDP', '486']);
  },
);

it('W10: a repeated description is taken once', async () => {
  const { media } = scene;
  await answer(183, 'sendrecv');
  await answer(183, 'sendrecv');
  await answer(200, 'sendrecv');
  expect(media.sessions[1]?.accepted).toEqual(['sendrecv']);
  await caller.acknowledge();
  await caller.send('BYE');
  callee.respond(callee.of('BYE')[0]!, 200);
});

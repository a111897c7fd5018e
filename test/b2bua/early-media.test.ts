/** What the caller hears of the callee's progress, word by word. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AnotherPeer } from '../../src/core/sdp/failure.ts';
import { LINE } from '../support/exchange.ts';
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

describe('a browser', () => {
  let browser: Wire;

  beforeEach(async () => {
    await answer(486);
    browser = await Wire.start(scene.network, '10.0.0.6');
    browser.onRequest = (request) => {
      if (request.method === 'BYE') browser.respond(request, 200);
    };
    const { route } = scene.board.options;
    const destination = { role: 'console', uri: 'sip:desk@10.0.0.6', hop: browser.hop, media: 'webrtc' } as const;
    Object.assign(scene.board.options, { route: () => ({ ...route(LINE)!, destinations: [destination] }) });
    caller = await WireCaller.start(scene, '10.0.0.5');
    await caller.invite();
    const [, media] = scene.media.sessions.slice(-2);
    let taken: string | undefined;
    media!.acceptAnswer = async (sdp) => {
      if (taken !== undefined && taken !== sdp) throw new AnotherPeer();
      taken = sdp;
    };
  });

  const fork = async (status: number, tag: string) => {
    browser.respond(browser.of('INVITE')[0]!, status, { body: tag, tag });
    await scene.run(50);
  };

  it('W10: another one than that of the early media answers: it gets media and an offer of its own', async () => {
    await fork(183, 'one');
    await fork(200, 'two');
    const [, again] = browser.of('INVITE');
    expect(again?.head.toTag).toBe('two');
    expect(caller.answer()?.status).toBe(183);
    browser.respond(again!, 200, { body: 'sendrecv', tag: 'two' });
    await scene.run(50);
    expect(caller.answer()?.status).toBe(200);
    const [early, late] = scene.media.sessions.slice(-2);
    expect(early?.closed).toBe(true);
    expect(late?.accepted).toEqual(['sendrecv']);
    expect([...scene.board.calls.values()][0]?.snapshot().hears).toHaveLength(2);
    expect(late?.heardBy).toEqual([scene.media.sessions.at(-3)]);
  });

  it('W10: the call fails when it does not take that offer', async () => {
    await fork(183, 'one');
    await fork(200, 'two');
    browser.respond(browser.of('INVITE')[1]!, 488, { tag: 'two' });
    await scene.run(50);
    expect(caller.answer()?.status).toBe(488);
    expect(browser.of('BYE').map(({ head }) => head.toTag)).toEqual(['two']);
  });

  it('W10: the caller hangs up meanwhile', async () => {
    await fork(183, 'one');
    await fork(200, 'two');
    await caller.cancel();
    browser.respond(browser.of('INVITE')[1]!, 200, { body: 'sendrecv', tag: 'two' });
    await scene.run(50);
    expect(browser.of('BYE').map(({ head }) => head.toTag)).toEqual(['two']);
  });
});

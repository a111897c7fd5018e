/** Whatever fails while a call begins: an answer that can be read, and nothing that stays. `startScene` looks. */
import { describe, expect, it } from 'vitest';
import { dialLeg } from '../../src/core/b2bua/dial-leg.ts';
import { dropLeg, endCall } from '../../src/core/b2bua/hang-up.ts';
import { sinch } from '../../src/core/b2bua/providers/sinch.ts';
import { NoFreePort } from '../../src/core/media/ports.ts';
import { BILLING, LINE, ringing } from '../support/exchange.ts';
import type { Attempt } from '../support/fake-media.ts';
import { refer, startScene } from '../support/scene.ts';

const odd = new TypeError('undefined is not a function');
const statuses = (sent: readonly { startLine: string }[]): string[] =>
  sent.map(({ startLine }) => startLine).filter((line) => line.startsWith('SIP/2.0') && !/ (?:1|200)/.test(line));

describe('a call that cannot be given media', () => {
  it.each<[Attempt, number, Error, string]>([
    ['make', 0, odd, 'failed 500'],
    ['make', 0, new NoFreePort(1, 2), 'failed 503'],
    ['make', 0, Object.assign(new Error('too many open files'), { code: 'EMFILE', status: Number.NaN }), 'failed 500'],
    ['answerOffer', 0, odd, 'failed 500'],
    ['make', 1, odd, 'failed 500'],
    ['make', 1, new NoFreePort(1, 2), 'failed 503'],
    ['createOffer', 1, odd, 'failed 500'],
  ])('because %s of leg %i fails is refused', async (attempt, session, error, said) => {
    const scene = await startScene();
    scene.media.failing = (tried, number) => (tried === attempt && number === session ? error : undefined);
    const { events } = scene.dial(scene.caller, LINE);
    await scene.run(500);
    expect(events.at(-1)).toBe(said);
    expect(scene.records).toMatchObject([{ end: { result: 'failed' } }]);
    for (const line of statuses(scene.network.sent)) expect(line).toMatch(/^SIP\/2.0 \d{3} \w/);
  });

  it.each<[Attempt, number]>([
    ['make', 0],
    ['answerOffer', 0],
    ['make', 1],
    ['createOffer', 1],
  ])(
    'is given up by its caller while %s of leg %i is under way, and then that fails or succeeds',
    async (attempt, at) => {
      for (const outcome of [odd, undefined]) {
        const scene = await startScene();
        const { promise, resolve } = Promise.withResolvers<Error | undefined>();
        scene.media.failing = (tried, number) => (tried === attempt && number === at ? promise : undefined);
        const { session, events } = scene.dial(scene.caller, LINE);
        // CANCEL waits for a provisional response.
        await scene.run(300);
        session.hangUp();
        await scene.run(100);
        expect(events.at(-1)).toBe('failed 487');
        resolve(outcome);
        await scene.run(100);
        expect(scene.media.sessions.filter(({ closed }) => !closed)).toEqual([]);
      }
    },
  );
});

it('a leg whose INVITE cannot be made leaves no media and no session', async () => {
  const scene = await startScene();
  const { invite } = scene.board.ua;
  scene.board.ua.invite = () => {
    throw odd;
  };
  const { events } = scene.dial(scene.caller, LINE);
  await scene.run(500);
  expect(events.at(-1)).toBe('failed 500');
  scene.board.ua.invite = invite;
});

it('a leg whose INVITE is out when something else fails is cancelled', async () => {
  const scene = await startScene();
  const { events: told } = scene.board.options;
  const { legBound } = told;
  Object.assign(told, {
    legBound: (...[call, leg, id]: Parameters<typeof legBound>) => {
      if (leg.facts.direction === 'out') throw odd;
      legBound(call, leg, id);
    },
  });
  const { events } = scene.dial(scene.caller, LINE);
  await scene.run(500);
  expect(events.at(-1)).toBe('failed 500');
  expect(scene.agent.events.at(-1)).toBe('canceled');
  Object.assign(told, { legBound });
});

it('a call that cannot be opened takes no capacity with it', async () => {
  const scene = await startScene();
  const { events: told } = scene.board.options;
  const { legBound } = told;
  Object.assign(told, {
    legBound: () => {
      throw odd;
    },
  });
  const { events } = scene.dial(scene.caller, LINE);
  await scene.run(500);
  expect(events.at(-1)).toBe('failed 500');
  expect(scene.board.calls.size).toBe(0);
  expect(scene.board.options.capacity.view().legs).toBe(0);
  Object.assign(told, { legBound });
});

it('a transfer whose target cannot be given media fails, and the call goes on', async () => {
  const scene = await startScene();
  scene.phones.set(BILLING, ringing(scene.clock, 100).phone);
  const { endpoint, live } = await scene.inbound();
  scene.media.failing = (_, number) => (number === 2 ? odd : undefined);
  const log = refer(endpoint);
  await scene.run(500);
  expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 500 Media Unavailable .']);
  expect(live.state).toBe('answered');
});

it('a leg that is dropped while its media is made is not placed', async () => {
  const scene = await startScene();
  const { live } = await scene.inbound();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  scene.media.failing = () => promise;
  const leg = scene.board.addLeg(live, { role: 'target', identity: { number: BILLING, name: '' }, direction: 'out' });
  const { hop } = scene.party;
  const placed = dialLeg(
    scene.board,
    live,
    leg,
    { role: 'target', uri: `sip:${BILLING}@${hop.host}`, hop, media: 'rtp' },
    { from: { number: LINE, name: '' }, fields: [] },
    { rang() {}, answered() {}, failed: () => expect.unreachable() },
  );
  dropLeg(scene.board, leg, { by: 'trunk', result: 'canceled' });
  resolve(undefined);
  await placed;
  expect(scene.media.sessions.at(-1)?.closed).toBe(true);
  endCall(scene.board, live, { by: 'trunk', result: 'answered' });
});

it('a transfer whose target cannot be looked up fails, and the call goes on', async () => {
  const scene = await startScene({ policy: sinch });
  const { endpoint, live } = await scene.inbound();
  const { locateAll } = scene.board.ua;
  scene.board.ua.locateAll = () => Promise.reject(odd);
  const log = refer(endpoint, '<sip:desk@nowhere.test>');
  await scene.run(500);
  expect(log.at(-1)).toBe('NOTIFY 500 Server Internal Error .');
  expect(live.state).toBe('answered');
  scene.board.ua.locateAll = locateAll;
});

it.each(['TCP', 'TLS', 'WS'] as const)('a call over a %s connection that is gone fails with 503', async (transport) => {
  const scene = await startScene();
  const { route } = scene.board.options;
  Object.assign(scene.board.options, {
    route: (number: string) => {
      const found = route(number);
      const gone = { transport, host: '10.0.0.3', port: 5060, flow: 'gone' };
      return found && { ...found, destinations: found.destinations.map((each) => ({ ...each, hop: gone })) };
    },
  });
  const { events } = scene.dial(scene.caller, LINE);
  await scene.run(500);
  expect(events.at(-1)).toBe('failed 503');
});

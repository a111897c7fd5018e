/** How legs and calls end when something goes wrong meanwhile, or somebody else ends them. */
import { expect, it } from 'vitest';
import { dropLeg, endCall } from '../../src/core/b2bua/hang-up.ts';
import { silent, type Logger } from '../../src/core/log/logger.ts';
import { BILLING, LINE, ringing } from '../support/exchange.ts';
import { refer, startScene } from '../support/scene.ts';

it.each(['recordEnded', 'callEnded'] as const)(
  'W3: when %s throws, every leg of the call gets its BYE all the same, and other calls go on',
  async (event) => {
    const lines: unknown[] = [];
    const log: Logger = { ...silent, error: (fields) => lines.push(fields), child: () => log };
    const scene = await startScene({ log });
    const one = await scene.inbound();
    const other = await scene.inbound();
    const { events } = scene.board.options;
    const told = events[event];
    Object.assign(events, {
      [event]: () => {
        throw new Error('the disk is full');
      },
    });
    endCall(scene.board, one.live, { by: 'trunk', result: 'answered' });
    await scene.run(50);
    expect(one.callerEvents.at(-1)).toBe('ended remote');
    expect(one.endpoint.state).toBe('ended');
    expect(scene.board.calls.has(one.live.id)).toBe(false);
    Object.assign(events, { [event]: told });
    expect(other.callerEvents.at(-1)).toBe('answered');
    expect(lines).toMatchObject([{ call: one.live.id, err: { message: 'the disk is full' } }]);
  },
);

it('W3: a transfer target that somebody else ends while it rings has failed', async () => {
  const scene = await startScene();
  scene.phones.set(BILLING, ringing(scene.clock).phone);
  const { endpoint, live } = await scene.inbound();
  const log = refer(endpoint);
  await scene.run(500);
  dropLeg(scene.board, live.legs.at(-1)!, { by: 'trunk', result: 'canceled', status: 487 });
  await scene.run(500);
  expect(log.at(-1)).toBe('NOTIFY 487 Request Terminated .');
  expect(live.snapshot().hears).toHaveLength(2);
});

it('P29: an endpoint that somebody else ends while it rings makes room for the fallback', async () => {
  const scene = await startScene({ fallback: true });
  scene.phones.set(LINE, ringing(scene.clock).phone);
  scene.phones.set('fallback', ringing(scene.clock, 100).phone);
  const { events } = scene.dial(scene.caller, LINE);
  await scene.run(100);
  const [call] = scene.board.calls.values();
  dropLeg(scene.board, call!.legs[1]!, { by: 'trunk', result: 'canceled', status: 487 });
  await scene.run(500);
  expect(events.at(-1)).toBe('answered');
});

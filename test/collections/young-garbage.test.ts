/**
 * What a call leaves behind has to die young: garbage of the old generation costs a full collection and the memory
 * until then. Three things make old garbage of everything a call was: tables of small maps that point to their
 * successors (`TurnoverMap`), functions that are written straight into a property, which V8 allocates in the old
 * generation together with all that they see, and listeners added and removed for each call.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, it } from 'vitest';
import { call, diary, startAgent, type Agent } from '../support/agent.ts';
import { CALLER, LINE, startExchange } from '../support/exchange.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;
afterAll(() => setFlagsFromString('--no-expose-gc'));

/** So few that none of their transactions ends its rest of 32 s meanwhile: what rests is alive. */
const CALLS = 200;

/** Bytes a call that only a full collection frees; the least of three times: what else the process does at a time comes on top. */
async function oldGarbageOf(one: () => void | Promise<void>, idle: () => void): Promise<number> {
  const found: number[] = [];
  for (let i = 0; i < 3; i += 1) found.push(await measured(one, idle));
  return Math.min(...found);
}

async function measured(one: () => void | Promise<void>, idle: () => void): Promise<number> {
  const calls = async (): Promise<void> => {
    for (let i = 0; i < CALLS; i += 1) {
      await one();
      if (i % 20 === 0) collect({ type: 'minor' });
    }
    await settle();
  };
  await calls();
  idle();
  // The long-lived maps are old from here on, as they are in a trunk that has been up for a while.
  collect();
  collect();
  await calls();
  for (let i = 0; i < 3; i += 1) collect({ type: 'minor' });
  const before = process.memoryUsage().heapUsed;
  collect();
  return (before - process.memoryUsage().heapUsed) / CALLS;
}

it('leaves no old garbage after a call between two user agents', async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { delayMs: [1, 1] });
  const alice: Agent = await startAgent({ network, clock, host: '10.0.0.1' });
  const bob = await startAgent({
    network,
    clock,
    host: '10.0.0.2',
    invited: (invitation) => invitation.take(diary().user).incoming?.answer('answer'),
  });
  const one = (): void => {
    const session = call(alice, bob, diary().user);
    clock.advance(10);
    session.hangUp();
    clock.advance(10);
    expect(session.state).toBe('ended');
    network.sent.length = 0;
  };
  expect(await oldGarbageOf(one, () => clock.advance(40_000))).toBeLessThan(2000);
});

it('leaves no old garbage after a call through the switchboard', async () => {
  const exchange = await startExchange();
  const { clock, network, pictures, records, media, tracer, board } = exchange;
  exchange.phones.set(LINE, (invitation) => {
    const session = invitation.take(diary().user);
    session.incoming?.progress(180);
    session.incoming?.answer('sendrecv');
  });
  let answered = 0;
  const one = async (): Promise<void> => {
    const { session } = exchange.dial(exchange.caller, LINE, { answered: () => void (answered += 1) }, CALLER);
    await exchange.run(10);
    session.hangUp();
    await exchange.run(10);
    for (const id of pictures.keys()) tracer.forget(id);
    pictures.clear();
    records.length = 0;
    media.sessions.length = 0;
    network.sent.length = 0;
  };
  const bytes = await oldGarbageOf(one, () => clock.advance(40_000));
  expect(answered).toBe(3 * 2 * CALLS);
  expect(board.calls.size).toBe(0);
  expect(bytes).toBeLessThan(8000);
});

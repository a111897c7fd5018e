/** Many transfers at once do not get into each other's way. */
import { expect, it } from 'vitest';
import type { Session } from '../../src/core/ua/session.ts';
import { BILLING, LINE, plainUser } from '../support/exchange.ts';
import { refer, startScene } from '../support/scene.ts';

const CALLS = 200;
const callerOf = (i: number) => `+1415556${String(i).padStart(4, '0')}`;

it('P4, P24, P26: 200 calls are transferred at once: all records are right, and every ladder is whole', async () => {
  const scene = await startScene();
  const { clock, phones, board } = scene;
  const endpoints: Session[] = [];
  phones.set(LINE, (invitation) => {
    const session = invitation.take(plainUser([]));
    endpoints.push(session);
    session.incoming?.progress(180);
    clock.after(100, () => session.incoming?.answer('sendrecv'));
  });
  phones.set(BILLING, (invitation) => {
    const session = invitation.take(plainUser([]));
    session.incoming?.progress(180);
    clock.after(500, () => session.incoming?.answer('sendrecv'));
  });
  const callers = Array.from({ length: CALLS }, (_, i) => scene.dial(scene.caller, LINE, {}, callerOf(i)));
  await scene.run(500);
  expect(board.options.capacity.view().legs).toBe(CALLS);
  const logs = endpoints.map((session) => refer(session));
  await scene.run(300);
  expect(board.options.capacity.view().legs).toBe(2 * CALLS);
  await scene.run(3000);
  for (const log of logs) {
    expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing', 'NOTIFY 200 OK .']);
  }
  for (const { session } of callers) session.hangUp();
  await scene.run(500);

  for (const [i, { events }] of callers.entries()) {
    expect(events).toEqual(['progressed 180', 'answered', 'ended local']);
    const records = scene.records.filter(({ from }) => from.number === callerOf(i));
    expect(new Set(records.map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(records.map(({ kind, to, end }) => [kind, to.number, end?.result, end?.endedBy, end?.hangup.code])).toEqual([
      ['original', LINE, 'transferred', 'trunk', 3010],
      ['transfer', BILLING, 'answered', 'caller', 3000],
    ]);
  }
  expect(new Set(scene.records.map(({ sessionId }) => sessionId)).size).toBe(CALLS);

  const ladders = [...scene.pictures.keys()].map((id) => scene.tracer.ladder(id));
  expect(ladders).toHaveLength(CALLS);
  const [first] = ladders;
  const labels = first?.messages.map(({ label }) => label) ?? [];
  for (const part of ['REFER', '202', 'NOTIFY (100 Trying)', 'NOTIFY (180 Ringing)', 'NOTIFY (200 OK)']) {
    expect(labels.filter((label) => label.startsWith(part))).toHaveLength(1);
  }
  expect(labels.filter((label) => label.startsWith('BYE'))).toHaveLength(3);
  expect(first?.lifelines).toHaveLength(4);
  for (const ladder of ladders) {
    expect(ladder?.dropped).toBe(0);
    expect(ladder?.messages.map(({ label }) => label)).toEqual(labels);
  }
});

/** P32: the control API transfers a call; no endpoint asks for it. */
import { describe, expect, it } from 'vitest';
import { transferCall } from '../../src/core/b2bua/transfer.ts';
import { BILLING, CALLER, DOMAIN, LINE, refusing, ringing, SALES } from '../support/exchange.ts';
import { refer, startScene, type Scene } from '../support/scene.ts';

const to = (number: string) => `<sip:${number}@${DOMAIN}>`;

describe('P32: a transfer by the API', () => {
  it('rings the target, bridges, and releases the endpoint with BYE; no NOTIFY is sent', async () => {
    const scene = await startScene();
    scene.phones.set(BILLING, ringing(scene.clock, 500).phone);
    const { live, call, callerEvents } = await scene.inbound();
    expect(transferCall(scene.board, live, to(BILLING))).toBeUndefined();
    await scene.run(300);
    expect(call().transfers[0]?.state).toBe('pending');
    expect(scene.agent.events).toEqual([]);
    await scene.run(1000);
    expect(scene.agent.events).toEqual(['ended remote']);
    expect(callerEvents.at(-1)).toBe('answered');
    expect(call().transfers[0]).toMatchObject({ state: 'succeeded', status: 200 });
    expect(call().hears).toHaveLength(2);
    expect([scene.network.count('NOTIFY'), scene.network.count('REFER')]).toEqual([0, 0]);
    const [original, transfer] = scene.records;
    expect([original?.sessionId, transfer?.referred]).toEqual([transfer?.sessionId, false]);
    expect(transfer).toMatchObject({ from: { number: CALLER }, callerIdRule: 'P20 inbound' });
    expect(scene.summary()).toEqual(['original transferred trunk 3010', 'transfer open']);
  });

  it('leaves the caller with the endpoint when the target is busy, and may be tried again', async () => {
    const scene = await startScene();
    scene.phones.set(BILLING, refusing(486));
    scene.phones.set(SALES, ringing(scene.clock, 100).phone);
    const { live, call } = await scene.inbound();
    transferCall(scene.board, live, to(BILLING));
    await scene.run(500);
    expect(call().transfers[0]).toMatchObject({ state: 'failed', status: 486 });
    expect(call().hears).toHaveLength(2);
    transferCall(scene.board, live, to(SALES));
    await scene.run(1000);
    expect(call().transfers[1]?.state).toBe('succeeded');
  });

  it('moves the caller of an outbound call: the endpoint that placed it is released', async () => {
    const scene = await startScene();
    scene.phones.set(BILLING, ringing(scene.clock, 100).phone);
    scene.phones.set(SALES, ringing(scene.clock, 100).phone);
    const { events } = scene.dial(scene.endpoint, BILLING, {}, LINE);
    await scene.run(500);
    const [live] = [...scene.board.calls.values()];
    if (!live) throw new Error('no call');
    transferCall(scene.board, live, to(SALES));
    await scene.run(1000);
    expect(events).toEqual(['progressed 180', 'answered', 'ended remote']);
    expect(live.snapshot().legs.map(({ state }) => state)).toEqual(['ended', 'answered', 'answered']);
    expect(scene.records[1]?.callerIdRule).toBe('P20 outbound');
  });

  it('replaces the party that came last, once the endpoint is out', async () => {
    const scene = await startScene();
    const billing = ringing(scene.clock, 100);
    scene.phones.set(BILLING, billing.phone);
    scene.phones.set(SALES, ringing(scene.clock, 100).phone);
    const { live, call } = await scene.inbound();
    transferCall(scene.board, live, to(BILLING));
    await scene.run(1000);
    transferCall(scene.board, live, to(SALES));
    await scene.run(1000);
    expect(billing.events).toEqual(['ended remote']);
    expect(call().legs.map(({ state }) => state)).toEqual(['answered', 'ended', 'ended', 'answered']);
  });

  it('supersedes a REFER whose target still rings (P24)', async () => {
    const scene = await startScene();
    const billing = ringing(scene.clock);
    scene.phones.set(BILLING, billing.phone);
    scene.phones.set(SALES, ringing(scene.clock, 100).phone);
    const { live, endpoint, call } = await scene.inbound();
    const log = refer(endpoint);
    await scene.run(500);
    transferCall(scene.board, live, to(SALES));
    await scene.run(1000);
    expect(log.at(-1)).toBe('NOTIFY 487 Request Terminated .');
    expect(billing.events).toEqual(['canceled']);
    expect(call().transfers.map(({ state }) => state)).toEqual(['failed', 'succeeded']);
  });

  it('refuses by the same rules as a REFER', async () => {
    const scene = await startScene();
    const { live } = await scene.inbound();
    const status = (target: string) => transferCall(scene.board, live, target)?.status;
    expect(status('<sip:sales@elsewhere.example>')).toBe(403);
    expect(status(`<sip:12@${DOMAIN}>`)).toBe(400);
    expect(status(to('+8613800138000'))).toBe(403);
    expect(scene.records).toHaveLength(1);
  });

  it('refuses while nobody has answered', async () => {
    const scene: Scene = await startScene();
    scene.phones.set(LINE, ringing(scene.clock).phone);
    const { session } = scene.dial(scene.caller, LINE);
    await scene.run(300);
    const [live] = [...scene.board.calls.values()];
    if (!live) throw new Error('no call');
    expect(transferCall(scene.board, live, to(BILLING))).toMatchObject({ status: 403, reason: 'Call Not Answered' });
    session.hangUp();
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { CallView } from '../../src/nouns/call.ts';
import { BILLING, CALLER, DOMAIN, LINE, ringing, SALES } from '../support/exchange.ts';
import { refer, startScene, type Scene } from '../support/scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await startScene();
});

const legs = (call: CallView) => call.legs.map(({ role, state, result }) => [role, state, result ?? '']);

describe('a transfer that succeeds', () => {
  it('P1, P3, P4, P5, P6, P7: REFER, 202, NOTIFY 100, INVITE, NOTIFY 180, NOTIFY 200, BYE', async () => {
    const billing = ringing(scene.clock, 2000);
    scene.phones.set(BILLING, billing.phone);
    const { call, endpoint, callerEvents } = await scene.inbound();
    const log = refer(endpoint);
    await scene.run(1000);
    expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing']);
    expect(scene.agent.events).toEqual([]);
    expect(call().transfers[0]?.state).toBe('pending');
    await scene.run(3000);
    expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing', 'NOTIFY 200 OK .']);
    expect(scene.agent.events).toEqual(['ended remote']);
    expect(callerEvents.at(-1)).toBe('answered');
    expect(billing.events).toEqual([]);
    expect(legs(call())).toEqual([
      ['caller', 'answered', ''],
      ['endpoint', 'ended', 'transferred'],
      ['target', 'answered', ''],
    ]);
    const { sent } = scene.network;
    const at = (line: RegExp, text = '') => sent.findIndex((p) => line.test(p.startLine) && p.text.includes(text));
    const order = [
      at(/^REFER/),
      at(/ 202 /),
      at(/^NOTIFY/, '100 Trying'),
      at(new RegExp(`^INVITE sip:\\${BILLING}`)),
      at(/^NOTIFY/, '180 Ringing'),
      at(/^NOTIFY/, '200 OK'),
      at(/^BYE/),
    ];
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  it('P7: sends BYE only once the final NOTIFY has been answered, and caller and target then hear each other', async () => {
    scene.phones.set(BILLING, ringing(scene.clock, 500).phone);
    const { call, endpoint } = await scene.inbound();
    refer(endpoint);
    await scene.run(2000);
    const { sent } = scene.network;
    const notify = sent.findLastIndex((p) => p.startLine.startsWith('NOTIFY'));
    const bye = sent.findIndex((p) => p.startLine.startsWith('BYE'));
    const answers = sent
      .slice(notify, bye)
      .filter((p) => p.startLine.startsWith('SIP/2.0 200') && p.text.includes('NOTIFY'));
    expect(answers).toHaveLength(1);
    const [caller, , target] = call().legs;
    expect(call().hears).toEqual([
      { listener: caller?.id, speaker: target?.id },
      { listener: target?.id, speaker: caller?.id },
    ]);
  });

  it('P2: takes REFER to the contact of the trunk with Refer-To in its domain', async () => {
    scene.phones.set(BILLING, ringing(scene.clock, 500).phone);
    const { endpoint } = await scene.inbound();
    refer(endpoint);
    await scene.run(1000);
    const message = scene.network.sent.find((p) => p.startLine.startsWith('REFER'))?.text ?? '';
    expect(message).toMatch(/^REFER sip:trunk@/);
    expect(message).toContain(`Refer-To: <sip:${BILLING}@${DOMAIN}>`);
  });

  it('P1: works on a call that the endpoint placed', async () => {
    const dialled = ringing(scene.clock, 100);
    const sales = ringing(scene.clock, 100);
    scene.phones.set(BILLING, dialled.phone);
    scene.phones.set(SALES, sales.phone);
    const { session, events } = scene.dial(scene.endpoint, BILLING, {}, LINE);
    await scene.run(500);
    const log = refer(session, `<sip:${SALES}@${DOMAIN}>`);
    await scene.run(1000);
    expect(log.at(-1)).toBe('NOTIFY 200 OK .');
    expect(events).toEqual(['progressed 180', 'answered', 'ended remote']);
    expect([dialled.events, sales.events]).toEqual([[], []]);
  });

  it('P20: shows the target the original caller on an inbound call', async () => {
    scene.phones.set(BILLING, ringing(scene.clock).phone);
    const { endpoint } = await scene.inbound();
    refer(endpoint);
    await scene.run(500);
    const invite = scene.network.sent.find((p) => p.startLine.startsWith(`INVITE sip:${BILLING}`))?.text ?? '';
    expect(invite).toContain(`From: <sip:${CALLER}@${DOMAIN}>`);
    expect(invite).toContain(`P-Asserted-Identity: <sip:${CALLER}@${DOMAIN}>`);
  });

  it('P20: shows the target the number that the endpoint gave as its own on an outbound call', async () => {
    scene.phones.set(BILLING, ringing(scene.clock, 100).phone);
    scene.phones.set(SALES, ringing(scene.clock).phone);
    const { session } = scene.dial(scene.endpoint, BILLING, {}, LINE);
    await scene.run(500);
    refer(session, `<sip:${SALES}@${DOMAIN}>`);
    await scene.run(500);
    const invite = scene.network.sent.find((p) => p.startLine.startsWith(`INVITE sip:${SALES}`))?.text ?? '';
    expect(invite).toContain(`From: <sip:${LINE}@${DOMAIN}>`);
  });

  it('P8: lets the endpoint hang up itself after NOTIFY 200; caller and target talk on', async () => {
    scene.phones.set(BILLING, ringing(scene.clock, 500).phone);
    const { call, endpoint, callerEvents } = await scene.inbound();
    endpoint.refer(`<sip:${BILLING}@${DOMAIN}>`, [], {
      refused() {},
      notified: ({ status }) => {
        if (status === 200) endpoint.hangUp();
      },
    });
    await scene.run(3000);
    expect(scene.agent.events).toEqual(['ended local']);
    expect(callerEvents.at(-1)).toBe('answered');
    expect(call().state).toBe('answered');
    expect(call().hears).toHaveLength(2);
    expect(scene.records.map(({ kind, end }) => [kind, end?.endedBy, end?.result])).toEqual([
      ['original', 'endpoint', 'transferred'],
      ['transfer', undefined, undefined],
    ]);
  });

  it('P11 and P23: keeps the call up while the target rings; the caller hears ring-back', async () => {
    scene.phones.set(BILLING, ringing(scene.clock, 2000).phone);
    const { call, endpoint } = await scene.inbound();
    const [caller, console] = call().legs.map(({ id }) => id);
    refer(endpoint);
    await scene.run(1000);
    expect(call().hears).toContainEqual({ listener: caller, speaker: 'ring-back' });
    expect(call().hears).toContainEqual({ listener: console, speaker: caller });
    expect(call().state).toBe('answered');
  });

  it.each([
    ['the target hangs up', 'target'],
    ['the caller hangs up', 'caller'],
  ] as const)('P19: ends the whole call when %s after the transfer', async (_, who) => {
    const billing = ringing(scene.clock, 500);
    scene.phones.set(BILLING, billing.phone);
    const { call, endpoint, callerEvents, caller } = await scene.inbound();
    refer(endpoint);
    await scene.run(2000);
    (who === 'target' ? billing.session : caller)?.hangUp();
    await scene.run(500);
    expect(call().state).toBe('ended');
    expect(callerEvents.at(-1)).toBe(who === 'target' ? 'ended remote' : 'ended local');
    expect(billing.events.at(-1)).toBe(who === 'target' ? 'ended local' : 'ended remote');
    expect(scene.records.map(({ kind, end }) => [kind, end?.endedBy, end?.result])).toEqual([
      ['original', 'trunk', 'transferred'],
      ['transfer', who, 'answered'],
    ]);
  });

  it('P26: writes two records with one session id; the transfer record begins with the target', async () => {
    scene.phones.set(BILLING, ringing(scene.clock, 500).phone);
    const { endpoint, caller } = await scene.inbound();
    refer(endpoint);
    await scene.run(2000);
    caller.hangUp();
    await scene.run(100);
    const [original, transfer] = scene.records;
    expect(scene.records).toHaveLength(2);
    expect(original?.sessionId).toBe(transfer?.sessionId);
    expect([original?.from.number, original?.to.number]).toEqual([CALLER, LINE]);
    expect([transfer?.from.number, transfer?.to.number]).toEqual([CALLER, BILLING]);
    expect(transfer?.answeredAt).toBeGreaterThan(original?.answeredAt ?? Infinity);
    expect(original?.end?.at).toBeLessThan(transfer?.end?.at ?? 0);
  });

  it('P24: lets a target that is an endpoint itself transfer the call on', async () => {
    const billing = ringing(scene.clock, 500);
    scene.phones.set(BILLING, billing.phone);
    scene.phones.set(SALES, ringing(scene.clock, 500).phone);
    const { call, endpoint, callerEvents } = await scene.inbound();
    refer(endpoint);
    await scene.run(2000);
    if (!billing.session) throw new Error('billing did not ring');
    const log = refer(billing.session, `<sip:${SALES}@${DOMAIN}>`);
    await scene.run(2000);
    expect(log.at(-1)).toBe('NOTIFY 200 OK .');
    expect(billing.events).toEqual(['ended remote']);
    expect(callerEvents.at(-1)).toBe('answered');
    expect(legs(call()).map(([role, state]) => `${role} ${state}`)).toEqual([
      'caller answered',
      'endpoint ended',
      'target ended',
      'target answered',
    ]);
    expect(scene.records.map(({ kind, end }) => [kind, end?.result])).toEqual([
      ['original', 'transferred'],
      ['transfer', 'transferred'],
      ['transfer', undefined],
    ]);
  });
});

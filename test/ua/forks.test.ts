import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SipRequest } from '../../src/core/message/index.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { diary, startAgent, type Agent, type Diary } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';
import { Wire } from '../support/wire.ts';

let clock: VirtualClock;
let alice: Agent;
let wire: Wire;
let caller: Diary;
let a: Session;

beforeEach(async () => {
  clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  wire = await Wire.start(network, '10.0.0.9');
  alice = await startAgent({ network, clock, host: '10.0.0.1' });
  // BYE, CANCEL, PRACK and the like are simply agreed to.
  wire.onRequest = (request) => {
    if (!['INVITE', 'ACK'].includes(request.method)) wire.respond(request, 200);
  };
  caller = diary();
});

afterEach(() => {
  if (a.state !== 'ended') a.hangUp();
  clock.advance(100);
  expectNothingLeft(clock, alice);
});

function call(sdp: string | null = 'offer', user = caller.user): SipRequest {
  const placement = { uri: 'sip:bob@10.0.0.9', from: '<sip:alice@example.test>', to: '<sip:bob@example.test>' };
  a = alice.ua.invite({ ...placement, hop: wire.hop, ...(sdp === null ? {} : { sdp }) }, user);
  clock.advance(20);
  const [invite] = wire.of('INVITE');
  if (!invite) throw new Error('the INVITE did not arrive');
  return invite;
}

/** A request of the branch with this tag, in the dialog that it has with us. */
function send(method: string, tag: string, seq: number, more: [string, string][] = [], body = ''): void {
  const { callId, localTag } = a;
  const fields: [string, string][] = [
    ['From', `<sip:bob@example.test>;tag=${tag}`],
    ['To', `<sip:alice@example.test>;tag=${localTag}`],
    ['Call-ID', callId],
    ['CSeq', `${seq} ${method}`],
    ['Contact', wire.contact],
    ...more,
  ];
  wire.request(method, alice.hop, fields, body);
  clock.advance(20);
}

const byesTo = () => wire.of('BYE').map(({ head }) => head.toTag);
const acksTo = () => wire.of('ACK').map(({ head }) => head.toTag);

it('RFC 3261 §13.2.2.4: three forks answer: the first is kept, the others get ACK and BYE, a late one too', () => {
  const invite = call();
  for (const tag of ['one', 'two', 'three']) wire.respond(invite, 180, { tag });
  clock.advance(20);
  for (const tag of ['two', 'one']) wire.respond(invite, 200, { tag, body: 'answer' });
  clock.advance(20_000);
  wire.respond(invite, 200, { tag: 'three', body: 'answer' });
  clock.advance(100);
  expect(caller.events).toEqual(['progressed 180', 'progressed 180', 'progressed 180', 'answered 200']);
  expect(acksTo()).toEqual(['two', 'one', 'three']);
  expect(byesTo()).toEqual(['one', 'three']);
  expect(a.dialog?.remoteTag).toBe('two');
});

it('RFC 3261 §13.2.2.4: a repeated 2xx of a surplus fork gets the same ACK again, and no second BYE', () => {
  const invite = call();
  for (const tag of ['one', 'two', 'two']) wire.respond(invite, 200, { tag });
  clock.advance(100);
  expect(acksTo()).toEqual(['one', 'two', 'two']);
  expect(byesTo()).toEqual(['two']);
});

it('RFC 3261 §13.2.2.4: after the call has ended, a 2xx of another branch still gets ACK and BYE', () => {
  const invite = call();
  wire.respond(invite, 200, { tag: 'one', body: 'answer' });
  clock.advance(20);
  a.hangUp();
  clock.advance(10_000);
  wire.respond(invite, 200, { tag: 'two', body: 'answer' });
  clock.advance(100);
  expect(acksTo()).toEqual(['one', 'two']);
  expect(wire.of('ACK').map(({ head }) => head.cseq.number)).toEqual([1, 1]);
  expect(byesTo()).toEqual(['one', 'two']);
});

it('RFC 3261 §12.1: requests of early dialogs reach the right one, and an unknown tag gets 481', () => {
  const invite = call();
  for (const tag of ['one', 'two']) wire.respond(invite, 180, { tag });
  clock.advance(20);
  send('UPDATE', 'one', 7);
  send('UPDATE', 'two', 3);
  send('UPDATE', 'one', 8);
  send('UPDATE', 'other', 1);
  expect(wire.statuses('UPDATE')).toEqual([200, 200, 200, 481]);
});

it('RFC 3261 §12.2.2: each early dialog counts the CSeq numbers of its own peer', () => {
  const invite = call();
  for (const tag of ['one', 'two']) wire.respond(invite, 180, { tag });
  clock.advance(20);
  send('UPDATE', 'one', 7);
  send('UPDATE', 'two', 7);
  send('UPDATE', 'one', 7);
  expect(wire.statuses('UPDATE')).toEqual([200, 200, 500]);
});

it('RFC 3261 §15.1.2: a BYE in one early dialog leaves the others ringing', () => {
  const invite = call();
  for (const tag of ['one', 'two']) wire.respond(invite, 180, { tag });
  clock.advance(20);
  send('BYE', 'one', 1);
  expect(a.state).toBe('early');
  wire.respond(invite, 200, { tag: 'two' });
  clock.advance(20);
  expect(caller.events.at(-1)).toBe('answered 200');
});

it('RFC 3261 §15.1.2: a BYE in the only early dialog ends the call, and the INVITE is cancelled', () => {
  const invite = call();
  wire.respond(invite, 180, { tag: 'one' });
  clock.advance(20);
  send('BYE', 'one', 1);
  expect(caller.events.at(-1)).toBe('ended remote');
  expect(wire.of('CANCEL')).toHaveLength(1);
  wire.respond(invite, 487, { tag: 'one' });
});

it('RFC 3261 §9.1: a CANCEL before any provisional response waits for one', () => {
  const invite = call();
  a.hangUp();
  clock.advance(100);
  expect(wire.of('CANCEL')).toHaveLength(0);
  wire.respond(invite, 180, { tag: 'one' });
  clock.advance(20);
  expect(wire.of('CANCEL')).toHaveLength(1);
  wire.respond(invite, 487, { tag: 'one' });
  clock.advance(20);
  expect(caller.events).toEqual(['failed 487']);
});

it('RFC 3261 §13.2.2.4: route set and target are taken anew from the 2xx, loose routes in reverse order', () => {
  const invite = call();
  const route = (name: string): [string, string] => ['Record-Route', `<sip:10.0.0.9;lr;n=${name}>`];
  wire.respond(invite, 180, { tag: 'one', fields: [route('old')] });
  clock.advance(20);
  wire.respond(invite, 200, { tag: 'one', fields: [route('b'), route('a')] });
  clock.advance(20);
  const [ack] = wire.of('ACK');
  expect(ack?.headers.all('Route')).toEqual(['<sip:10.0.0.9;lr;n=a>', '<sip:10.0.0.9;lr;n=b>']);
  expect(ack?.uri).toBe('sip:wire@10.0.0.9:5060');
});

it('RFC 3261 §12.2.1.1: a strict router takes the Request-URI, and the target moves to the end of the route', () => {
  const invite = call();
  wire.respond(invite, 200, { tag: 'one', fields: [['Record-Route', '<sip:strict@10.0.0.9>']] });
  clock.advance(20);
  const [ack] = wire.of('ACK');
  expect(ack?.uri).toBe('sip:strict@10.0.0.9');
  expect(ack?.headers.all('Route')).toEqual(['<sip:wire@10.0.0.9:5060>']);
});

it('RFC 3261 §13.2.1: answers in the ACK when the INVITE had no offer', async () => {
  const user = diary({ offered: async (offer) => `answer to ${offer}` });
  const invite = call(null, user.user);
  wire.respond(invite, 200, { tag: 'one', body: 'their offer' });
  clock.advance(20);
  await settle();
  clock.advance(20);
  const [ack] = wire.of('ACK');
  expect(ack?.headers.get('Content-Type')).toBe('application/sdp');
  expect(new TextDecoder().decode(ack?.body)).toBe('answer to their offer');
  expect(user.events).toEqual(['answered 200']);
});

it('RFC 3261 §13.2.2.4: releases the call with BYE when the offer in the 2xx cannot be answered', async () => {
  const user = diary({ offered: () => Promise.reject(Object.assign(new Error('no codec'), { status: 488 })) });
  const invite = call(null, user.user);
  wire.respond(invite, 200, { tag: 'one', body: 'their offer' });
  clock.advance(20);
  await settle();
  clock.advance(20);
  expect([acksTo(), byesTo()]).toEqual([['one'], ['one']]);
  expect(user.events).toEqual(['ended local']);
});

it('RFC 3262 §4: acknowledges reliable provisional responses in their order, once each, in their own dialog', () => {
  const invite = call();
  const reliable = (rseq: number): [string, string][] => [
    ['Require', '100rel'],
    ['RSeq', String(rseq)],
  ];
  wire.respond(invite, 180, { tag: 'one', fields: reliable(5) });
  wire.respond(invite, 180, { tag: 'one', fields: reliable(5) });
  wire.respond(invite, 183, { tag: 'one', fields: reliable(7) });
  wire.respond(invite, 183, { tag: 'two', fields: reliable(90) });
  wire.respond(invite, 183, { tag: 'one', fields: reliable(6) });
  clock.advance(20);
  expect(wire.of('PRACK').map(({ head, headers }) => [head.toTag, headers.get('RAck'), head.cseq.number])).toEqual([
    ['one', '5 1 INVITE', 2],
    ['two', '90 1 INVITE', 2],
    ['one', '6 1 INVITE', 3],
  ]);
  expect(caller.events).toEqual(['progressed 180', 'progressed 183', 'progressed 183']);
});

it('RFC 3262 §5: the PRACK brings the answer when the reliable response brought the offer', async () => {
  const user = diary({ offered: async (offer) => `answer to ${offer}` });
  const invite = call(null, user.user);
  const fields: [string, string][] = [
    ['Require', '100rel'],
    ['RSeq', '1'],
  ];
  wire.respond(invite, 183, { tag: 'one', fields, body: 'early offer' });
  clock.advance(20);
  await settle();
  clock.advance(20);
  expect(wire.of('PRACK').map(({ body }) => new TextDecoder().decode(body))).toEqual(['answer to early offer']);
  wire.respond(invite, 200, { tag: 'one' });
  clock.advance(20);
  expect(wire.of('ACK').map(({ body }) => body.length)).toEqual([0]);
});

it('RFC 3262 §3: never requires 100rel of the callee', () => {
  const invite = call();
  expect(invite.headers.get('Supported')).toContain('100rel');
  expect(invite.headers.has('Require')).toBe(false);
  wire.respond(invite, 486);
  clock.advance(20);
});

it('RFC 3261 §12.2.1.2: the BYE to a surplus fork counts on from its early dialog', () => {
  const invite = call();
  wire.respond(invite, 183, {
    tag: 'two',
    fields: [
      ['Require', '100rel'],
      ['RSeq', '1'],
    ],
  });
  clock.advance(20);
  wire.respond(invite, 200, { tag: 'one' });
  wire.respond(invite, 200, { tag: 'two' });
  clock.advance(20);
  expect(wire.of('PRACK').map(({ head }) => head.cseq.number)).toEqual([2]);
  expect(wire.of('BYE').map(({ head }) => [head.toTag, head.cseq.number])).toEqual([['two', 3]]);
});

it('RFC 3311 §5.2: an UPDATE moves the target of its own early dialog alone', () => {
  const invite = call();
  for (const tag of ['one', 'two']) wire.respond(invite, 180, { tag });
  clock.advance(20);
  const before = a.branches.find('two')?.dialog.remoteTarget;
  a.branches.find('one')!.dialog = { ...a.branches.find('one')!.dialog, remoteTarget: 'sip:old@10.0.0.9' };
  send('UPDATE', 'one', 7);
  expect(a.branches.find('one')?.dialog.remoteTarget).toBe('sip:wire@10.0.0.9:5060');
  expect(a.branches.find('two')?.dialog.remoteTarget).toBe(before);
  expect(a.dialog?.remoteTag).toBe('one');
});

it('RFC 3261 §13.2.2.4: the dialogs of the forks that lost are over', () => {
  const invite = call();
  for (const tag of ['one', 'two']) wire.respond(invite, 180, { tag });
  wire.respond(invite, 200, { tag: 'two' });
  clock.advance(20);
  send('UPDATE', 'one', 7);
  expect(wire.statuses('UPDATE')).toEqual([481]);
});

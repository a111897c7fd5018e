import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../src/core/ua/session.ts';
import type { Invitation } from '../../src/core/ua/user-agent.ts';
import { call, diary, startAgent, type Agent, type Diary } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

let clock: VirtualClock;
let network: MemoryNetwork;
let alice: Agent;
let bob: Agent;
let answering: (invitation: Invitation) => void;

beforeEach(async () => {
  clock = new VirtualClock();
  network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  alice = await startAgent({ network, clock, host: '10.0.0.1' });
  bob = await startAgent({ network, clock, host: '10.0.0.2', invited: (invitation) => answering(invitation) });
});

afterEach(() => {
  // Whatever happened: after the longest timers nothing is left behind.
  clock.advance(200_000);
  expect(alice.transactions.counts()).toEqual({ client: 0, server: 0 });
  expect(bob.transactions.counts()).toEqual({ client: 0, server: 0 });
  expect([...alice.ua.sessions, ...bob.ua.sessions]).toEqual([]);
  expect(clock.pending).toBe(0);
});

/** Bob answers at once; gives both ends. */
function established(user = diary(), callee = diary()): { a: Session; b: Session; alices: Diary; bobs: Diary } {
  let b: Session | undefined;
  answering = (invitation) => {
    b = invitation.take(callee.user);
    b.incoming?.answer('answer');
  };
  const a = call(alice, bob, user.user);
  clock.advance(50);
  if (!b) throw new Error('the INVITE did not arrive');
  return { a, b, alices: user, bobs: callee };
}

it('rings, answers, is acknowledged and ends with BYE', () => {
  const caller = diary();
  const callee = diary();
  let b: Session | undefined;
  answering = (invitation) => {
    b = invitation.take(callee.user);
    b.incoming?.progress(180);
    clock.after(1000, () => b?.incoming?.answer('answer'));
  };
  const a = call(alice, bob, caller.user);
  clock.advance(2000);
  expect(caller.events).toEqual(['progressed 180', 'answered 200']);
  expect(callee.events).toEqual(['acknowledged']);
  b?.hangUp();
  clock.advance(100);
  expect(caller.events.at(-1)).toBe('ended remote');
  expect(callee.events.at(-1)).toBe('ended local');
  expect(a.state).toBe('ended');
});

it('tells the caller why it was refused', () => {
  const caller = diary();
  answering = (invitation) => invitation.refuse(486);
  call(alice, bob, caller.user);
  clock.advance(100);
  expect(caller.events).toEqual(['failed 486']);
});

it('fails with 408 when nobody is there (RFC 3261 §8.1.3.1)', () => {
  const caller = diary();
  network.drop = () => true;
  call(alice, bob, caller.user);
  clock.advance(31_999);
  expect(caller.events).toEqual([]);
  clock.advance(1);
  expect(caller.events).toEqual(['failed 408']);
});

it('cancels a ringing call with 487 (RFC 3261 §9)', () => {
  const caller = diary();
  const callee = diary();
  answering = (invitation) => invitation.take(callee.user).incoming?.progress(180);
  const a = call(alice, bob, caller.user);
  clock.advance(1000);
  a.hangUp();
  clock.advance(100);
  expect(caller.events).toEqual(['progressed 180', 'failed 487']);
  expect(callee.events).toEqual(['canceled']);
});

it('releases with BYE a 200 that crossed the CANCEL', () => {
  const caller = diary();
  const callee = diary();
  let b: Session | undefined;
  answering = (invitation) => {
    b = invitation.take(callee.user);
    b.incoming?.progress(180);
  };
  const a = call(alice, bob, caller.user);
  clock.advance(1000);
  b?.incoming?.answer('answer');
  a.hangUp();
  clock.advance(100);
  expect(caller.events).toEqual(['progressed 180', 'ended local']);
  expect(callee.events).toEqual(['acknowledged', 'ended remote']);
});

it('repeats the 200 until the ACK comes: T1, doubling up to T2', () => {
  network.drop = (packet) => packet.startLine.startsWith('ACK');
  const { bobs } = established();
  const sent = () =>
    network.sent.filter(({ startLine }) => startLine === 'SIP/2.0 200 OK').map(({ sentAt }) => Math.round(sentAt));
  clock.advance(16_000);
  expect(sent()).toEqual([5, 505, 1505, 3505, 7505, 11_505, 15_505]);
  network.drop = () => false;
  clock.advance(4000);
  expect(bobs.events).toEqual(['acknowledged']);
  expect(network.count('ACK')).toBe(sent().length);
  const count = sent().length;
  clock.advance(20_000);
  expect(sent()).toHaveLength(count);
  [...alice.ua.sessions].forEach((session) => session.hangUp());
});

it('gives up after 64·T1 without ACK and says BYE (RFC 3261 §13.3.1.4)', () => {
  network.drop = (packet) => packet.startLine.startsWith('ACK');
  const { bobs, alices } = established();
  clock.advance(32_000);
  expect(bobs.events).toEqual(['ended timeout']);
  expect(alices.events).toEqual(['answered 200', 'ended remote']);
});

it('holds a BYE back until the ACK of the 200 has come (RFC 3261 §15)', () => {
  let lose = true;
  network.drop = (packet) => packet.startLine.startsWith('ACK') && lose;
  const { b, bobs } = established();
  b.hangUp();
  clock.advance(100);
  expect(network.count('BYE')).toBe(0);
  lose = false;
  clock.advance(1000);
  expect(network.count('BYE')).toBe(1);
  expect(bobs.events).toEqual(['ended local']);
});

it('changes media with a re-INVITE', async () => {
  const offers: (string | undefined)[] = [];
  const callee = diary({
    offered: async (offer) => {
      offers.push(offer);
      return 'new answer';
    },
  });
  const { a } = established(diary(), callee);
  const answer = a.offer('new offer');
  clock.advance(20);
  await settle();
  clock.advance(20);
  await expect(answer).resolves.toBe('new answer');
  expect(offers).toEqual(['new offer']);
  clock.advance(100);
  expect(network.count('ACK')).toBe(2);
  a.hangUp();
});

it('answers 491 when both offer at once (RFC 3261 §14.2)', async () => {
  const { a, b } = established();
  const mine = a.offer('one').catch((error: Error) => error.message);
  const theirs = b.offer('two').catch((error: Error) => error.message);
  clock.advance(50);
  expect(await mine).toBe('491 Request Pending');
  expect(await theirs).toBe('491 Request Pending');
  expect(a.state).toBe('confirmed');
  a.hangUp();
});

it('leaves the session as it was when an offer is refused', async () => {
  const callee = diary({ offered: () => Promise.reject(Object.assign(new Error('no codec'), { status: 488 })) });
  const { a, b } = established(diary(), callee);
  const answer = a.offer('bad').catch((error: Error) => error.message);
  clock.advance(20);
  await settle();
  clock.advance(20);
  expect(await answer).toBe('488 Not Acceptable Here');
  expect([a.state, b.state]).toEqual(['confirmed', 'confirmed']);
  a.hangUp();
});

it('W22: BYEs that cross get 200, each', () => {
  const { a, b, alices, bobs } = established();
  a.hangUp();
  b.hangUp();
  clock.advance(50);
  const answers = network.sent.filter(({ text }) => /^SIP\/2\.0 [^]*\r\nCSeq: \d+ BYE\r\n/.test(text));
  expect(answers.map(({ startLine }) => startLine)).toEqual(['SIP/2.0 200 OK', 'SIP/2.0 200 OK']);
  expect([alices.events.at(-1), bobs.events.at(-1)]).toEqual(['ended local', 'ended local']);
});

it('W22: a BYE that crosses ours gets 200 from any of ours, and 481 once it is too late or of another dialog', () => {
  const { a, b } = established();
  const statuses: number[] = [];
  const bye = (change = (text: string) => text) => {
    b.state = 'confirmed';
    const tag = b.dialog!.localTag;
    b.dialog = { ...b.dialog!, local: change(b.dialog!.local) };
    b.request('BYE', [], { response: ({ status }) => statuses.push(status), timeout() {}, transportError() {} });
    b.dialog = { ...b.dialog, local: b.dialog.local.replace(/tag=.*/, `tag=${tag}`) };
    b.state = 'ended';
    clock.advance(50);
  };
  a.hangUp();
  clock.advance(20);
  bye();
  bye((local) => local.replace(/tag=.*/, 'tag=stranger'));
  clock.advance(70_000);
  bye();
  expect(statuses).toEqual([200, 481, 481]);
});

it('answers 481 to a request for a dialog it does not have', () => {
  const { a, b } = established();
  const answered = diary();
  b.hangUp();
  clock.advance(20);
  const statuses: number[] = [];
  a.state = 'confirmed';
  a.request('INFO', [], { response: (r) => statuses.push(r.status), timeout() {}, transportError() {} });
  a.state = 'ended';
  clock.advance(50);
  expect(statuses).toEqual([481]);
  expect(answered.events).toEqual([]);
});

it('answers 500 to a request whose CSeq is out of order (RFC 3261 §12.2.2)', () => {
  const { a, b } = established();
  const statuses: number[] = [];
  const user = { response: (r: { status: number }) => statuses.push(r.status), timeout() {}, transportError() {} };
  a.request('INFO', [], user);
  clock.advance(50);
  if (a.dialog) a.dialog = { ...a.dialog, localSeq: 0 };
  a.request('INFO', [], user);
  clock.advance(50);
  expect(statuses).toEqual([200, 500]);
  expect(b.state).toBe('confirmed');
  if (a.dialog) a.dialog = { ...a.dialog, localSeq: 50 };
  a.hangUp();
});

it('answers OPTIONS with what it can do, and 405 with Allow to what it cannot', () => {
  const { a } = established();
  const answers: [number, string | undefined][] = [];
  const user = {
    response: (r: { status: number; headers: { get(name: string): string | undefined } }) =>
      answers.push([r.status, r.headers.get('Allow')]),
    timeout() {},
    transportError() {},
  };
  a.request('OPTIONS', [], user);
  a.request('PUBLISH', [], user);
  clock.advance(50);
  expect(answers.map(([status]) => status)).toEqual([200, 405]);
  expect(answers.every(([, allow]) => allow?.includes('REFER'))).toBe(true);
  a.hangUp();
});

it('W6: a peer that came back on another connection may lose that one too', () => {
  const told: string[] = [];
  const user = diary({ flowLost: () => (told.push('lost'), 30_000), flowBack: () => void told.push('back') });
  const { a, b, alices } = established(user);
  const locate = alice.ua.locate.bind(alice.ua);
  let connection: string | undefined = 'second';
  Object.assign(alice.ua, {
    locate: (uri: Parameters<typeof locate>[0]) =>
      connection === undefined ? undefined : { ...locate(uri)!, flow: connection },
  });
  a.flowLost(5000);
  clock.advance(1000);
  expect(told).toEqual(['lost', 'back']);
  expect(a.orphaned).toBe(false);
  connection = undefined;
  alice.transactions.onFlowClosed('second');
  expect(told).toEqual(['lost', 'back', 'lost']);
  expect(a.orphaned).toBe(true);
  clock.advance(29_999);
  expect(alices.events).not.toContain('ended transport');
  clock.advance(1);
  expect(alices.events.at(-1)).toBe('ended transport');
  Object.assign(alice.ua, { locate });
  b.hangUp();
});

/** Requests inside a call that meet something unusual: a peer that is slow, silent or late, and two things at once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ackInDialog } from '../../src/core/dialog/dialog.ts';
import type { SipRequest } from '../../src/core/message/index.ts';
import { sendBye } from '../../src/core/ua/bye.ts';
import { Registrar } from '../../src/core/ua/registrar.ts';
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
let answerInvites: boolean;

beforeEach(async () => {
  clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  wire = await Wire.start(network, '10.0.0.9');
  alice = await startAgent({ network, clock, host: '10.0.0.1' });
  answerInvites = true;
  caller = diary({ reanswered: (answer) => caller.events.push(`reanswered ${answer}`) });
  wire.onRequest = (request) => {
    if (request.method === 'INVITE' && answerInvites) wire.respond(request, 200, { body: 'answer' });
    else if (!['INVITE', 'ACK'].includes(request.method)) wire.respond(request, 200);
  };
});

afterEach(() => {
  answerInvites = true;
  if (a.state !== 'ended') a.hangUp();
  clock.advance(100);
  expectNothingLeft(clock, alice);
});

/** Alice calls the wire, which answers. */
function establish(fields: [string, string][] = [], sdp: string | undefined = 'offer'): SipRequest {
  const placement = { uri: 'sip:bob@10.0.0.9', from: '<sip:alice@example.test>', to: '<sip:bob@example.test>' };
  const { onRequest } = wire;
  wire.onRequest = (request) => {
    if (request.method === 'INVITE') wire.respond(request, 200, { body: 'answer', fields });
    else onRequest(request);
  };
  a = alice.ua.invite({ ...placement, hop: wire.hop, sdp }, caller.user);
  clock.advance(20);
  wire.onRequest = onRequest;
  const [invite] = wire.of('INVITE');
  if (!invite) throw new Error('the INVITE did not arrive');
  return invite;
}

/** A request of the peer. */
function send(method: string, seq: number, more: [string, string][] = [], body = ''): void {
  const { callId, localTag } = a;
  const type: [string, string][] = body === '' ? [] : [['Content-Type', 'application/sdp']];
  const fields: [string, string][] = [
    ['From', '<sip:bob@example.test>;tag=wire'],
    ['To', `<sip:alice@example.test>;tag=${localTag}`],
    ['Call-ID', callId],
    ['CSeq', `${seq} ${method}`],
    ['Contact', wire.contact],
    ...more,
    ...type,
  ];
  wire.request(method, alice.hop, fields, body);
  clock.advance(20);
}

const failure = (offer: Promise<string>) => offer.catch((error: Error) => error.message);

describe('W11: the answer in the ACK of a re-INVITE without an offer', () => {
  it('takes effect', async () => {
    establish();
    send('INVITE', 7);
    await clock.advanceAsync(20);
    expect(wire.statuses('INVITE')).toEqual([200]);
    send('ACK', 7, [], 'sendrecv');
    expect(caller.events.slice(1)).toEqual(['acknowledged', 'reanswered sendrecv']);
    send('ACK', 7, [], 'sendrecv');
    expect(caller.events).toHaveLength(3);
  });

  it('may be missing: the call goes on as it was, and the next exchange is possible', async () => {
    establish();
    send('INVITE', 7);
    await clock.advanceAsync(20);
    send('ACK', 7);
    expect(caller.events.slice(1)).toEqual(['acknowledged']);
    const offered = a.offer('mine');
    await clock.advanceAsync(50);
    expect(await offered).toBe('answer');
  });
});

describe('W11: a re-INVITE of ours that gets a provisional response and nothing more', () => {
  it.each([100, 180])('%i: is given up with CANCEL, leaves nothing, and the next one goes out', async (status) => {
    establish();
    answerInvites = false;
    const offered = failure(a.offer('one'));
    clock.advance(20);
    wire.respond(wire.of('INVITE')[1]!, status);
    await clock.advanceAsync(31_000);
    expect(wire.of('CANCEL')).toEqual([]);
    await clock.advanceAsync(2000);
    expect(wire.of('CANCEL')).toHaveLength(1);
    wire.respond(wire.of('INVITE')[1]!, 487);
    await clock.advanceAsync(20);
    expect(await offered).toBe('408 Request Timeout');
    expect(a.state).toBe('confirmed');
    answerInvites = true;
    const next = a.offer('two');
    await clock.advanceAsync(50);
    expect(await next).toBe('answer');
  });

  it('even where nobody answers the CANCEL', async () => {
    establish();
    answerInvites = false;
    const offered = failure(a.offer('one'));
    clock.advance(20);
    wire.respond(wire.of('INVITE')[1]!, 100);
    await clock.advanceAsync(65_000);
    expect(await offered).toBe('408 Request Timeout');
    expect([a.state, alice.transactions.unanswered()]).toEqual(['confirmed', 0]);
    answerInvites = true;
    expect(await Promise.race([failure(a.offer('two')), clock.advanceAsync(50).then(() => 'pending')])).toBe('answer');
  });

  it('takes an answer that crosses the CANCEL', async () => {
    establish();
    answerInvites = false;
    const offered = failure(a.offer('one'));
    clock.advance(20);
    wire.respond(wire.of('INVITE')[1]!, 100);
    await clock.advanceAsync(32_010);
    wire.respond(wire.of('INVITE')[1]!, 200, { body: 'late' });
    await clock.advanceAsync(20);
    expect(await offered).toBe('late');
    expect(wire.of('ACK')).toHaveLength(2);
  });

  it('settles at once when the call ends meanwhile, and its transaction ends too', async () => {
    establish();
    answerInvites = false;
    const offered = failure(a.offer('one'));
    clock.advance(20);
    wire.respond(wire.of('INVITE')[1]!, 100);
    await clock.advanceAsync(20);
    a.hangUp();
    expect(await offered).toBe('487 Request Terminated');
  });
});

it('RFC 3261 §10.2: a REGISTER inside a dialog is answered with 405', async () => {
  const network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  wire = await Wire.start(network, '10.0.0.9');
  wire.onRequest = (request) => {
    if (request.method !== 'ACK') wire.respond(request, 200, { body: request.method === 'INVITE' ? 'answer' : '' });
  };
  const registrar = new Registrar({ clock, ids: alice.ua.ids, domain: 'example.test', admit: () => undefined });
  alice = await startAgent({ network, clock, host: '10.0.0.1', registrar });
  establish();
  expect(alice.ua.allow).toContain('REGISTER');
  send('REGISTER', 7);
  expect(wire.statuses('REGISTER')).toEqual([405]);
  expect(wire.responses.at(-1)?.headers.get('Allow')).not.toContain('REGISTER');
});

describe('a session timer', () => {
  const interval = (refresher: string): [string, string][] => [
    ['Session-Expires', `90;refresher=${refresher}`],
    ['Require', 'timer'],
    ['Allow', 'UPDATE'],
  ];

  it('RFC 4028 §10: that the peer has begun anew is not overwritten by the failure of our own refresh', async () => {
    establish(interval('uac'));
    const { onRequest } = wire;
    wire.onRequest = (request) => {
      if (request.method === 'UPDATE') clock.after(400, () => wire.respond(request, 500));
      else onRequest(request);
    };
    clock.advance(45_100);
    expect(wire.of('UPDATE')).toHaveLength(1);
    send('UPDATE', 7, [
      ['Supported', 'timer'],
      ['Session-Expires', '90;refresher=uac'],
    ]);
    expect(wire.statuses('UPDATE')).toEqual([200]);
    // From now on the peer refreshes: ours is neither sent again nor left armed.
    clock.advance(55_000);
    expect(wire.of('UPDATE')).toHaveLength(1);
    expect(a.state).toBe('confirmed');
    clock.advance(10_000);
    expect(caller.events.at(-1)).toBe('ended timeout');
  });

  it('RFC 4028 §9: goes on when the peer offers something and says nothing of timers', async () => {
    establish(interval('uas'));
    send('INVITE', 7, [['Supported', 'timer']], 'sendonly');
    await clock.advanceAsync(20);
    send('ACK', 7);
    expect(wire.responses.at(-1)?.headers.get('Session-Expires')).toBe('90;refresher=uac');
    clock.advance(61_000);
    expect(caller.events.at(-1)).toBe('ended timeout');
  });
});

describe('a fork that answers late', () => {
  const reliable: [string, string][] = [
    ['Require', '100rel'],
    ['RSeq', '1'],
  ];
  let decide: (answer: string | Error) => void;

  /** Two forks ring; the first has made an offer, which our user still ponders when the second answers. */
  async function pondering(): Promise<void> {
    answerInvites = false;
    const decided = Promise.withResolvers<string>();
    decide = (answer) => (typeof answer === 'string' ? decided.resolve(answer) : decided.reject(answer));
    caller.user.offered = (offer) => (offer === 'first' ? decided.promise : Promise.resolve('to the second'));
    const placement = { uri: 'sip:bob@10.0.0.9', from: '<sip:alice@example.test>', to: '<sip:bob@example.test>' };
    a = alice.ua.invite({ ...placement, hop: wire.hop }, caller.user);
    clock.advance(20);
    const invite = wire.of('INVITE')[0]!;
    wire.respond(invite, 183, { tag: 'one', fields: reliable, body: 'first' });
    clock.advance(20);
    wire.respond(invite, 200, { tag: 'two', body: 'second' });
    await clock.advanceAsync(20);
    expect([a.state, a.dialog?.remoteTag]).toEqual(['confirmed', 'two']);
  }

  it('RFC 3262 §4: the PRACK goes to the fork whose response it acknowledges', async () => {
    await pondering();
    decide('to the first');
    await settle();
    clock.advance(20);
    expect(wire.of('PRACK').map(({ head }) => head.toTag)).toEqual(['one']);
    expect(a.localSdp).toBe('to the second');
  });

  it('RFC 6337 §3.1.1: an offer of one fork that cannot be answered does not end the call with another', async () => {
    await pondering();
    decide(new Error('no codec'));
    await settle();
    clock.advance(20);
    expect([a.state, wire.of('BYE').length]).toEqual(['confirmed', 0]);
  });

  it('RFC 3311 §5.1: the answer to an UPDATE moves the target of its own early dialog', async () => {
    answerInvites = false;
    const { onRequest } = wire;
    wire.onRequest = (request) => {
      if (request.method === 'UPDATE')
        clock.after(50, () => wire.respond(request, 200, { tag: request.head.toTag!, body: 'yes' }));
      else onRequest(request);
    };
    a = alice.ua.invite(
      {
        uri: 'sip:bob@10.0.0.9',
        from: '<sip:alice@example.test>',
        to: '<sip:bob@example.test>',
        hop: wire.hop,
        sdp: 'o',
      },
      caller.user,
    );
    clock.advance(20);
    const invite = wire.of('INVITE')[0]!;
    wire.respond(invite, 183, { tag: 'one', fields: reliable, body: 'early answer' });
    clock.advance(20);
    const offered = a.offer('mine', { method: 'UPDATE' });
    wire.respond(invite, 180, { tag: 'two' });
    const two = () => a.branches.find('two')?.dialog.remoteTarget;
    clock.advance(20);
    const branch = a.branches.find('two')!;
    branch.dialog = { ...branch.dialog, remoteTarget: 'sip:two@10.0.0.9' };
    await clock.advanceAsync(100);
    expect(await offered).toBe('yes');
    expect(two()).toBe('sip:two@10.0.0.9');
    expect(a.branches.find('one')?.exchange.offer).toBeUndefined();
  });
});

it('an end for want of an answer stays one when its BYE has to wait for the ACK', async () => {
  let b: Session | undefined;
  const network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  wire = await Wire.start(network, '10.0.0.9');
  const called = diary();
  alice = await startAgent({
    network,
    clock,
    host: '10.0.0.1',
    invited: (invitation) => {
      b = invitation.take(called.user);
      b.incoming?.answer('answer');
    },
  });
  const fields: [string, string][] = [
    ['From', '<sip:bob@example.test>;tag=wire'],
    ['To', '<sip:alice@example.test>'],
    ['Call-ID', 'call'],
    ['CSeq', '1 INVITE'],
    ['Contact', wire.contact],
    ['Content-Type', 'application/sdp'],
  ];
  wire.onRequest = (request) => wire.respond(request, 200);
  wire.request('INVITE', alice.hop, fields, 'offer');
  clock.advance(20);
  if (!b) throw new Error('nobody was called');
  a = b;
  sendBye(b, undefined, 'timeout');
  b.hangUp();
  expect(called.events).toEqual([]);
  const ack = ackInDialog(
    {
      callId: 'call',
      localTag: 'wire',
      remoteTag: b.localTag,
      local: '<sip:bob@example.test>;tag=wire',
      remote: `<sip:alice@example.test>;tag=${b.localTag}`,
      localSeq: 1,
      remoteSeq: undefined,
      remoteTarget: 'sip:agent@10.0.0.1',
      routeSet: [],
    },
    1,
    [['Via', 'SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKack']],
  );
  wire.send(ack, alice.hop);
  clock.advance(20);
  expect(called.events).toEqual(['ended timeout']);
  expect(wire.of('BYE')).toHaveLength(1);
});

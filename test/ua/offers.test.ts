import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clash, glareWaitMs, idle, mayOffer, type Exchange } from '../../src/core/ua/exchange.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { call, diary, startAgent, type Agent, type Diary } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

describe('RFC 3261 §14, RFC 3311 §5.2: what may come in between', () => {
  const invited: Exchange = { ...idle, invite: 'received' };
  it.each([
    ['nothing', idle, [undefined, undefined, undefined]],
    ['our INVITE', { ...idle, invite: 'sent', offer: 'sent' }, [491, 491, undefined]],
    ['their INVITE', invited, [500, undefined, undefined]],
    ['their INVITE with an offer', { ...invited, offer: 'received' }, [500, 500, undefined]],
    ['our UPDATE', { ...idle, offer: 'sent' }, [491, 491, undefined]],
    ['their UPDATE', { ...idle, update: true, offer: 'received' }, [500, 500, 500]],
  ] as const)('into the middle of %s', (_, exchange, expected) => {
    expect([
      clash(exchange, 'INVITE', true),
      clash(exchange, 'UPDATE', true),
      clash(exchange, 'UPDATE', false),
    ]).toEqual(expected);
  });

  it('offers only when no offer is open, and with INVITE only when no INVITE is', () => {
    expect([mayOffer(idle, 'INVITE'), mayOffer(invited, 'INVITE'), mayOffer(invited, 'UPDATE')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(mayOffer({ ...idle, offer: 'received' }, 'UPDATE')).toBe(false);
  });

  it('RFC 3261 §14.1: the owner of the Call-ID waits 2.1 to 4 s after 491, the other 0 to 2 s, in steps of 10 ms', () => {
    const last = 1 - 2 ** -32;
    expect([glareWaitMs(true, 0), glareWaitMs(true, last)]).toEqual([2100, 4000]);
    expect([glareWaitMs(false, 0), glareWaitMs(false, last)]).toEqual([0, 2000]);
    expect(glareWaitMs(true, 0.1234) % 10).toBe(0);
  });
});

describe('in a session', () => {
  let clock: VirtualClock;
  let network: MemoryNetwork;
  let alice: Agent;
  let bob: Agent;
  let a: Session;
  let b: Session;
  let alices: Diary;
  let bobs: Diary;
  let answer: boolean;

  beforeEach(async () => {
    clock = new VirtualClock();
    network = new MemoryNetwork(clock, { delayMs: [5, 5] });
    answer = true;
    alices = diary({ offered: async (offer) => `alice to ${offer}` });
    bobs = diary({ offered: async (offer) => `bob to ${offer}` });
    alice = await startAgent({ network, clock, host: '10.0.0.1' });
    bob = await startAgent({
      network,
      clock,
      host: '10.0.0.2',
      invited: (invitation) => {
        b = invitation.take(bobs.user);
        if (answer) b.incoming?.answer('answer');
        else b.incoming?.progress(180);
      },
    });
  });

  afterEach(() => {
    network.drop = () => false;
    if (a.state !== 'ended') a.hangUp();
    expectNothingLeft(clock, alice, bob);
  });

  const establish = () => {
    a = call(alice, bob, alices.user);
    clock.advance(50);
  };
  const failure = (offer: Promise<string>) => offer.catch((error: Error) => error.message);

  it('RFC 3311 §5.1: changes the description with UPDATE', async () => {
    establish();
    const answered = b.offer('mine', { method: 'UPDATE' });
    await clock.advanceAsync(100);
    expect(await answered).toBe('alice to mine');
    expect([network.count('UPDATE'), network.count('INVITE')]).toEqual([1, 1]);
  });

  it('RFC 3261 §14.1: both offer at once: both get 491, wait, and both are answered in the end', async () => {
    establish();
    const mine = a.offer('one', { retryGlare: true });
    const theirs = b.offer('two', { retryGlare: true });
    await clock.advanceAsync(2050);
    expect(await theirs).toBe('alice to two');
    await clock.advanceAsync(3000);
    expect(await mine).toBe('bob to one');
    expect(network.count('SIP/2.0 491')).toBe(2);
  });

  it('gives a waiting offer up when the call ends', async () => {
    establish();
    const mine = failure(a.offer('one', { retryGlare: true }));
    const theirs = failure(b.offer('two', { retryGlare: true }));
    await clock.advanceAsync(50);
    a.hangUp();
    await clock.advanceAsync(5000);
    expect([await mine, await theirs]).toEqual(['491 Request Pending', '491 Request Pending']);
  });

  it('RFC 3261 §14.1: makes one offer at a time', async () => {
    establish();
    const first = a.offer('one');
    expect(await failure(a.offer('two'))).toBe('491 Request Pending');
    await clock.advanceAsync(100);
    expect(await first).toBe('bob to one');
  });

  it.each([481, 408])('RFC 3261 §14.1: ends the session with BYE when the re-INVITE gets %s', async (status) => {
    bobs.user.offered = () => Promise.reject(Object.assign(new Error(''), { status }));
    establish();
    const offered = failure(a.offer('one'));
    await clock.advanceAsync(100);
    expect(await offered).toMatch(String(status));
    expect([alices.events.at(-1), bobs.events.at(-1)]).toEqual(['ended timeout', 'ended remote']);
  });

  it('RFC 3261 §14.1: ends the session when nobody answers the re-INVITE', async () => {
    establish();
    network.drop = ({ from }) => from.host === '10.0.0.2';
    const offered = failure(a.offer('one'));
    await clock.advanceAsync(33_000);
    expect(await offered).toBe('408 Request Timeout');
    expect(alices.events.at(-1)).toBe('ended timeout');
  });

  it('RFC 3261 §13.3.1.4: says BYE when the ACK to the 2xx of a re-INVITE never comes', async () => {
    establish();
    network.drop = ({ startLine }) => startLine.startsWith('ACK');
    const offered = a.offer('one');
    await clock.advanceAsync(33_000);
    expect(await offered).toBe('bob to one');
    expect([alices.events.at(-1), bobs.events.at(-1)]).toEqual(['ended remote', 'ended timeout']);
  });

  it('RFC 3261 §15.1.2: answers a re-INVITE with 487 that is still open when the call ends', async () => {
    bobs.user.offered = () => new Promise(() => {});
    establish();
    const offered = failure(a.offer('one'));
    await clock.advanceAsync(50);
    b.hangUp();
    await clock.advanceAsync(100);
    expect(await offered).toBe('487 Request Terminated');
  });

  it.each([
    ['an exception of the media stack', new TypeError('undefined is not a function'), '500 Server Internal Error'],
    [
      'a status that means something else',
      Object.assign(new Error('odd'), { status: 'stable' }),
      '500 Server Internal Error',
    ],
    ['a status that refuses nothing', Object.assign(new Error('odd'), { status: 200 }), '500 Server Internal Error'],
    [
      'a refusal that knows its status',
      Object.assign(new Error('no codec'), { status: 488 }),
      '488 Not Acceptable Here',
    ],
  ])('answers an offer that fails with %s by a status that can be read', async (_, error, said) => {
    bobs.user.offered = () => Promise.reject(error);
    establish();
    const offered = failure(a.offer('one'));
    await clock.advanceAsync(100);
    expect(await offered).toBe(said);
    expect(a.state).toBe('confirmed');
  });

  it('RFC 3261 §12.2.1.2: UPDATE, re-INVITE and their 2xx move the target', async () => {
    establish();
    const elsewhere = 'sip:elsewhere@10.0.0.9:5060';
    a.dialog = { ...a.dialog!, remoteTarget: elsewhere };
    const first = b.offer('mine', { method: 'UPDATE' });
    await clock.advanceAsync(100);
    await first;
    expect(a.dialog.remoteTarget).toBe('sip:agent@10.0.0.2:5060');
    // The 2xx tells the other side.
    network.drop = ({ startLine }) => startLine.startsWith('SIP/2.0 200') && b.dialog?.remoteTarget !== elsewhere;
    const second = b.offer('mine', { method: 'UPDATE' });
    await clock.advanceAsync(20);
    b.dialog = { ...b.dialog!, remoteTarget: elsewhere };
    await clock.advanceAsync(1000);
    await second;
    expect(b.dialog.remoteTarget).toBe('sip:agent@10.0.0.1:5060');
  });

  it('RFC 3311 §5.2: while the INVITE is open, UPDATE with an offer gets 500 with Retry-After from 0 to 10', async () => {
    answer = false;
    establish();
    a.branches.current!.exchange = idle;
    const offered = failure(a.offer('again', { method: 'UPDATE' }));
    await clock.advanceAsync(50);
    expect(await offered).toBe('500 Server Internal Error');
    const response = network.sent.find(({ startLine }) => startLine.startsWith('SIP/2.0 500'));
    expect(Number(/Retry-After: (\d+)/.exec(response?.text ?? '')?.[1])).toBeLessThanOrEqual(10);
  });

  it('RFC 3261 §14.2: a second INVITE before the first is answered gets 500 with Retry-After', async () => {
    let settleFirst: (sdp: string) => void = () => {};
    bobs.user.offered = () =>
      new Promise((resolve) => {
        settleFirst = resolve;
      });
    establish();
    const first = a.offer('one');
    await clock.advanceAsync(20);
    a.branches.current!.exchange = idle;
    const second = failure(a.offer('two'));
    await clock.advanceAsync(50);
    expect(await second).toBe('500 Server Internal Error');
    settleFirst('late answer');
    await clock.advanceAsync(50);
    expect(await first).toBe('late answer');
  });

  it('RFC 3311 §5.1: UPDATE may be sent in an early dialog', async () => {
    answer = false;
    establish();
    const statuses: number[] = [];
    a.request('UPDATE', a.targetHeaders(), {
      response: ({ status }) => statuses.push(status),
      timeout() {},
      transportError() {},
    });
    await clock.advanceAsync(50);
    expect(statuses).toEqual([200]);
    b.incoming?.answer('answer');
    await clock.advanceAsync(50);
  });

  it('RFC 3261 §11: answers OPTIONS and INFO inside a call', async () => {
    const pressed: string[] = [];
    bobs.user.pressed = ({ key }) => pressed.push(key);
    establish();
    const statuses: number[] = [];
    const user = { response: (r: { status: number }) => statuses.push(r.status), timeout() {}, transportError() {} };
    a.request('OPTIONS', [], user);
    a.request('INFO', [['Content-Type', 'application/dtmf-relay']], user, new TextEncoder().encode('Signal=5'));
    await clock.advanceAsync(50);
    expect([statuses, pressed]).toEqual([[200, 200], ['5']]);
  });

  it.each([
    ['a key', { 'Content-Type': 'application/dtmf-relay' }, 'Signal= *\r\nDuration=250\r\n', 200, ['* 250']],
    ['a key as the number of its event', { 'Content-Type': 'application/dtmf-relay' }, 'signal=11', 200, ['# ']],
    ['a key alone', { 'Content-Type': 'Application/DTMF;x=y' }, '0\r\n', 200, ['0 ']],
    ['a letter', { 'Content-Type': 'application/dtmf' }, 'd', 200, ['D ']],
    ['nothing at all', {}, '', 200, []],
    [
      'what may be ignored',
      { 'Content-Type': 'text/plain', 'Content-Disposition': 'x;handling=optional' },
      'x',
      200,
      [],
    ],
    ['no signal', { 'Content-Type': 'application/dtmf-relay' }, 'Duration=160', 400, []],
    ['no key', { 'Content-Type': 'application/dtmf-relay' }, 'Signal=hf', 400, []],
    ['two keys', { 'Content-Type': 'application/dtmf' }, '57', 400, []],
    ['a length that is none', { 'Content-Type': 'application/dtmf-relay' }, 'Signal=1\r\nDuration=-5', 400, []],
    ['a novel', { 'Content-Type': 'application/dtmf' }, '1'.repeat(999), 400, []],
    ['something else', { 'Content-Type': 'application/media_control+xml' }, '<x/>', 415, []],
    ['no type', {}, 'Signal=5', 415, []],
    ['a package', { 'Info-Package': 'dtmf', 'Content-Type': 'application/dtmf' }, '5', 469, []],
  ])('W13: INFO with %s', async (_, headers, body, status, keys) => {
    const pressed: string[] = [];
    bobs.user.pressed = ({ key, durationMs }) => pressed.push(`${key} ${durationMs ?? ''}`);
    establish();
    const answers: { status: number; headers: { get(name: string): string | undefined } }[] = [];
    const user = { response: (r: (typeof answers)[0]) => answers.push(r), timeout() {}, transportError() {} };
    a.request('INFO', Object.entries(headers), user, new TextEncoder().encode(body));
    await clock.advanceAsync(50);
    expect([answers.map((each) => each.status), pressed]).toEqual([[status], keys]);
    const [first] = answers;
    if (status === 415) expect(first?.headers.get('Accept')).toBe('application/dtmf-relay, application/dtmf');
    if (status === 469) expect(first?.headers.get('Recv-Info')).toBe('');
  });

  it('W13: a phone that takes no keys says so', async () => {
    establish();
    const statuses: number[] = [];
    const user = { response: (r: { status: number }) => statuses.push(r.status), timeout() {}, transportError() {} };
    a.request('INFO', [['Content-Type', 'application/dtmf']], user, new TextEncoder().encode('5'));
    await clock.advanceAsync(50);
    expect(statuses).toEqual([415]);
  });

  it('RFC 3261 §8.2.2.3: requirements count inside a dialog too', async () => {
    establish();
    const unsupported: (string | undefined)[] = [];
    a.request('INFO', [['Require', 'nosub']], {
      response: ({ headers }) => unsupported.push(headers.get('Unsupported')),
      timeout() {},
      transportError() {},
    });
    await clock.advanceAsync(50);
    expect(unsupported).toEqual(['nosub']);
  });

  it('RFC 3261 §13.3.1: an INVITE with Expires ends with 487 when nobody has answered by then', async () => {
    answer = false;
    a = alice.ua.invite(
      {
        uri: 'sip:bob@10.0.0.2',
        from: '<sip:alice@example.test>',
        to: '<sip:bob@example.test>',
        hop: bob.hop,
        sdp: 'offer',
        headers: [['Expires', '10']],
      },
      alices.user,
    );
    await clock.advanceAsync(10_500);
    expect(alices.events).toEqual(['progressed 180', 'failed 487']);
    expect(bobs.events).toEqual(['canceled']);
  });

  it('RFC 3261 §13.3.1.1: says a provisional response again each minute', async () => {
    answer = false;
    establish();
    await clock.advanceAsync(130_000);
    expect(alices.events).toEqual(['progressed 180', 'progressed 180', 'progressed 180']);
  });
});

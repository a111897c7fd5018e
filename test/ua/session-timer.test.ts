import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseMessage } from '../../src/core/message/index.ts';
import type { SipRequest, SipResponse } from '../../src/core/message/index.ts';
import {
  expireAfterMs,
  grant,
  intervalOf,
  raiseWish,
  refreshAfterMs,
  tooShort,
} from '../../src/core/ua/session-interval.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { call, diary, startAgent, type Agent, type Diary } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { Wire } from '../support/wire.ts';

function message(startLine: string, ...fields: string[]): SipRequest | SipResponse {
  const head = [
    'Via: SIP/2.0/UDP a;branch=z9hG4bKx',
    'From: <sip:a@b>;tag=1',
    'To: <sip:c@d>',
    'Call-ID: x',
    'CSeq: 1 INVITE',
  ];
  const parsed = parseMessage(Buffer.from([startLine, ...head, ...fields, 'Content-Length: 0', '', ''].join('\r\n')));
  if (!parsed.ok) throw new Error(parsed.error.problem.detail);
  return parsed.value;
}

const request = (...fields: string[]) => message('INVITE sip:c@d SIP/2.0', ...fields) as SipRequest;
const response = (...fields: string[]) => message('SIP/2.0 200 OK', ...fields) as SipResponse;

describe('RFC 4028 §9, Table 2: what a callee grants', () => {
  it.each([
    [['Supported: timer', 'Session-Expires: 600'], 'peer', '600;refresher=uac'],
    [['Supported: timer', 'Session-Expires: 600;refresher=uac'], 'peer', '600;refresher=uac'],
    [['Supported: timer', 'Session-Expires: 600;refresher=uas'], 'us', '600;refresher=uas'],
    [['Session-Expires: 600'], 'us', '600;refresher=uas'],
  ])('%s', (fields, refresher, value) => {
    const { interval, headers } = grant(request(...fields));
    expect(interval).toEqual({ seconds: 600, refresher });
    expect(headers[0]).toEqual(['Session-Expires', value]);
    expect(headers.length).toBe(refresher === 'peer' ? 2 : 1);
  });

  it('grants nothing to who asks for nothing', () => {
    expect(grant(request('Supported: timer'))).toEqual({ interval: undefined, headers: [] });
  });

  it('finds an interval below 90 s too short, if the caller can be told', () => {
    expect(tooShort(request('Supported: timer', 'Session-Expires: 89'))).toBe('90');
    expect(tooShort(request('Supported: timer', 'Session-Expires: 90'))).toBeUndefined();
    expect(tooShort(request('Session-Expires: 30'))).toBeUndefined();
  });
});

describe('RFC 4028 §7: what a caller reads', () => {
  it('takes the refresher from the 2xx, itself when none is named', () => {
    expect(intervalOf(response('Session-Expires: 90;refresher=uas'))?.refresher).toBe('peer');
    expect(intervalOf(response('Session-Expires: 90'))?.refresher).toBe('us');
    expect(intervalOf(response())).toBeUndefined();
  });

  it('raises its wish to Min-SE, and not when that would change nothing', () => {
    const wish = { seconds: 1800, least: undefined };
    expect(raiseWish(wish, response('Min-SE: 3600'))).toEqual({ seconds: 3600, least: 3600 });
    expect(raiseWish(wish, response('Min-SE: 1800'))).toBeUndefined();
    expect(raiseWish(wish, response())).toBeUndefined();
  });

  it('refreshes at half the time and gives up 32 s before the end, or a third of a short interval', () => {
    expect(refreshAfterMs({ seconds: 1800, refresher: 'us' })).toBe(900_000);
    expect(expireAfterMs({ seconds: 1800, refresher: 'us' })).toBe(1_768_000);
    expect(expireAfterMs({ seconds: 90, refresher: 'us' })).toBe(60_000);
  });
});

describe('a session', () => {
  let clock: VirtualClock;
  let network: MemoryNetwork;
  let alice: Agent;
  let bob: Agent;
  let a: Session;
  let alices: Diary;
  let bobs: Diary;

  beforeEach(async () => {
    clock = new VirtualClock();
    network = new MemoryNetwork(clock, { delayMs: [5, 5] });
    alices = diary();
    bobs = diary();
    alice = await startAgent({ network, clock, host: '10.0.0.1' });
    bob = await startAgent({
      network,
      clock,
      host: '10.0.0.2',
      invited: (invitation) => invitation.take(bobs.user).incoming?.answer('answer'),
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

  it('RFC 4028 §7.1: asks for 1800 s, and refreshes with UPDATE every 900 s', async () => {
    establish();
    await clock.advanceAsync(899_000);
    expect(network.count('UPDATE')).toBe(0);
    await clock.advanceAsync(1_802_000);
    expect(network.count('UPDATE')).toBe(3);
    expect([alices.events, bobs.events]).toEqual([['answered 200'], ['acknowledged']]);
  });

  it('RFC 4028 §10: says BYE when the refresher has gone silent, 32 s before the session expires', async () => {
    establish();
    network.drop = ({ from, startLine }) => from.host === '10.0.0.1' && !startLine.startsWith('SIP');
    await clock.advanceAsync(1_767_900);
    expect(bobs.events).toEqual(['acknowledged']);
    await clock.advanceAsync(200);
    expect(bobs.events.at(-1)).toBe('ended timeout');
    expect(network.sent.some(({ text }) => text.includes('Reason: SIP;cause=408;text="Session expired"'))).toBe(true);
  });

  it('RFC 4028 §10: the refresher ends the call when its refresh is not answered', async () => {
    establish();
    network.drop = ({ from }) => from.host === '10.0.0.2';
    await clock.advanceAsync(933_000);
    expect(alices.events.at(-1)).toBe('ended timeout');
  });

  it('goes on as it was across a re-INVITE of its own', async () => {
    establish();
    const offered = a.offer('new');
    await clock.advanceAsync(100);
    await offered;
    await clock.advanceAsync(1_000_000);
    expect(network.count('UPDATE')).toBe(1);
  });
});

describe('with a peer that writes its own messages', () => {
  let clock: VirtualClock;
  let wire: Wire;
  let alice: Agent;
  let alices: Diary;
  let a: Session;

  beforeEach(async () => {
    clock = new VirtualClock();
    const network = new MemoryNetwork(clock, { delayMs: [5, 5] });
    wire = await Wire.start(network, '10.0.0.9');
    alice = await startAgent({ network, clock, host: '10.0.0.1' });
    alices = diary();
  });

  afterEach(() => {
    if (a.state !== 'ended') a.hangUp();
    expectNothingLeft(clock, alice);
  });

  const place = () => {
    const placement = { uri: 'sip:b@10.0.0.9', from: '<sip:a@example.test>', to: '<sip:b@example.test>', sdp: 'mine' };
    a = alice.ua.invite({ ...placement, hop: wire.hop }, alices.user);
    clock.advance(20);
  };

  it('RFC 4028 §7.3: sends the INVITE again after 422, with Min-SE and the next CSeq number', () => {
    wire.onRequest = (each) => {
      if (each.method === 'INVITE' && each.head.cseq.number === 1)
        wire.respond(each, 422, { fields: [['Min-SE', '3600']] });
      else if (each.method !== 'ACK') wire.respond(each, 200);
    };
    place();
    clock.advance(20);
    const again = wire.of('INVITE').at(-1);
    expect(again?.head.cseq.number).toBe(2);
    expect([again?.headers.get('Session-Expires'), again?.headers.get('Min-SE')]).toEqual(['3600', '3600']);
    expect(alices.events).toEqual(['answered 200']);
    expect(wire.of('ACK').map(({ head }) => head.cseq.number)).toEqual([1, 2]);
  });

  it('RFC 4028 §7.3: gives up after a second 422 that says the same', () => {
    wire.onRequest = (each) => {
      if (each.method === 'INVITE') wire.respond(each, 422, { fields: [['Min-SE', '3600']] });
    };
    place();
    expect([wire.of('INVITE').length, alices.events]).toEqual([2, ['failed 422']]);
  });

  it('RFC 4028 §7.4: refreshes with a re-INVITE that repeats the description when the peer does not know UPDATE', async () => {
    const interval: [string, string] = ['Session-Expires', '90;refresher=uac'];
    const answers: string[] = [];
    alices.user.reanswered = (answer) => answers.push(answer);
    wire.onRequest = (each) => {
      if (each.method === 'INVITE')
        wire.respond(each, 200, { fields: [interval, ['Allow', 'INVITE, ACK, BYE']], body: 'theirs' });
      else if (each.method !== 'ACK') wire.respond(each, 200);
    };
    place();
    await clock.advanceAsync(100_000);
    const bodies = wire.of('INVITE').map(({ body }) => new TextDecoder().decode(body));
    expect(bodies).toEqual(['mine', 'mine', 'mine']);
    expect(wire.of('INVITE')[1]?.headers.get('Session-Expires')).toBe('90;refresher=uac');
    expect(answers).toEqual(['theirs', 'theirs']);
    expect(wire.of('ACK')).toHaveLength(3);
  });

  it('RFC 4028 §7.2: a 2xx without Session-Expires leaves a session that does not expire', async () => {
    wire.onRequest = (each) => {
      if (each.method !== 'ACK') wire.respond(each, 200);
    };
    place();
    await clock.advanceAsync(10_000_000);
    expect(a.state).toBe('confirmed');
  });

  it('RFC 4028 §10: tries a refused refresh again until the session expires', async () => {
    wire.onRequest = (each) => {
      if (each.method === 'INVITE')
        wire.respond(each, 200, {
          fields: [
            ['Session-Expires', '90'],
            ['Allow', 'UPDATE'],
          ],
        });
      else if (each.method === 'UPDATE') wire.respond(each, 500);
      else if (each.method !== 'ACK') wire.respond(each, 200);
    };
    place();
    await clock.advanceAsync(61_000);
    expect(wire.of('UPDATE')).toHaveLength(2);
    expect(alices.events.at(-1)).toBe('ended timeout');
  });
});

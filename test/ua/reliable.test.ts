import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SipResponse } from '../../src/core/message/index.ts';
import { startReliable, stepReliable, type Reliable, type ReliableInput } from '../../src/core/ua/reliable.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { diary, startAgent, type Agent, type Diary } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { Wire } from '../support/wire.ts';

describe('RFC 3262 §3: the machine', () => {
  const start = startReliable<string>(41);
  const waiting: Reliable<string> = {
    rseq: 42,
    unacknowledged: { provisional: '180', intervalMs: 500 },
    waiting: ['183'],
  };
  const send = (provisional: string, rseq: number) => [
    { do: 'send', provisional, rseq },
    { do: 'arm', timer: 'again', ms: 500 },
    { do: 'arm', timer: 'giveUp', ms: 32_000 },
  ];

  it.each<[string, Reliable<string>, ReliableInput<string>, Partial<Reliable<string>>, unknown[]]>([
    ['the first is sent', start, { type: 'provisional', provisional: '180' }, { rseq: 42 }, send('180', 42)],
    ['another waits its turn', waiting, { type: 'provisional', provisional: '182' }, { waiting: ['183', '182'] }, []],
    [
      'PRACK lets the next one go',
      waiting,
      { type: 'prack', rseq: 42 },
      { rseq: 43, waiting: [] },
      [{ do: 'disarm' }, { do: 'matched', provisional: '180' }, ...send('183', 43)],
    ],
    ['PRACK for another', waiting, { type: 'prack', rseq: 41 }, waiting, [{ do: 'unmatched' }]],
    ['PRACK for nothing', start, { type: 'prack', rseq: 41 }, start, [{ do: 'unmatched' }]],
    [
      'the interval doubles without limit',
      { ...waiting, unacknowledged: { provisional: '180', intervalMs: 8000 } },
      { type: 'timer', timer: 'again' },
      { unacknowledged: { provisional: '180', intervalMs: 16_000 } },
      [{ do: 'resend' }, { do: 'arm', timer: 'again', ms: 16_000 }],
    ],
    ['a late timer', start, { type: 'timer', timer: 'again' }, start, []],
    [
      '64·T1 without PRACK',
      waiting,
      { type: 'timer', timer: 'giveUp' },
      { unacknowledged: undefined, waiting: [] },
      [{ do: 'disarm' }, { do: 'giveUp' }],
    ],
    ['a final response', waiting, { type: 'final' }, { unacknowledged: undefined, waiting: [] }, [{ do: 'disarm' }]],
  ])('%s', (_, state, input, next, effects) => {
    const [after, performed] = stepReliable(state, input, 500);
    expect(after).toMatchObject(next);
    expect(performed).toEqual(effects);
  });
});

describe('a callee', () => {
  let clock: VirtualClock;
  let bob: Agent;
  let wire: Wire;
  let b: Session;
  let callee: Diary;

  beforeEach(async () => {
    clock = new VirtualClock();
    const network = new MemoryNetwork(clock, { delayMs: [5, 5] });
    wire = await Wire.start(network, '10.0.0.9');
    callee = diary({ offered: async (offer) => `answer to ${offer}` });
    bob = await startAgent({
      network,
      clock,
      host: '10.0.0.2',
      invited: (invitation) => {
        b = invitation.take(callee.user);
      },
    });
    wire.onRequest = (request) => {
      if (request.method === 'BYE') wire.respond(request, 200);
    };
  });

  afterEach(() => {
    if (b.state === 'early') b.hangUp();
    expectNothingLeft(clock, bob);
  });

  function invite(extension: [string, string], offer = 'offer'): void {
    const type: [string, string][] = offer === '' ? [] : [['Content-Type', 'application/sdp']];
    wire.request('INVITE', bob.hop, [...fields('INVITE', 1), ['Contact', wire.contact], extension, ...type], offer);
    clock.advance(20);
  }

  function fields(method: string, seq: number, toTag?: string): [string, string][] {
    return [
      ['From', '<sip:wire@example.test>;tag=w'],
      ['To', `<sip:bob@example.test>${toTag === undefined ? '' : `;tag=${toTag}`}`],
      ['Call-ID', 'reliable'],
      ['CSeq', `${seq} ${method}`],
    ];
  }

  const rseq = (response: SipResponse | undefined) => Number(response?.headers.get('RSeq'));
  const last = () => wire.responses.findLast(({ head }) => head.cseq.method === 'INVITE');

  function prack(seq: number, rack: string, sdp = ''): void {
    const type: [string, string][] = sdp === '' ? [] : [['Content-Type', 'application/sdp']];
    wire.request('PRACK', bob.hop, [...fields('PRACK', seq, b.localTag), ['RAck', rack], ...type], sdp);
    clock.advance(20);
  }

  function acknowledge(): void {
    wire.request('ACK', bob.hop, fields('ACK', 1, b.localTag));
    clock.advance(20);
  }

  it('RFC 3262 §3: sends reliably to a caller that requires it, after T1, 2·T1, 4·T1 again, until PRACK', () => {
    invite(['Require', '100rel']);
    b.incoming?.progress(180);
    clock.advance(4000);
    expect(wire.statuses('INVITE')).toEqual([180, 180, 180, 180]);
    expect(last()?.headers.get('Require')).toBe('100rel');
    prack(2, `${rseq(last())} 1 INVITE`);
    expect(wire.statuses('PRACK')).toEqual([200]);
    clock.advance(20_000);
    expect(wire.statuses('INVITE')).toHaveLength(4);
  });

  it('RFC 3262 §3: answers 481 to a PRACK for anything else', () => {
    invite(['Require', '100rel']);
    b.incoming?.progress(180);
    clock.advance(20);
    const number = rseq(last());
    prack(2, `${number + 1} 1 INVITE`);
    prack(3, `${number} 2 INVITE`);
    prack(4, `${number} 1 UPDATE`);
    prack(5, 'nonsense');
    prack(6, `${number} 1 INVITE`);
    prack(7, `${number} 1 INVITE`);
    expect(wire.statuses('PRACK')).toEqual([481, 481, 481, 481, 200, 481]);
  });

  it('RFC 3262 §3: holds the second response back until the first is acknowledged, and counts RSeq by one', () => {
    invite(['Require', '100rel']);
    b.incoming?.progress(180);
    b.incoming?.progress(183);
    clock.advance(20);
    const first = rseq(last());
    expect(wire.statuses('INVITE')).toEqual([180]);
    prack(2, `${first} 1 INVITE`);
    expect([last()?.status, rseq(last())]).toEqual([183, first + 1]);
  });

  it('RFC 3262 §3: holds the 2xx back while a description is unacknowledged, and does not repeat it then', () => {
    invite(['Require', '100rel']);
    b.incoming?.progress(183, 'early answer');
    b.incoming?.answer('answer');
    clock.advance(20);
    expect(wire.statuses('INVITE')).toEqual([183]);
    prack(2, `${rseq(last())} 1 INVITE`);
    expect([last()?.status, last()?.body.length]).toEqual([200, 0]);
    acknowledge();
    b.hangUp();
  });

  it('RFC 3262 §3: a 2xx without that ends the repetition of what is unacknowledged', () => {
    invite(['Require', '100rel']);
    b.incoming?.progress(180);
    b.incoming?.answer('answer');
    clock.advance(20);
    acknowledge();
    clock.advance(20_000);
    expect(wire.statuses('INVITE')).toEqual([180, 200]);
    b.hangUp();
  });

  it('RFC 3262 §3: refuses the INVITE when no PRACK came in 64·T1', () => {
    invite(['Require', '100rel']);
    b.incoming?.progress(180);
    clock.advance(32_100);
    expect(last()?.status).toBe(504);
    expect(callee.events).toEqual(['ended timeout']);
  });

  it('RFC 3262 §5: takes from the PRACK the answer to an offer of its own', () => {
    const heard: string[] = [];
    callee.user.acknowledged = ({ method, body }) => heard.push(`${method} ${new TextDecoder().decode(body)}`);
    invite(['Require', '100rel'], '');
    b.incoming?.progress(183, 'early offer');
    clock.advance(20);
    prack(2, `${rseq(last())} 1 INVITE`, 'their answer');
    expect(heard).toEqual(['PRACK their answer']);
  });

  it('RFC 3262 §5: answers a new offer in the PRACK in its 200', async () => {
    invite(['Require', '100rel']);
    b.incoming?.progress(183, 'early answer');
    clock.advance(20);
    prack(2, `${rseq(last())} 1 INVITE`, 'new offer');
    await clock.advanceAsync(20);
    const response = wire.responses.findLast(({ head }) => head.cseq.method === 'PRACK');
    expect(new TextDecoder().decode(response?.body)).toBe('answer to new offer');
  });

  it('RFC 3262 §3: sends reliably to a caller that supports it only when that is wanted', () => {
    invite(['Supported', '100rel']);
    b.incoming?.progress(180);
    clock.advance(20);
    expect(last()?.headers.has('RSeq')).toBe(false);
    b.incoming?.progress(183, undefined, [], true);
    clock.advance(20);
    expect(last()?.headers.has('RSeq')).toBe(true);
  });

  it('RFC 3262 §3: never sends reliably to a caller that does not know it', () => {
    invite(['Supported', 'timer']);
    b.incoming?.progress(180, undefined, [], true);
    clock.advance(20);
    expect(last()?.headers.has('RSeq')).toBe(false);
  });

  it('RFC 3261 §9.2: a CANCEL ends what is unacknowledged', () => {
    invite(['Require', '100rel']);
    b.incoming?.progress(183, 'early answer');
    b.incoming?.answer('answer');
    clock.advance(20);
    b.hangUp(486);
    clock.advance(20);
    expect(last()?.status).toBe(486);
    expect(b.state).toBe('ended');
  });
});

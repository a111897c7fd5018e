import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../src/core/ua/session.ts';
import { diary, startAgent, type Agent } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { Wire } from '../support/wire.ts';

let clock: VirtualClock;
let bob: Agent;
let wire: Wire;
let session: Session | undefined;
let calls = 0;

beforeEach(async () => {
  clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  wire = await Wire.start(network, '10.0.0.9');
  session = undefined;
  bob = await startAgent({
    network,
    clock,
    host: '10.0.0.2',
    invited: (invitation) => {
      session = invitation.take(diary().user);
      session.incoming?.reject(486);
    },
  });
});

afterEach(() => expectNothingLeft(clock, bob));

function fields(method: string, more: [string, string][] = [], seq = 1): [string, string][] {
  return [
    ['From', '<sip:wire@example.test>;tag=w'],
    ['To', '<sip:bob@example.test>'],
    ['Call-ID', `check-${calls}`],
    ['CSeq', `${seq} ${method}`],
    ['Contact', wire.contact],
    ...more,
  ];
}

/** Sends one request and gives its final answer. */
function ask(method: string, more: [string, string][] = [], body = '', uri?: string) {
  calls += 1;
  wire.request(method, bob.hop, fields(method, more), body, uri);
  clock.advance(50);
  const answer = wire.responses.findLast(({ head }) => head.cseq.method === method);
  if (!answer) throw new Error('no answer');
  return answer;
}

describe('RFC 3261 §8.2.2.2: merged requests', () => {
  it('answers 482 to a request that came on another path already', () => {
    calls += 1;
    wire.request('INVITE', bob.hop, fields('INVITE'));
    wire.request('INVITE', bob.hop, fields('INVITE'));
    clock.advance(50);
    expect(new Set(wire.statuses('INVITE'))).toEqual(new Set([482, 486]));
  });

  it('takes a request with another CSeq number as a new one', () => {
    calls += 1;
    wire.request('INVITE', bob.hop, fields('INVITE'));
    wire.request('INVITE', bob.hop, fields('INVITE', [], 2));
    clock.advance(50);
    expect(wire.statuses('INVITE')).toEqual([486, 486]);
  });
});

describe('RFC 3261 §8.2.1 and §11.2: methods and Max-Forwards', () => {
  it('answers 405 with Allow to a method that it does not know', () => {
    const answer = ask('PUBLISH');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('Allow')).toContain('PRACK');
  });

  it('answers OPTIONS itself, also with Max-Forwards 0, and claims what there is', () => {
    const answer = ask('OPTIONS', [['Max-Forwards', '0']]);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Supported')).toBe('100rel, timer, norefersub');
    expect(answer.headers.get('Accept')).toBe('application/sdp, message/sipfrag, multipart/mixed');
    expect(answer.headers.get('Allow-Events')).toBe('refer');
  });
});

describe('RFC 3261 §8.2.2.3: Require', () => {
  it.each(['replaces', 'explicitsub', 'nosub', 'precondition'])('answers 420 and names %s', (option) => {
    const answer = ask('INVITE', [['Require', `timer, ${option}`]]);
    expect(answer.status).toBe(420);
    expect(answer.headers.get('Unsupported')).toBe(option);
  });

  it('pays no heed to Require in CANCEL', () => {
    expect(ask('CANCEL', [['Require', 'moon']]).status).toBe(481);
  });
});

describe('RFC 3261 §8.2.3: bodies', () => {
  it('answers 415 with Accept to a type that it cannot read', () => {
    const answer = ask('INVITE', [['Content-Type', 'application/isup']], 'x');
    expect([answer.status, answer.headers.get('Accept')]).toEqual([415, 'application/sdp, multipart/mixed']);
  });

  it('answers 415 with Accept-Encoding to an encoding that it cannot undo', () => {
    const answer = ask(
      'INVITE',
      [
        ['Content-Type', 'application/sdp'],
        ['Content-Encoding', 'gzip'],
      ],
      'x',
    );
    expect([answer.status, answer.headers.get('Accept-Encoding')]).toEqual([415, 'identity']);
  });

  it('leaves a body aside that is optional (§20.11)', () => {
    const type: [string, string] = ['Content-Type', 'application/isup'];
    expect(ask('INVITE', [type, ['Content-Disposition', 'signal; handling=optional']], 'x').status).toBe(486);
    expect(session?.incoming?.offer).toBeUndefined();
  });
});

it('RFC 3261 §8.2.2.1: answers 416 to a scheme that is not SIP', () => {
  expect(ask('INVITE', [], '', 'mailto:bob@example.test').status).toBe(416);
});

describe('requests that belong into a dialog', () => {
  it.each(['BYE', 'NOTIFY', 'UPDATE', 'INFO', 'PRACK'])('RFC 3261 §12.2.2: answers 481 to %s outside', (method) => {
    expect(ask(method).status).toBe(481);
  });

  it('RFC 6665 §4.2.1.1: answers 489 with Allow-Events to SUBSCRIBE', () => {
    const answer = ask('SUBSCRIBE', [['Event', 'presence']]);
    expect([answer.status, answer.headers.get('Allow-Events')]).toEqual([489, 'refer']);
  });

  it('RFC 3515 §2.4.2: answers 403 to a REFER outside, 400 when it is malformed as well', () => {
    expect(ask('REFER', [['Refer-To', '<sip:a@example.test>']]).status).toBe(403);
    expect(ask('REFER').status).toBe(400);
  });
});

describe('RFC 3891 §3: INVITE with Replaces', () => {
  it('answers 481 when there is no such dialog', () => {
    expect(ask('INVITE', [['Replaces', 'no-such-call;to-tag=a;from-tag=b']]).status).toBe(481);
  });

  it('answers 400 when it cannot be read, or comes twice', () => {
    expect(ask('INVITE', [['Replaces', 'call;to-tag=a']]).status).toBe(400);
    const value = 'call;to-tag=a;from-tag=b';
    expect(
      ask('INVITE', [
        ['Replaces', value],
        ['Replaces', value],
      ]).status,
    ).toBe(400);
  });
});

it('RFC 4028 §9: answers 422 with Min-SE to an interval below 90 s', () => {
  const answer = ask('INVITE', [
    ['Supported', 'timer'],
    ['Session-Expires', '60'],
  ]);
  expect([answer.status, answer.headers.get('Min-SE')]).toEqual([422, '90']);
});

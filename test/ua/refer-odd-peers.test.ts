/** REFER sent to user agents that do not report by the letter. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import { DigestServer } from '../../src/core/ua/digest-server.ts';
import type { IncomingRefer } from '../../src/core/ua/incoming-refer.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { diary, startAgent, type Agent } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

const TARGET = '<sip:alice@example.test?X-AcctNumber=123456&X-ReasonForCalling=billing>';
const NOBODY = { response() {}, timeout() {}, transportError() {} };

let clock: VirtualClock;
let network: MemoryNetwork;
/** Refers; Bob is asked. */
let alice: Agent;
let bob: Agent;
let a: Session;
let b: Session;
let refers: IncomingRefer[];
/** Challenges what reaches Bob. */
let guard: DigestServer | undefined;

beforeEach(async () => {
  clock = new VirtualClock();
  network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  refers = [];
  guard = undefined;
  alice = await startAgent({ network, clock, host: '10.0.0.1' });
  bob = await startAgent({
    network,
    clock,
    host: '10.0.0.2',
    authenticate: ({ request }) => {
      const verdict = guard?.verify(request, '10.0.0.1');
      return verdict && !verdict.ok ? verdict.error : undefined;
    },
    invited: (invitation) => {
      b = invitation.take(diary({ referred: (incoming) => refers.push(incoming) }).user);
      b.incoming?.answer('answer');
    },
  });
  place();
});

afterEach(() => {
  guard = undefined;
  if (a.state !== 'ended') a.hangUp();
  expectNothingLeft(clock, alice, bob);
});

function place(credentials?: { username: string; password: string }): void {
  a = alice.ua.invite(
    {
      uri: 'sip:bob@10.0.0.2',
      from: '<sip:trunk@example.test>',
      to: '<sip:bob@example.test>',
      hop: bob.hop,
      sdp: 'offer',
      ...(credentials ? { credentialsFor: () => credentials } : {}),
    },
    diary().user,
  );
  clock.advance(50);
}

function refer(headers: [string, string][] = []): string[] {
  const log: string[] = [];
  a.refer(TARGET, headers, {
    accepted: ({ status }) => log.push(`accepted ${status}`),
    refused: (status) => log.push(`refused ${status}`),
    notified: ({ status }) => log.push(`${status}`),
    subscriptionEnded: (reason) => log.push(`over ${reason}`),
  });
  clock.advance(20);
  return log;
}

/** A NOTIFY as Bob's odd user agent sends it; gives the status that it gets. */
function notify(event: string, body: string, state = 'active'): number {
  let status = 0;
  b.request(
    'NOTIFY',
    [
      ['Event', event],
      ['Subscription-State', state],
      ['Content-Type', 'message/sipfrag'],
    ],
    { ...NOBODY, response: (response) => void (status = response.status) },
    new TextEncoder().encode(body),
  );
  clock.advance(20);
  return status;
}

const take = () => refers.at(-1)?.accept({});
const sent = (method: string) => network.sent.filter(({ startLine }) => startLine.startsWith(method));

describe('RFC 3515 §2.4.6: Event with an id', () => {
  it('that is none of ours is taken for the only subscription that there is', () => {
    const log = refer();
    take();
    clock.advance(50);
    expect(notify('refer;id=93809823', 'SIP/2.0 180 Ringing\r\n')).toBe(200);
    expect(notify('refer;id=93809823', 'SIP/2.0 200 OK\r\n', 'terminated;reason=noresource')).toBe(200);
    expect(log).toEqual(['accepted 202', '100', '180', '200']);
  });

  it('that names an earlier REFER, whose subscription is over, gets 481', () => {
    refer();
    refers[0]?.reject(603);
    clock.advance(20);
    const first = /CSeq: (\d+) REFER/.exec(sent('REFER')[0]?.text ?? '')?.[1];
    const log = refer();
    take();
    clock.advance(50);
    expect(notify(`refer;id=${first}`, 'SIP/2.0 200 OK\r\n')).toBe(481);
    expect(log).toEqual(['accepted 202', '100']);
  });

  it('that is none of ours gets 481 while two subscriptions are open', () => {
    refer();
    take();
    refer();
    take();
    clock.advance(50);
    expect(notify('refer;id=93809823', 'SIP/2.0 200 OK\r\n')).toBe(481);
  });
});

describe('RFC 4488 §4: 202 with Refer-Sub: false', () => {
  it('to a REFER that did not ask for it is the end of the subscription', () => {
    const { session } = odd('202', [['Refer-Sub', 'false']]);
    expect(session).toEqual(['accepted 202', 'over norefersub']);
  });
});

it.each([405, 603, 501, 420])('a REFER that is refused with %i is over at once', (status) => {
  const log = refer();
  refers[0]?.reject(status);
  clock.advance(20);
  expect(log).toEqual([`refused ${status}`]);
  expect(a.subscriptions.awaited).toBe(0);
  expect(a.state).toBe('confirmed');
});

it('a REFER that nobody answers counts as 408 (RFC 3261 §8.1.3.1)', () => {
  network.drop = ({ startLine }) => startLine.startsWith('REFER');
  const log = refer();
  clock.advance(32_000);
  expect(log).toEqual(['refused 408']);
  network.drop = () => false;
});

it('W2: a peer that says BYE and nothing more of the REFER leaves no subscription behind', () => {
  const log = refer();
  take();
  clock.advance(50);
  b.dispose();
  b.hangUp();
  clock.advance(213_000);
  expect(log).toEqual(['accepted 202', '100', 'over timeout']);
  expect(a.subscriptions.awaited).toBe(0);
});

describe('RFC 3261 §22.2: a challenged REFER', () => {
  const credentials = { username: 'alice', password: 'secret' };
  const challenge = () => {
    const realm = 'example.test';
    guard = new DigestServer({
      clock,
      log: silent,
      realm,
      credentials: [credentials],
      algorithms: ['MD5'],
      random: randomBytes,
    });
  };

  it('is over with 401 where we have no credentials', () => {
    challenge();
    expect(refer()).toEqual(['refused 401']);
    expect(sent('REFER')).toHaveLength(1);
    guard = undefined;
  });

  it('goes out again with those of the session, and its NOTIFYs are found', async () => {
    a.hangUp();
    place(credentials);
    challenge();
    const log = refer();
    await settle();
    clock.advance(20);
    guard = undefined;
    take();
    clock.advance(50);
    const [, second] = sent('REFER');
    expect(second?.text).toMatch(/Authorization: Digest username="alice"/);
    expect(second?.text).toContain(`Refer-To: ${TARGET}\r\n`);
    const id = /CSeq: (\d+) REFER/.exec(second?.text ?? '')?.[1];
    expect(notify(`refer;id=${id}`, 'SIP/2.0 486 Busy Here\r\nRetry-After: 10\r\n')).toBe(200);
    expect(log).toEqual(['accepted 202', '100', '486']);
  });

  it('does not lend the credentials of one session to another', () => {
    a.hangUp();
    place(credentials);
    challenge();
    refer();
    clock.advance(20);
    refers.at(-1)?.reject(603);
    guard = undefined;
    a.hangUp();
    clock.advance(50);
    place();
    challenge();
    expect(refer()).toEqual(['refused 401']);
    guard = undefined;
  });
});

/** Answers the next REFER with these headers, as Bob's user agent would not. */
function odd(status: string, headers: [string, string][]): { session: string[] } {
  network.alter = (packet, bytes) => {
    if (!packet.startLine.startsWith(`SIP/2.0 ${status}`)) return [bytes];
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return [Buffer.from(packet.text.replace('Content-Length', `${lines}Content-Length`), 'latin1')];
  };
  network.drop = ({ startLine }) => startLine.startsWith('NOTIFY');
  const session = refer();
  take();
  clock.advance(50);
  network.drop = () => false;
  b.dispose();
  return { session };
}

/** W2: a BYE ends the call. The dialog lives until the last subscription in it has ended, and nothing is left of it then. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SipResponse } from '../../src/core/message/index.ts';
import type { IncomingRefer, ReferReporter } from '../../src/core/ua/incoming-refer.ts';
import type { Session } from '../../src/core/ua/session.ts';
import type { Agent } from '../support/agent.ts';
import type { MemoryNetwork, Packet } from '../support/memory-network.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import { startPair } from './pair.ts';

const TARGET = '<sip:+14155551234@example.test>';

let clock: VirtualClock;
let network: MemoryNetwork;
/** Alice refers, Bob is asked. */
let alice: Agent;
let bob: Agent;
let a: Session;
let b: Session;
let refers: IncomingRefer[];
let log: string[];
let reported: string[];
let reporter: ReferReporter;

beforeEach(async () => {
  ({ clock, network, alice, bob, a, b, refers } = await startPair());
  log = [];
  reported = [];
  a.refer(TARGET, [], {
    accepted: ({ status }) => log.push(`accepted ${status}`),
    refused: (status) => log.push(`refused ${status}`),
    notified: ({ status }, terminated) => log.push(`${status}${terminated ? ' terminated' : ''}`),
    subscriptionEnded: (reason) => log.push(`over ${reason}`),
  });
  clock.advance(20);
  reporter = refers[0]!.accept({ subscriptionEnded: () => reported.push('over') });
  clock.advance(20);
  log.length = 0;
});

afterEach(() => {
  network.drop = () => false;
  if (a.state !== 'ended') a.hangUp();
  expectNothingLeft(clock, alice, bob);
});

const notifies = (): Packet[] => network.sent.filter(({ startLine }) => startLine.startsWith('NOTIFY'));
const seqOf = ({ text }: Packet): number => Number(/CSeq: (\d+)/.exec(text)?.[1]);
const lost = (start: string, times: number) => (packet: Packet) => packet.startLine.startsWith(start) && times-- > 0;

/** Every NOTIFY that ends the subscription, repetitions left out. */
function finals(): string[] {
  const all = notifies().filter(({ text }) => /Subscription-State: terminated/.test(text));
  return [...new Set(all.map((packet) => `${seqOf(packet)} ${packet.text.split('\r\n\r\n')[1]?.trim()}`))];
}

describe.each([
  ['the transferor', () => a.hangUp()],
  ['the one that was asked', () => b.hangUp()],
])('W2: after a BYE of %s', (_who, hangUp) => {
  beforeEach(() => {
    hangUp();
    clock.advance(50);
    expect([a.state, b.state]).toEqual(['ended', 'ended']);
  });

  it('NOTIFYs go on in the same dialog with the next CSeq, until the final one', () => {
    reporter.report(180);
    clock.advance(50);
    reporter.report(486);
    clock.advance(50);
    expect(log).toEqual(['180', '486 terminated']);
    expect(reported).toEqual(['over']);
    const bySomeone = network.sent.filter(
      ({ from, startLine }) => from.host === '10.0.0.2' && !startLine.startsWith('SIP'),
    );
    expect(bySomeone.map(seqOf)).toEqual(bySomeone.map((_, index) => index + 1));
    expect(new Set(notifies().map(({ text }) => /To: .*/.exec(text)?.[0])).size).toBe(1);
    expect([...alice.ua.sessions, ...bob.ua.sessions]).toEqual([]);
  });

  it('SUBSCRIBE still finds the subscription, and what belongs to the call gets 481', () => {
    const ask = (method: string, headers: [string, string][]): number | undefined => {
      let status: number | undefined;
      const user = {
        response: (response: SipResponse) => void (status = response.status),
        timeout() {},
        transportError() {},
      };
      a.request(method, headers, user);
      clock.advance(20);
      return status;
    };
    expect(
      ask('SUBSCRIBE', [
        ['Event', 'refer'],
        ['Expires', '60'],
      ]),
    ).toBe(200);
    expect(ask('OPTIONS', [])).toBe(200);
    for (const method of ['INVITE', 'UPDATE', 'INFO', 'REFER'])
      expect([method, ask(method, [])]).toEqual([method, 481]);
    expect(
      ask('SUBSCRIBE', [
        ['Event', 'refer'],
        ['Expires', '0'],
      ]),
    ).toBe(200);
    clock.advance(50);
    expect(
      ask('SUBSCRIBE', [
        ['Event', 'refer'],
        ['Expires', '60'],
      ]),
    ).toBe(481);
    expect(finals()).toHaveLength(1);
  });

  it('a subscription that is never reported on runs out: one final NOTIFY, at both sides one end', () => {
    clock.advance(181_000);
    expect(log).toEqual(['100 terminated', 'over timeout']);
    expect(reported).toEqual(['over']);
    expect(finals()).toHaveLength(1);
  });

  it('a subscriber whose NOTIFYs stay away is told so in the end', () => {
    network.drop = ({ startLine }) => startLine.startsWith('NOTIFY');
    reporter.report(200);
    clock.advance(230_000);
    expect(log).toEqual(['over timeout']);
    expect(reported).toEqual(['over']);
    expect([...alice.ua.sessions, ...bob.ua.sessions]).toEqual([]);
  });

  it('a user agent that closes ends what is left', () => {
    alice.ua.close();
    bob.ua.close();
    expect(log).toEqual(['over timeout']);
    expect(reported).toEqual(['over']);
  });
});

it('W2: nobody keeps the dialog of a call that is over for as long as they like', () => {
  const year = (packet: Packet, bytes: Uint8Array): readonly Uint8Array[] => {
    const text = packet.text
      .replace(/active;expires=\d+/, 'active;expires=31536000')
      .replace(/^SIP\/2\.0 200 OK(.*CSeq: \d+ NOTIFY)/s, 'SIP/2.0 500 Later\r\nRetry-After: 31536000$1');
    return [text === packet.text ? bytes : Buffer.from(text, 'latin1')];
  };
  network.alter = year;
  reporter.report(180);
  clock.advance(50);
  b.hangUp();
  clock.advance(50);
  reporter.report(183);
  clock.advance(50);
  // The last one is lost on its way.
  network.drop = ({ text }) => /Subscription-State: terminated/.test(text);
  reporter.report(487);
  clock.advance(70_000);
  expect(reported).toEqual(['over']);
  clock.advance(150_000);
  expect(log.at(-1)).toBe('over timeout');
  expect([...alice.ua.sessions, ...bob.ua.sessions]).toEqual([]);
});

it('W2: a final NOTIFY that a BYE of the same instant has overtaken is heard all the same', () => {
  network.drop = lost('NOTIFY', 1);
  reporter.report(486);
  b.hangUp();
  clock.advance(2000);
  expect(log).toEqual(['486 terminated']);
  expect(a.state).toBe('ended');
});

it('W2: a BYE that a later NOTIFY has overtaken ends the call all the same', () => {
  network.drop = lost('BYE', 1);
  b.hangUp();
  reporter.report(487);
  clock.advance(2000);
  expect(log).toEqual(['487 terminated']);
  expect(a.state).toBe('ended');
});

it('W2: a peer that refuses such a BYE as out of order gets another', () => {
  network.drop = lost('BYE', 1);
  network.alter = (packet, bytes) => {
    // As whoever keeps to the letter of RFC 3261 §12.2.2.
    if (packet.from.host !== '10.0.0.1' || !/CSeq: 2 BYE/.test(packet.text)) return [bytes];
    return [Buffer.from(packet.text.replace('200 OK', '500 Out Of Order'), 'latin1')];
  };
  b.hangUp();
  clock.advance(2000);
  const byes = network.sent.filter(({ startLine }) => startLine.startsWith('BYE')).map(seqOf);
  expect([...new Set(byes)]).toEqual([2, 3]);
});

it('W2: the final NOTIFY does not wait for those before it that nobody answers, longer than T1', () => {
  network.drop = ({ startLine, from }) => startLine.startsWith('SIP/2.0 200') && from.host === '10.0.0.1';
  for (const status of [180, 181, 182, 183]) reporter.report(status);
  b.hangUp();
  reporter.report(487);
  clock.advance(501);
  expect(finals()).toHaveLength(1);
  expect(notifies().some(({ text }) => text.includes('SIP/2.0 182'))).toBe(false);
  clock.advance(70_000);
  expect(reported).toEqual(['over']);
});

it('W2, P10: after a NOTIFY that timed out comes one that ends the subscription', () => {
  network.drop = ({ startLine }) => startLine.startsWith('NOTIFY');
  reporter.report(180);
  clock.advance(33_000);
  network.drop = () => false;
  clock.advance(5000);
  expect(log).toEqual(['180 terminated', 'over timeout']);
  expect(reported).toEqual(['over']);
  reporter.report(200);
  clock.advance(50);
  expect(finals()).toHaveLength(1);
});

it('W2: a REFER in a call that has ended is refused at once', () => {
  const refused: number[] = [];
  b.hangUp();
  b.refer(TARGET, [], { refused: (status) => refused.push(status), notified() {} });
  expect(refused).toEqual([487]);
  reporter.report(487);
});

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SipResponse } from '../../src/core/message/index.ts';
import type { IncomingRefer, ReferReporter } from '../../src/core/ua/incoming-refer.ts';
import type { Session } from '../../src/core/ua/session.ts';
import type { Agent } from '../support/agent.ts';
import type { MemoryNetwork } from '../support/memory-network.ts';
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

beforeEach(async () => {
  ({ clock, network, alice, bob, a, b, refers } = await startPair());
});

afterEach(() => {
  network.drop = () => false;
  if (a.state !== 'ended') a.hangUp();
  expectNothingLeft(clock, alice, bob);
});

function refer(referTo = TARGET, headers: [string, string][] = []): string[] {
  const log: string[] = [];
  a.refer(referTo, headers, {
    accepted: ({ status }) => log.push(`accepted ${status}`),
    refused: (status) => log.push(`refused ${status}`),
    notified: ({ status }, terminated) => log.push(`${status}${terminated ? ' terminated' : ''}`),
    subscriptionEnded: (reason) => log.push(`over ${reason}`),
  });
  clock.advance(20);
  return log;
}

function accept(): { reporter: ReferReporter; log: string[] } {
  const log: string[] = [];
  const reporter = refers.at(-1)?.accept({ subscriptionEnded: () => log.push('over') });
  if (!reporter) throw new Error('the REFER did not arrive');
  clock.advance(50);
  return { reporter, log };
}

/** Sends a request in the dialog and gives its final answer. */
function ask(from: Session, method: string, headers: [string, string][], body = ''): SipResponse {
  let answer: SipResponse | undefined;
  const user = { response: (response: SipResponse) => void (answer = response), timeout() {}, transportError() {} };
  from.request(method, headers, user, new TextEncoder().encode(body));
  clock.advance(20);
  if (!answer) throw new Error('no answer');
  return answer;
}

function notify(state: string, body: string, event = 'refer'): number {
  const type: [string, string][] = body === '' ? [] : [['Content-Type', 'message/sipfrag;version=2.0']];
  return ask(b, 'NOTIFY', [['Event', event], ['Subscription-State', state], ...type], body).status;
}

const subscribe = (expires: string, event = 'refer') =>
  ask(a, 'SUBSCRIBE', [
    ['Event', event],
    ['Expires', expires],
  ]);
const notifies = () => network.sent.filter(({ startLine }) => startLine.startsWith('NOTIFY'));
const request = (method: string) => network.sent.find(({ startLine }) => startLine.startsWith(method))?.text ?? '';

it('RFC 6665 §4.2.1: SUBSCRIBE refreshes the subscription and hears the last status again', () => {
  refer();
  const { reporter } = accept();
  reporter.report(180);
  clock.advance(100_000);
  const answer = subscribe('120');
  expect([answer.status, answer.headers.get('Expires')]).toEqual([200, '120']);
  clock.advance(20);
  expect(notifies().at(-1)?.text).toMatch(/Subscription-State: active;expires=120\r\n[^]*180 Ringing/);
  clock.advance(119_000);
  reporter.report(200);
  clock.advance(50);
  expect(notifies().at(-1)?.text).toContain('SIP/2.0 200 OK');
});

it('RFC 6665 §4.2.1: grants no more than it gave at first', () => {
  refer();
  accept();
  expect(subscribe('86400').headers.get('Expires')).toBe('180');
});

it('RFC 6665 §4.1.2.3: SUBSCRIBE with Expires 0 ends it with reason timeout; the transfer is not asked about any more', () => {
  const log = refer();
  const { log: reported } = accept();
  expect(subscribe('0').headers.get('Expires')).toBe('0');
  clock.advance(50);
  expect(reported).toEqual(['over']);
  expect(log).toEqual(['accepted 202', '100', '100 terminated', 'over timeout']);
});

it('RFC 3515 §2.4.6: SUBSCRIBE names a later REFER by id, and gets 481 for an unknown one, 489 for another package', () => {
  refer();
  accept();
  refer();
  accept();
  const id = /Event: refer;id=(\d+)/.exec(notifies().at(-1)?.text ?? '')?.[1];
  expect(subscribe('60', `refer;id=${id}`).status).toBe(200);
  expect(subscribe('60', 'refer;id=99').status).toBe(481);
  expect(subscribe('60', 'presence').status).toBe(489);
});

it('W23: Refer-Sub: false is answered with Refer-Sub: true, and reported on like any other (RFC 4488 §4)', () => {
  const log = refer(TARGET, [['Refer-Sub', 'false']]);
  const { reporter, log: reported } = accept();
  reporter.report(180);
  clock.advance(50);
  reporter.report(200);
  clock.advance(50);
  expect(network.sent.some(({ text }) => /^SIP\/2\.0 202[^]*\r\nRefer-Sub: true\r\n/.test(text))).toBe(true);
  expect(notifies()).toHaveLength(3);
  expect(log).toEqual(['accepted 202', '100', '180', '200 terminated']);
  expect(reported.at(-1)).toBe('over');
  expect(a.subscriptions.awaited).toBe(0);
});

it('RFC 4488 §4: Require: norefersub is understood', () => {
  expect(
    refer(TARGET, [
      ['Refer-Sub', 'false'],
      ['Require', 'norefersub'],
    ]),
  ).toEqual([]);
  expect(refers).toHaveLength(1);
  refers[0]?.reject(603);
});

it.each(['explicitsub', 'nosub'])('RFC 7614 §4: Require: %s is refused with 420', (option) => {
  expect(refer(TARGET, [['Require', option]])).toEqual(['refused 420']);
  expect(refers).toEqual([]);
});

it.each(['BYE', 'subscribe', 'MESSAGE'])('RFC 3515 §2.1: a Refer-To that asks for %s is refused', (method) => {
  expect(refer(`<sip:a@example.test;method=${method}>`)).toEqual(['refused 403']);
});

it('RFC 3515 §2.1: a Refer-To that names INVITE is as good as one that names nothing', () => {
  refer('<sip:a@example.test;method=INVITE>');
  expect(refers).toHaveLength(1);
  refers[0]?.reject(603);
});

it('RFC 3892 §2.1: a REFER says who sends it, unless it was told to say something else', () => {
  refer();
  refers[0]?.reject(603);
  expect(request('REFER')).toContain('Referred-By: <sip:alice@example.test>\r\n');
  refer(TARGET, [['Referred-By', '<sip:other@example.test>']]);
  const second = network.sent.findLast(({ startLine }) => startLine.startsWith('REFER'))?.text ?? '';
  expect(second.match(/Referred-By/g)).toHaveLength(1);
  refers[1]?.reject(603);
});

it.each([
  ['500', false],
  ['603', false],
  ['405', true],
  ['489', true],
  ['481', true],
])('RFC 6665 §4.2.2: an answer of %s to a NOTIFY ends the subscription: %s', (status, ends) => {
  refer();
  const { reporter, log } = accept();
  network.drop = ({ startLine, from }) => startLine.startsWith('NOTIFY') && from.host === '10.0.0.2';
  reporter.report(180);
  clock.advance(1);
  const sent = notifies().at(-1)?.text ?? '';
  const via = /Via: .*/.exec(sent)?.[0] ?? '';
  const copied = sent.split('\r\n').filter((line) => /^(From|To|Call-ID|CSeq):/.test(line));
  inject(bob, [`SIP/2.0 ${status} No`, via, ...copied, 'Content-Length: 0', '', '']);
  clock.advance(50);
  expect(log).toEqual(ends ? ['over'] : []);
});

it('RFC 6665 §4.2.2: a NOTIFY refused with Retry-After goes out once more then', () => {
  const log = refer();
  const { reporter } = accept();
  // A CSeq out of order is what a peer refuses with 500 and Retry-After.
  const branch = a.branches.current;
  if (branch) branch.dialog = { ...branch.dialog, remoteSeq: (b.dialog?.localSeq ?? 0) + 1 };
  reporter.report(200);
  clock.advance(11_000);
  expect(log).toEqual(['accepted 202', '100', '200 terminated']);
});

it('RFC 6665 §4.1.2.4: gives up when no NOTIFY comes within 64·T1 of the 202', () => {
  network.drop = ({ startLine }) => startLine.startsWith('NOTIFY');
  const log = refer();
  accept();
  clock.advance(32_000);
  expect(log).toEqual(['accepted 202', 'over timeout']);
  expect(a.subscriptions.awaited).toBe(0);
});

it('RFC 6665 §4.1.2: gives up when a subscription runs out without a last NOTIFY', () => {
  const log = refer();
  accept();
  network.drop = ({ startLine }) => startLine.startsWith('NOTIFY');
  clock.advance(213_000);
  expect(log).toEqual(['accepted 202', '100', 'over timeout']);
});

it('RFC 3515 §2.4.4: a NOTIFY may overtake the 202', () => {
  network.drop = ({ startLine }) => startLine.startsWith('SIP/2.0 202');
  const log = refer();
  const { reporter } = accept();
  network.drop = () => false;
  reporter.report(200);
  clock.advance(2000);
  expect(log).toEqual(['100', '200 terminated', 'accepted 202']);
});

it('RFC 3515 §2.4.4: a REFER whose 202 is lost for good is not refused when NOTIFYs have come', () => {
  network.drop = ({ startLine }) => startLine.startsWith('SIP/2.0 202');
  const log = refer();
  accept();
  clock.advance(33_000);
  expect(log).toEqual(['100']);
});

it('judges by the status line when the peer marks every NOTIFY terminated, as SIP.js does', () => {
  const log = refer();
  accept();
  notify('terminated', 'SIP/2.0 180 Ringing\r\n');
  notify('terminated;reason=noresource', 'SIP/2.0 200 OK\r\n');
  expect(log).toEqual(['accepted 202', '100', '180 terminated', '200 terminated']);
});

it('RFC 3420 §2.1: reads a sipfrag that has headers after its status line', () => {
  const log = refer();
  accept();
  expect(notify('terminated', 'SIP/2.0 486 Busy Here\r\nReason: Q.850;cause=17\r\n\r\n')).toBe(200);
  expect(log.at(-1)).toBe('486 terminated');
});

it('RFC 6665 §4.1.3: a terminating NOTIFY without body ends the subscription with its reason', () => {
  const log = refer();
  accept();
  expect(notify('terminated;reason=giveup', '')).toBe(200);
  expect(log.at(-1)).toBe('over giveup');
  expect(a.subscriptions.awaited).toBe(0);
});

it('RFC 6665 §4.1.3: a terminating NOTIFY that carries only 100 ends it when its reason says so', () => {
  const log = refer();
  accept();
  notify('terminated;reason=timeout', 'SIP/2.0 100 Trying\r\n');
  expect(log.slice(-2)).toEqual(['100 terminated', 'over timeout']);
});

it('RFC 3261 §8.2.3: a NOTIFY with a body of another type gets 415', () => {
  refer();
  accept();
  const headers: [string, string][] = [
    ['Event', 'refer'],
    ['Subscription-State', 'active'],
    ['Content-Type', 'text/plain'],
  ];
  expect(ask(b, 'NOTIFY', headers, 'ringing').status).toBe(415);
});

it('RFC 5057 §4.2: answers the last NOTIFY with 200 when it comes after BYE', () => {
  const log = refer();
  accept();
  const { dialog } = b;
  a.hangUp();
  clock.advance(20);
  expect(b.state).toBe('ended');
  if (dialog) b.dialog = dialog;
  expect(notify('terminated;reason=noresource', 'SIP/2.0 200 OK\r\n')).toBe(200);
  expect(log.at(-1)).toBe('200 terminated');
});

function inject({ hop }: Agent, lines: string[]): void {
  const peer = network.endpoint('10.0.0.77');
  void peer.start({ received() {}, closed() {}, failed() {} });
  peer.send(new TextEncoder().encode(lines.join('\r\n')), hop);
}

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { IncomingRefer, ReferReporter } from '../../src/core/ua/incoming-refer.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { call, diary, type Agent } from '../support/agent.ts';
import type { MemoryNetwork } from '../support/memory-network.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import { startPair } from './pair.ts';

let clock: VirtualClock;
let network: MemoryNetwork;
let alice: Agent;
let bob: Agent;
let a: Session;
let b: Session;
let taken: readonly Session[];
let refers: IncomingRefer[];
const TARGET = '<sip:+14155551234@example.test>';

beforeEach(async () => {
  ({ clock, network, alice, bob, a, b, taken, refers } = await startPair());
});

afterEach(() => {
  network.drop = () => false;
  a.hangUp();
  clock.advance(400_000);
  expect(alice.transactions.counts()).toEqual({ client: 0, server: 0 });
  expect(bob.transactions.counts()).toEqual({ client: 0, server: 0 });
  expect(clock.pending).toBe(0);
});

interface Heard {
  lines: string[];
  log: string[];
}

function refer(): Heard {
  const heard: Heard = { lines: [], log: [] };
  a.refer(TARGET, [], {
    accepted: ({ status }) => heard.log.push(`accepted ${status}`),
    refused: (status) => heard.log.push(`refused ${status}`),
    notified: ({ status }, terminated) => {
      heard.lines.push(`${status}${terminated ? ' terminated' : ''}`);
      heard.log.push(`notified ${status}`);
    },
    subscriptionEnded: (reason) => heard.log.push(`ended ${reason}`),
  });
  clock.advance(20);
  return heard;
}

function accept(index = 0): { reporter: ReferReporter; log: string[] } {
  const log: string[] = [];
  const incoming = refers[index];
  if (!incoming) throw new Error('the REFER did not arrive');
  const reporter = incoming.accept({
    notified: (status) => log.push(`sent ${status}`),
    subscriptionEnded: () => log.push('over'),
  });
  clock.advance(50);
  return { reporter, log };
}

it('P3: answers 202 and at once notifies 100 Trying', () => {
  const heard = refer();
  accept();
  expect(heard.log).toEqual(['accepted 202', 'notified 100']);
  const notify = network.sent.find(({ startLine }) => startLine.startsWith('NOTIFY'))?.text ?? '';
  expect(notify).toContain('Event: refer\r\n');
  expect(notify).toContain('Content-Type: message/sipfrag;version=2.0');
  expect(notify).toMatch(/Subscription-State: active;expires=\d+/);
  expect(notify).toMatch(/\r\n\r\nSIP\/2\.0 100 Trying\r\n$/);
});

it('P5 and P6: reports ringing as active and the answer as the end with reason noresource', () => {
  const heard = refer();
  const { reporter, log } = accept();
  reporter.report(180);
  clock.advance(50);
  reporter.report(200);
  clock.advance(50);
  expect(heard.lines).toEqual(['100', '180', '200 terminated']);
  expect(log).toEqual(['sent 100', 'sent 180', 'sent 200', 'over']);
  expect(network.sent.some(({ text }) => text.includes('Subscription-State: terminated;reason=noresource'))).toBe(true);
});

it('P12: sends NOTIFYs to the address in the Contact of the peer', () => {
  refer();
  accept();
  const notify = network.sent.find(({ startLine }) => startLine.startsWith('NOTIFY'));
  expect(notify?.startLine).toBe('NOTIFY sip:agent@10.0.0.1:5060 SIP/2.0');
  expect(notify?.to).toEqual({ host: '10.0.0.1', port: 5060 });
});

it('keeps NOTIFYs in order: a later one waits for the answer to the one before', () => {
  const heard = refer();
  const incoming = refers[0];
  const reporter = incoming?.accept({});
  reporter?.report(180);
  reporter?.report(200);
  expect(network.count('NOTIFY')).toBe(1);
  clock.advance(100);
  expect(heard.lines).toEqual(['100', '180', '200 terminated']);
});

it('P10: waits no longer than T1 for the answer to a NOTIFY before it sends the next', () => {
  refer();
  network.drop = ({ startLine, from }) => from.host === '10.0.0.1' && startLine.startsWith('SIP/2.0 200');
  const { reporter } = accept();
  reporter.report(180);
  clock.advance(400);
  expect(network.sent.filter(({ text }) => text.includes('180 Ringing'))).toHaveLength(0);
  clock.advance(100);
  expect(network.sent.filter(({ text }) => text.includes('180 Ringing'))).toHaveLength(1);
});

it('P10: repeats a NOTIFY that is not answered, and ends the subscription when it times out', () => {
  refer();
  network.drop = ({ startLine }) => startLine.startsWith('NOTIFY');
  const { log } = accept();
  clock.advance(5000);
  expect(network.count('NOTIFY')).toBe(4);
  expect(log).toEqual(['sent 100']);
  clock.advance(30_000);
  // W2: the one that says that nothing more will come.
  expect(log).toEqual(['sent 100', 'sent 100']);
  clock.advance(32_000);
  expect(log).toEqual(['sent 100', 'sent 100', 'over']);
  expect(a.state).toBe('confirmed');
});

it('P10: ends the subscription when a NOTIFY is answered with 481', () => {
  refer();
  a.dispose();
  const { log } = accept();
  expect(log).toEqual(['sent 100', 'over']);
});

it('names the REFER in Event from the second one on (RFC 3515 §2.4.6)', () => {
  const first = refer();
  const { reporter } = accept();
  const second = refer();
  accept(1).reporter.report(486);
  clock.advance(50);
  expect(second.lines).toEqual(['100', '486 terminated']);
  expect(first.lines).toEqual(['100']);
  expect(network.sent.some(({ text }) => /Event: refer;id=\d+/.test(text))).toBe(true);
  reporter.report(200);
  clock.advance(50);
  expect(first.lines).toEqual(['100', '200 terminated']);
});

it('tells the referrer about a refusal', () => {
  const heard = refer();
  refers[0]?.reject(403);
  clock.advance(50);
  expect(heard.log).toEqual(['refused 403']);
  expect(a.subscriptions.awaited).toBe(0);
});

it('ends the subscription with reason timeout when nothing final came in time', () => {
  const heard = refer();
  const { log } = accept();
  clock.advance(180_000);
  expect(log).toEqual(['sent 100', 'sent 100', 'over']);
  expect(heard.lines).toEqual(['100', '100 terminated']);
  expect(network.sent.some(({ text }) => text.includes('Subscription-State: terminated;reason=timeout'))).toBe(true);
});

it('answers a NOTIFY that belongs to no REFER with 481, and another event package with 489', () => {
  const statuses: number[] = [];
  const user = { response: (r: { status: number }) => statuses.push(r.status), timeout() {}, transportError() {} };
  b.request(
    'NOTIFY',
    [
      ['Event', 'refer'],
      ['Subscription-State', 'active'],
    ],
    user,
  );
  b.request(
    'NOTIFY',
    [
      ['Event', 'presence'],
      ['Subscription-State', 'active'],
    ],
    user,
  );
  clock.advance(50);
  expect(statuses).toEqual([481, 489]);
});

it('answers a REFER outside any call with 403', () => {
  const statuses: number[] = [];
  const { dialog } = a;
  if (!dialog) throw new Error('no dialog');
  a.dialog = { ...dialog, remote: '<sip:bob@example.test>' };
  a.request('REFER', [['Refer-To', TARGET]], {
    response: (r) => statuses.push(r.status),
    timeout() {},
    transportError() {},
  });
  a.dialog = { ...dialog, localSeq: dialog.localSeq + 1 };
  clock.advance(50);
  expect(statuses).toEqual([403]);
});

it('a REFER of the callee waits for the ACK of its 200, which a user agent may need before it takes one', () => {
  network.drop = ({ startLine }) => startLine.startsWith('ACK');
  const caller = call(alice, bob, diary().user);
  clock.advance(30);
  taken.at(-1)!.refer(TARGET, [], { refused: () => {}, notified: () => {} });
  clock.advance(400);
  expect(network.count('REFER')).toBe(0);
  network.drop = () => false;
  clock.advance(100);
  expect(network.count('REFER')).toBe(1);
  caller.hangUp();
  clock.advance(100);
});

it('W2: a REFER that waits for an ACK is refused when its session ends', () => {
  network.drop = ({ startLine }) => startLine.startsWith('ACK');
  const caller = call(alice, bob, diary().user);
  clock.advance(30);
  const refused: number[] = [];
  taken.at(-1)!.refer(TARGET, [], { refused: (status) => refused.push(status), notified: () => {} });
  caller.hangUp();
  clock.advance(40_000);
  expect(network.count('REFER')).toBe(0);
  expect(refused).toEqual([487]);
});

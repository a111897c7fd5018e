import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../src/core/ua/session.ts';
import { diary, startAgent, type Agent, type Diary } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { RecordRoutingProxy } from '../support/proxy.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

let clock: VirtualClock;
let network: MemoryNetwork;
let alice: Agent;
let bob: Agent;
let proxy: RecordRoutingProxy;
let outer: RecordRoutingProxy;
let a: Session;
let b: Session;
let alices: Diary;
let bobs: Diary;
let ring: boolean;

beforeEach(async () => {
  clock = new VirtualClock();
  network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  outer = await RecordRoutingProxy.start(network, '10.0.0.6');
  proxy = await RecordRoutingProxy.start(network, '10.0.0.5');
  ring = false;
  alices = diary();
  bobs = diary({ referred: (refer) => refer.accept({}).report(200) });
  alice = await startAgent({ network, clock, host: '10.0.0.1' });
  bob = await startAgent({
    network,
    clock,
    host: '10.0.0.2',
    invited: (invitation) => {
      b = invitation.take(bobs.user);
      b.incoming?.progress(180);
      if (!ring) b.incoming?.answer('answer');
    },
  });
});

afterEach(() => {
  if (a.state !== 'ended') a.hangUp();
  expectNothingLeft(clock, alice, bob);
});

/** Alice's INVITE goes to the outer proxy, which finds the inner one in the Route, and that one Bob. */
function call(): void {
  a = alice.ua.invite(
    {
      uri: 'sip:bob@10.0.0.2',
      from: '<sip:alice@example.test>',
      to: '<sip:bob@example.test>',
      hop: outer.hop,
      sdp: 'offer',
      headers: [['Route', '<sip:10.0.0.6;lr>, <sip:10.0.0.5;lr>']],
    },
    alices.user,
  );
  clock.advance(200);
}

/** Between the two ends nothing may go past the proxies. */
const shortcuts = () =>
  network.sent.filter(({ from, to }) => [from.host, to.host].every((host) => ['10.0.0.1', '10.0.0.2'].includes(host)));

it('RFC 3261 §16.12.1: everything in the dialog takes the recorded route, both ways', async () => {
  call();
  b.request('INFO', [], { response() {}, timeout() {}, transportError() {} });
  const offered = a.offer('new');
  await clock.advanceAsync(100);
  await offered;
  const reports: number[] = [];
  a.refer('<sip:carol@example.test>', [], { refused() {}, notified: ({ status }) => reports.push(status) });
  await clock.advanceAsync(200);
  b.hangUp();
  await clock.advanceAsync(200);
  expect(reports).toEqual([100, 200]);
  expect(alices.events.at(-1)).toBe('ended remote');
  expect(shortcuts()).toEqual([]);
  const methods = ['INVITE', 'ACK', 'INFO', 'INVITE', 'ACK', 'REFER', 'NOTIFY', 'NOTIFY', 'BYE'];
  expect([...proxy.seen].toSorted((x, y) => x.localeCompare(y))).toEqual(
    methods.toSorted((x, y) => x.localeCompare(y)),
  );
  expect(outer.seen).toHaveLength(methods.length);
});

it('RFC 3261 §12.1: caller and callee hold the same route, each in its own order', () => {
  call();
  expect(a.dialog?.routeSet).toEqual(['<sip:10.0.0.6;lr>', '<sip:10.0.0.5;lr>']);
  expect(b.dialog?.routeSet).toEqual(['<sip:10.0.0.5;lr>', '<sip:10.0.0.6;lr>']);
});

it('RFC 3261 §9.1: a CANCEL goes the way of its INVITE', () => {
  ring = true;
  call();
  a.hangUp();
  clock.advance(200);
  expect(alices.events).toEqual(['progressed 180', 'failed 487']);
  expect(bobs.events).toEqual(['canceled']);
});

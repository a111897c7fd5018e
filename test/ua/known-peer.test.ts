/** Who is known by the dialog that it is in, and needs no credentials inside it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRequest, type SipRequest } from '../../src/core/message/index.ts';
import { formatAddress } from '../../src/core/transport/index.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { call, diary, startAgent, type Agent } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

let clock: VirtualClock;
let network: MemoryNetwork;
let trunk: Agent;
let phone: Agent;
let stranger: Agent;
/** `METHOD known` or `METHOD unknown` of every request to the trunk. */
let seen: string[];

beforeEach(async () => {
  clock = new VirtualClock();
  network = new MemoryNetwork(clock, { delayMs: [1, 1] });
  seen = [];
  trunk = await startTrunk('10.0.0.1');
  phone = await startAgent({ network, clock, host: '10.0.0.2', invited: answer });
  stranger = await startAgent({ network, clock, host: '10.0.0.3' });
});

afterEach(() => {
  // Its dialog has counted a request of which the phone's session knows nothing.
  for (const session of trunk.ua.sessions) session.hangUp();
  clock.advance(200_000);
  expect(clock.pending).toBe(0);
});

const startTrunk = (host: string): Promise<Agent> =>
  startAgent({
    network,
    clock,
    host,
    invited: answer,
    authenticate: ({ request }, knownPeer) => {
      seen.push(`${request.method} ${knownPeer ? 'known' : 'unknown'}`);
      return undefined;
    },
  });

function answer(invitation: Parameters<NonNullable<Parameters<typeof startAgent>[0]['invited']>>[0]): void {
  invitation.take(diary().user).incoming?.answer('answer');
}

/** A call from one to the other that is up. @returns the phone's side */
function established(from: Agent, to: Agent): Session {
  call(from, to, diary().user);
  clock.advance(100);
  const [session] = phone.ua.sessions;
  return session!;
}

/** A request of the dialog, as the phone would send it. */
function inDialog(
  session: Session,
  method: string,
  change: Partial<Record<'From' | 'Call-ID', string>> = {},
): SipRequest {
  const dialog = session.dialog!;
  return createRequest({
    method,
    uri: `sip:trunk@${formatAddress(trunk.hop)}`,
    headers: [
      ['From', change.From ?? `<sip:phone@example.test>;tag=${dialog.localTag}`],
      ['To', `<sip:trunk@example.test>;tag=${dialog.remoteTag}`],
      ['Call-ID', change['Call-ID'] ?? session.callId],
      ['CSeq', `77 ${method}`],
    ],
  });
}

function send(agent: Agent, request: SipRequest): void {
  seen.length = 0;
  agent.ua.send(request, trunk.hop, { response() {}, timeout() {}, transportError() {} });
  clock.advance(50);
}

describe.each<[string, () => Session]>([
  ['that called us', () => established(phone, trunk)],
  ['that we called', () => established(trunk, phone)],
])('a peer %s', (_, connect) => {
  it('is known by the dialog, from its own host', () => {
    const session = connect();
    send(phone, inDialog(session, 'OPTIONS'));
    expect(seen).toEqual(['OPTIONS known']);
    session.hangUp();
    clock.advance(50);
    expect(seen).toEqual(['OPTIONS known', 'BYE known']);
  });

  it('is asked before a REFER, which makes us call somebody', () => {
    const session = connect();
    send(phone, inDialog(session, 'REFER'));
    expect(seen).toEqual(['REFER unknown']);
    session.hangUp();
  });

  it.each<[string, (session: Session) => void]>([
    ['from another host', (session) => send(stranger, inDialog(session, 'BYE'))],
    [
      'with a wrong tag',
      (session) => send(phone, inDialog(session, 'BYE', { From: '<sip:p@example.test>;tag=guess' })),
    ],
    ['of another call', (session) => send(phone, inDialog(session, 'BYE', { 'Call-ID': 'guess' }))],
  ])('is not known %s', (_case, act) => {
    const session = connect();
    act(session);
    expect(seen).toEqual(['BYE unknown']);
    session.hangUp();
  });
});

it('a peer that answered after another address of its name had failed is known', () => {
  const silent = { ...phone.hop, host: '10.0.0.9' };
  trunk.ua.invite(
    {
      uri: 'sip:bob@example.test',
      from: '<sip:alice@example.test>',
      to: '<sip:bob@example.test>',
      hop: { ...silent, others: [phone.hop] },
      sdp: 'offer',
    },
    diary().user,
  );
  clock.advance(40_000);
  const [session] = phone.ua.sessions;
  send(phone, inDialog(session!, 'OPTIONS'));
  expect(seen).toEqual(['OPTIONS known']);
  session!.hangUp();
});

it('a peer is known by another spelling of its address', async () => {
  trunk = await startTrunk('2001:db8::1');
  phone = await startAgent({ network, clock, host: '2001:db8::2', invited: answer });
  const session = established(trunk, phone);
  // The network in memory knows but one spelling.
  const [ours] = trunk.ua.sessions;
  ours!.peer.answeredAt({ ...phone.hop, host: '2001:DB8:0::2' });
  send(phone, inDialog(session, 'OPTIONS'));
  expect(seen).toEqual(['OPTIONS known']);
  session.hangUp();
});

it('nobody is known outside of a dialog', () => {
  established(phone, trunk).hangUp();
  expect(seen[0]).toBe('INVITE unknown');
});

/**
 * W5: every kind of peer dies in every state of a call, by being killed (its system closes its connections) and by a network
 * that swallows everything. Each time the call ends within its bound, with its cause in the record, the others are told, and
 * nothing is left. In virtual time; what a transport or a WebRTC stack notices, and when, is in the table of peers.
 */
import { describe, expect, it } from 'vitest';
import type { Leg } from '../../src/core/b2bua/leg.ts';
import type { LegRole } from '../../src/nouns/call.ts';
import type { FakeMediaSession } from '../support/fake-media.ts';
import type { Agent } from '../support/agent.ts';
import { BILLING, LINE, ringing, type RingingPhone } from '../support/exchange.ts';
import { refer, startScene, type Connected, type Scene } from '../support/scene.ts';

type Death = 'killed' | 'blackholed';

interface Peer {
  readonly role?: LegRole;
  /** Seconds until its connection for SIP is noticed to be gone; never without a connection. */
  readonly flowGone: Readonly<Record<Death, number>> | undefined;
  /** Seconds until WebRTC notices that it is gone (RFC 7675 §5.1: 30 s). */
  readonly consentGone?: number;
}

/** A socket that is closed by its system is noticed at once, one that falls silent by keep-alive (TCP) or pings (WebSocket). */
const stream: Peer = { flowGone: { killed: 0, blackholed: 30 } };
const browser: Peer = { role: 'console', flowGone: { killed: 0, blackholed: 20 }, consentGone: 30 };

const peers: Readonly<Record<string, Peer>> = {
  'SIPp over UDP': { flowGone: undefined },
  'SIPp over TCP': stream,
  'SIPp over TLS': stream,
  'console tab': browser,
  'browser process': browser,
  'simulated party': { flowGone: undefined },
};

interface Stage {
  readonly scene: Scene;
  readonly connected: Connected | undefined;
  readonly target: RingingPhone;
  /** Who dies. */
  readonly victim: Agent;
  readonly leg: Leg;
}

interface State {
  enter(scene: Scene): Promise<Omit<Stage, 'scene'>>;
  /** Seconds after the death in which the leg of the peer is over. */
  readonly within: number;
  /** The same where the death of a connection tells. */
  readonly sooner?: number;
  /** What the records say then, without status and code. */
  readonly records: (peer: Peer, death: Death) => string[];
  /** The call goes on for the others. */
  readonly goesOn?: true;
}

const legOf = ({ board }: Scene, role: LegRole): Leg => {
  const found = [...board.calls.values()][0]?.legs.find(({ facts }) => facts.role === role);
  if (!found) throw new Error(`there is no leg to the ${role}`);
  return found;
};

async function transferring(scene: Scene, answersAfter?: number) {
  const target = ringing(scene.clock, answersAfter);
  scene.phones.set(BILLING, target.phone);
  const connected = await scene.inbound();
  refer(connected.endpoint);
  await scene.run(1000);
  return { connected, target };
}

const nobody = (): RingingPhone => ({ events: [], phone: () => {}, session: undefined });

const states: Readonly<Record<string, State>> = {
  ringing: {
    async enter(scene) {
      const target = nobody();
      scene.phones.set(LINE, ringing(scene.clock).phone);
      scene.dial(scene.caller, LINE);
      await scene.run(500);
      return { connected: undefined, target, victim: scene.endpoint, leg: legOf(scene, 'endpoint') };
    },
    within: 31,
    records: ({ flowGone }, death) =>
      flowGone && flowGone[death] < 25 ? ['original no-answer endpoint'] : ['original no-answer trunk'],
  },
  calling: {
    async enter(scene) {
      scene.phones.set(LINE, ringing(scene.clock).phone);
      scene.dial(scene.caller, LINE);
      await scene.run(500);
      return { connected: undefined, target: nobody(), victim: scene.caller, leg: legOf(scene, 'caller') };
    },
    within: 31,
    records: ({ flowGone }, death) =>
      flowGone && flowGone[death] < 25 ? ['original peer-lost caller'] : ['original no-answer trunk'],
  },
  live: {
    async enter(scene) {
      const connected = await scene.inbound();
      return { connected, target: nobody(), victim: scene.endpoint, leg: legOf(scene, 'endpoint') };
    },
    within: 31,
    records: () => ['original peer-lost endpoint'],
  },
  held: {
    async enter(scene) {
      const connected = await scene.inbound();
      const answered = connected.endpoint.offer('sendonly');
      await scene.run(500);
      await answered;
      return { connected, target: nobody(), victim: scene.endpoint, leg: legOf(scene, 'endpoint') };
    },
    within: 1801,
    sooner: 51,
    records: () => ['original peer-lost endpoint'],
  },
  'transferring, as transferor': {
    async enter(scene) {
      return { ...(await transferring(scene)), victim: scene.endpoint, leg: legOf(scene, 'endpoint') };
    },
    within: 31,
    records: () => ['original peer-lost endpoint', 'transfer (canceled|no-answer) (trunk|endpoint)'],
  },
  'transferring, as transferee': {
    async enter(scene) {
      return { ...(await transferring(scene)), victim: scene.caller, leg: legOf(scene, 'caller') };
    },
    within: 31,
    records: () => ['original peer-lost caller', 'transfer (canceled|no-answer) (trunk|caller)'],
  },
  'transferring, as target': {
    async enter(scene) {
      return { ...(await transferring(scene)), victim: scene.party, leg: legOf(scene, 'target') };
    },
    within: 31,
    records: () => ['original open', 'transfer no-answer (trunk|target)'],
    goesOn: true,
  },
  'after the transfer': {
    async enter(scene) {
      const { connected, target } = await transferring(scene, 100);
      await scene.run(10_000);
      return { connected, target, victim: scene.party, leg: legOf(scene, 'target') };
    },
    within: 31,
    records: () => ['original transferred trunk', 'transfer peer-lost target'],
  },
};

/** Nothing comes from the peer any more, nor reaches it, and what notices that does so in its time. */
function die({ scene, victim, leg }: Stage, peer: Peer, death: Death): void {
  const { clock, network } = scene;
  const { host } = victim.hop;
  network.drop = ({ from, to }) => from.host === host || to.host === host;
  const media = leg.media as FakeMediaSession | undefined;
  media?.vanish(clock);
  const later = (seconds: number, act: () => void): void => void clock.after(seconds * 1000, () => leg.live && act());
  if (peer.consentGone !== undefined) later(peer.consentGone, () => media?.connect({ state: 'failed', why: 'lost' }));
  if (!peer.flowGone) return;
  later(peer.flowGone[death], () => {
    const { session } = leg;
    if (!session) return;
    // Nothing else leads there: it did not register again.
    Object.assign(session, { hop: () => undefined });
    session.flowLost(5000);
  });
}

/** What the dead still hold is of no interest. */
async function bury({ scene, victim }: Stage): Promise<void> {
  scene.network.drop = () => false;
  for (const session of victim.ua.sessions) session.hangUp();
  await scene.run(70_000);
}

async function secondsToEnd({ scene, leg }: Stage, atMost: number): Promise<number> {
  for (let seconds = 0; seconds <= atMost; seconds += 1) {
    if (!leg.live) return seconds;
    await scene.run(1000);
  }
  return Infinity;
}

const kinds = (scene: Scene): string[] =>
  scene.records.map(({ kind, end }) => [kind, ...(end ? [end.result, end.endedBy] : ['open'])].join(' '));

const cells = Object.entries(peers).flatMap(([peerName, peer]) =>
  Object.entries(states).flatMap(([stateName, state]) =>
    (['killed', 'blackholed'] as const).map((death) => ({ peerName, peer, stateName, state, death })),
  ),
);

describe('a peer that dies', () => {
  it.each(cells)('W5: $peerName, $stateName, $death', async ({ peer, state, death }) => {
    const scene = await startScene({ ringSeconds: 30 });
    const stage: Stage = { scene, ...(await state.enter(scene)) };
    if (peer.role) Object.assign(stage.leg.facts, { role: peer.role });
    const call = [...scene.board.calls.values()][0]!;
    die(stage, peer, death);
    const within = peer.flowGone ? (state.sooner ?? state.within) : state.within;
    // A console has half a minute to come back (W6), if its sound does not tell before.
    const bound = peer.role ? Math.max(within, peer.flowGone![death] + 31) : within;
    expect(await secondsToEnd(stage, bound + 1)).toBeLessThanOrEqual(bound);
    await scene.run(1000);
    // Whoever sits at a console is the endpoint to the records.
    const expected = state
      .records(peer, death)
      .map((each) => (peer.role ? each.replace(/\b(caller|target)\b/, '(endpoint|$1)') : each));
    expect(kinds(scene)).toEqual(expected.map((each) => expect.stringMatching(new RegExp(`^${each}$`))));
    expect(call.live).toBe(state.goesOn ?? false);
    const alive = call.legs.filter((leg) => leg.live && leg !== stage.leg);
    expect(alive).toHaveLength(state.goesOn ? 2 : 0);
    const survivors = [scene.caller, scene.endpoint, scene.party].filter((agent) => agent !== stage.victim);
    const up = survivors.flatMap(({ ua }) => [...ua.sessions].filter((each) => each.state !== 'ended'));
    expect(up).toHaveLength(state.goesOn ? 2 : 0);
    if (stage.leg.result === 'peer-lost') expect(stage.leg.lost).toBeDefined();
    await bury(stage);
  });
});

/**
 * While a target rings, everything that can happen next happens at once. Whatever the order: each leg has one record,
 * a transfer is a bridge or a failure and never both, each REFER that was accepted hears exactly once how it ended (W2),
 * and no leg, dialog, transaction or timer is left over.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/core/ua/session.ts';
import { endCall } from '../../src/core/b2bua/hang-up.ts';
import { BILLING, DOMAIN, ringing, SALES } from '../support/exchange.ts';
import { finalNotifies } from '../support/final-notifies.ts';
import { refer, startScene, type Connected, type Scene } from '../support/scene.ts';

const RING_MS = 10_000;

interface Stage {
  readonly scene: Scene;
  readonly connected: Connected;
  readonly target: Session;
  /** What the endpoint heard of each of its REFERs. */
  readonly logs: string[][];
}

const happenings = {
  'the caller hangs up': ({ connected }: Stage) => connected.caller.hangUp(),
  'the target answers': ({ target }: Stage) => target.incoming?.answer('sendrecv'),
  'the target rejects': ({ target }: Stage) => target.incoming?.reject(486),
  'the endpoint says BYE': ({ connected }: Stage) => connected.endpoint.hangUp(),
  'the endpoint sends a second REFER': ({ connected, logs }: Stage) => {
    if (connected.endpoint.state === 'confirmed') logs.push(refer(connected.endpoint, `<sip:${SALES}@${DOMAIN}>`));
  },
  // The trunk's own timer does it.
  'the ring time runs out': () => {},
} as const;

/** Those that are not tried in pairs as well, so that the suite stays quick. */
const rarer = {
  'the trunk ends the call': ({ scene, connected }: Stage) =>
    endCall(scene.board, connected.live, { by: 'trunk', result: 'answered' }),
  'NOTIFYs are not answered any more': ({ scene }: Stage) => {
    scene.network.drop = ({ startLine, text }) => startLine.startsWith('SIP/2.0') && /CSeq: \d+ NOTIFY/.test(text);
  },
  'NOTIFYs are lost': ({ scene }: Stage) => {
    scene.network.drop = ({ startLine }) => startLine.startsWith('NOTIFY');
  },
} as const;

const all = { ...happenings, ...rarer };
type Happening = keyof typeof all;
const names = Object.keys(happenings) as (keyof typeof happenings)[];

interface Plan {
  readonly what: Happening;
  /** Milliseconds after the instant at which the first message arrives at the trunk. */
  readonly offsetMs: number;
}

async function stage(): Promise<Stage> {
  const scene = await startScene({ ringSeconds: RING_MS / 1000 });
  const billing = ringing(scene.clock);
  scene.phones.set(BILLING, billing.phone);
  scene.phones.set(SALES, ringing(scene.clock, 200).phone);
  const connected = await scene.inbound();
  const logs = [refer(connected.endpoint)];
  await scene.run(20);
  if (!billing.session) throw new Error('the target did not ring');
  return { scene, connected, target: billing.session, logs };
}

/** @param eager whether promises settle between two timers of one instant */
async function play(plans: readonly Plan[], eager: boolean): Promise<void> {
  const set = await stage();
  const { scene, connected } = set;
  const { clock } = scene;
  const timesUp = plans.some(({ what }) => what === 'the ring time runs out');
  const [transfer] = connected.live.transfers;
  if (!transfer) throw new Error('the transfer did not begin');
  // Messages take 1 ms: sent at this instant, they arrive with the end of the ring time.
  const sinceRefer = clock.wall() - transfer.startedAt;
  const instant = timesUp ? RING_MS - sinceRefer - 1 : 50;
  for (const { what, offsetMs } of plans) clock.after(instant + offsetMs, () => all[what](set));
  if (eager) await clock.advanceAsync(instant + 200);
  else clock.advance(instant + 200);
  await scene.run(2000);
  scene.network.drop = () => false;
  await scene.run(6000);
  check(set);
  for (const call of scene.board.calls.values()) expect(call.conversation.talkers.every(({ live }) => live)).toBe(true);
  connected.caller.hangUp();
  await scene.run(5000);
  check(set);
  expect(scene.board.calls.size).toBe(0);
  for (const { ua } of [scene.trunk, scene.caller, scene.endpoint, scene.party])
    expect([...ua.sessions].map(({ state }) => state)).toEqual([]);
  for (const { end } of scene.records) expect(end).toBeDefined();
}

function check({ scene, connected, logs }: Stage): void {
  const { live } = connected;
  // One record a leg that is billed on its own: the call, and each transfer that was begun.
  expect(scene.records.map(({ kind }) => kind)).toEqual(['original', ...live.transfers.map(() => 'transfer')]);
  for (const { state, draft, target } of live.transfers) {
    const bridged = draft.answeredAt !== undefined;
    expect([bridged, state]).toEqual([bridged, bridged ? 'succeeded' : 'failed']);
    if (!bridged) expect([target.live, draft.end === undefined]).toEqual([false, false]);
  }
  expect(live.transfers.filter(({ state }) => state === 'succeeded').length).toBeLessThan(2);
  // A live call is a pair of answered legs; no other leg of it lives.
  const alive = live.legs.filter((leg) => leg.live);
  expect(alive.map(({ id }) => id).toSorted()).toEqual(
    live.live ? live.conversation.talkers.map(({ id }) => id).toSorted() : [],
  );
  expect(alive.every(({ state }) => state === 'answered')).toBe(true);
  // What the endpoint was told: one end for each REFER that was accepted, on the wire and off it, and no other end than the true one.
  const accepted = logs.filter((log) => log[0] === '202');
  for (const log of logs) if (log[0] !== '202') expect(log).toEqual([expect.stringMatching(/^refused /)]);
  expect(finalNotifies(scene.network).map((ends) => ends.length)).toEqual(accepted.map(() => 1));
  expect(live.transfers).toHaveLength(accepted.length);
  for (const [i, log] of accepted.entries()) {
    const ends = log.filter((line) => line.endsWith(' .'));
    expect(ends).toHaveLength(1);
    expect(live.transfers[i]?.state).toBe(ends[0]?.startsWith('NOTIFY 200') ? 'succeeded' : 'failed');
  }
}

const OFFSETS = [0, 0.5, 1, 2, 60];

describe.each(names)('%s, and at the same instant', (first) => {
  it.each(names.filter((name) => name !== first))(
    '%s (W2, P9, P11, P17, P19, P24, P26)',
    { timeout: 30_000 },
    async (second) => {
      for (const offsetMs of OFFSETS) {
        for (const eager of [true, false]) {
          await play(
            [
              { what: first, offsetMs: 0 },
              { what: second, offsetMs },
            ],
            eager,
          );
        }
      }
    },
  );
});

it('any three or four of them in any order and close together (W2, P9, P24, P26)', { timeout: 60_000 }, async () => {
  const every = Object.keys(all) as Happening[];
  const plan = fc.record({ what: fc.constantFrom(...every), offsetMs: fc.constantFrom(0, 0, 0, 0.5, 1, 1.5, 3) });
  const three = fc.uniqueArray(plan, { minLength: 3, maxLength: 4, selector: ({ what }) => what });
  await fc.assert(fc.asyncProperty(three, fc.boolean(), play), { numRuns: 100, seed: 1 });
});

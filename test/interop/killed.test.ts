/**
 * W5: SIPp dies with its call up, over UDP, TCP and TLS, as the side that calls and as the one that is called: killed with -9,
 * so that its system closes its sockets, or stopped, so that they stay open and nothing is answered any more. The whole matrix
 * is in `test/b2bua/kill-matrix.test.ts`, in virtual time; these are real processes, all at once on one trunk with a short time
 * limit.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallView } from '../../src/nouns/call.ts';
import { startSipp, type Sipp, type SippTransport } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import { BILLING, DANA, keys, LAB, startTrunk, type InteropTrunk } from './support/trunk.ts';
import { openWays, type WayIn, type Ways } from './support/ways.ts';

const TIMEOUT_SECONDS = 2;
/** What comes on top of a time limit: a flow's 5 s of grace, and a machine under load. */
const MARGIN_MS = 15_000;
const RING_SECONDS = 8;

type Death = 'SIGKILL' | 'SIGSTOP';
type State = 'ringing' | 'live' | 'transferring';

interface Cell {
  readonly transport: SippTransport;
  readonly side: 'calls' | 'is called';
  readonly state: State;
  readonly death: Death;
  /** Caller ID of the SIPp that calls, number of the one that is called. */
  readonly number: string;
}

const deaths: readonly (readonly [State, Death])[] = [
  ['ringing', 'SIGKILL'],
  ['live', 'SIGKILL'],
  ['live', 'SIGSTOP'],
  ['transferring', 'SIGKILL'],
];
const cells: readonly Cell[] = (['udp', 'tcp', 'tls'] as const)
  .flatMap((transport) =>
    (['calls', 'is called'] as const).flatMap((side) =>
      deaths.map(([state, death]) => ({ transport, side, state, death })),
    ),
  )
  .map((cell, index) => ({ ...cell, number: `+141555502${String(index).padStart(2, '0')}` }));

let trunk: InteropTrunk;
let ways: Ways;
let waysIn: ReadonlyMap<Cell, WayIn>;
/** Timers of the trunk and its parties before anybody called. */
let timersAtRest: number;
const started: Sipp[] = [];

beforeAll(async () => {
  requireTool('sipp');
  ways = await openWays();
  const called = cells.filter(({ side }) => side === 'is called');
  waysIn = new Map(await Promise.all(called.map(async (cell) => [cell, await ways.wayIn(cell.transport)] as const)));
  trunk = await startTrunk({
    config: {
      numbers: [...waysIn].map(([{ number }, { uri }]) => ({ number, to: [uri] })),
      limits: { ringSeconds: RING_SECONDS },
      media: { timeoutSeconds: TIMEOUT_SECONDS, heldTimeoutSeconds: 4 },
      tls: ways.tls,
    },
  });
  timersAtRest = trunk.real.clock.pending;
});
afterAll(async () => {
  for (const sipp of started) sipp.signal('SIGKILL');
  await trunk.close();
  ways.close();
});

/** SIPp echoes what it hears: the other side is one that speaks, or there would be no sound at all. */
async function begin(cell: Cell): Promise<Sipp> {
  const { transport, side, state, number } = cell;
  const target = state === 'transferring' ? LAB : undefined;
  const more = { transport, keys: { ...keys(target), own_number: number } };
  if (side === 'calls') {
    const service = state === 'ringing' ? LAB : BILLING;
    const scenario = state === 'transferring' ? 'uac-refer-no-answer' : 'uac-call';
    const address = await ways.wayOut(transport, trunk);
    return startSipp(scenario, { trunk: address, service, pauseMs: 30_000, ...more });
  }
  const { port, publicPort } = waysIn.get(cell)!;
  const scenario = state === 'transferring' ? 'uas-refer' : 'uas-answer';
  const sipp = await startSipp(scenario, { port, publicPort, pauseMs: state === 'ringing' ? 30_000 : 0, ...more });
  await trunk.real.trunk.practiceCall({ caller: DANA, to: number });
  return sipp;
}

function callOf({ side, number }: Cell): CallView | undefined {
  return trunk.real.trunk.calls().find(({ from, to }) => (side === 'calls' ? from : to).number === number);
}

/** The leg of SIPp, and that of the other side. */
function legsOf(cell: Cell): {
  own: CallView['legs'][number] | undefined;
  other: CallView['legs'][number] | undefined;
} {
  const [first, second] = callOf(cell)?.legs ?? [];
  return cell.side === 'calls' ? { own: first, other: second } : { own: second, other: first };
}

/** Resolves when the call is in the state in which SIPp is to die. */
async function reached(cell: Cell): Promise<void> {
  const until = (look: () => void) => vi.waitFor(look, { timeout: MARGIN_MS });
  const states = () => callOf(cell)?.legs.map(({ state }) => state) ?? [];
  if (cell.state === 'ringing') return until(() => expect(states()).toContain('ringing'));
  if (cell.state === 'transferring') return until(() => expect(states()).toEqual(['answered', 'answered', 'ringing']));
  // It lives for longer than the limit as long as it sends.
  await until(() => expect(legsOf(cell).own?.rtp?.received ?? 0).toBeGreaterThan(150));
}

/** How the trunk ended a leg: its last request or refusal there, and the Reason in it. */
function toldTo(leg: CallView['legs'][number], callId: string): string {
  const messages = trunk.real.trunk.ladder(callId)?.messages.filter(({ legId }) => legId === leg.id) ?? [];
  const last = messages.findLast(({ from, label }) => from === 'trunk' && /^(?:BYE|CANCEL|[4-6]\d\d)/.test(label));
  const reason = /^Reason: (.*?)\r?$/m.exec(last?.text ?? '')?.[1];
  return [last?.label.split(' ')[0], ...(reason === undefined ? [] : [reason])].join(' ');
}

const LOST = `BYE SIP;cause=408;text="No sound for ${TIMEOUT_SECONDS} s"`;

/** What the records say, what the other side is told, and what a target is. */
const outcomes: Readonly<Record<State, { records: readonly string[]; other: Record<Cell['side'], string> }>> = {
  // Nothing tells: an endpoint may close a connection between two requests and be there all the same.
  ringing: { records: ['original no-answer trunk'], other: { calls: 'CANCEL', 'is called': '408' } },
  live: { records: ['original peer-lost endpoint'], other: { calls: LOST, 'is called': LOST } },
  transferring: {
    records: ['original peer-lost endpoint', 'transfer canceled trunk'],
    other: { calls: LOST, 'is called': LOST },
  },
};

describe('SIPp that dies', () => {
  it.concurrent.each(cells)('W5: over $transport, $side, $state, $death', async (cell) => {
    const sipp = await begin(cell);
    started.push(sipp);
    await reached(cell);
    const { id, legs } = callOf(cell)!;
    const { own, other } = legsOf(cell);
    sipp.signal(cell.death);
    await vi.waitFor(() => expect(callOf(cell)).toBeUndefined(), { timeout: RING_SECONDS * 1000 + MARGIN_MS });
    const expected = outcomes[cell.state];
    const records = trunk.real.trunk.records.list({}).records.filter(({ callId }) => callId === id);
    expect(records.map(({ kind, result, endedBy }) => `${kind} ${result} ${endedBy}`).toSorted()).toEqual(
      expected.records,
    );
    expect(toldTo(other!, id)).toBe(expected.other[cell.side]);
    if (cell.state !== 'transferring') return;
    expect(toldTo(legs[2]!, id)).toBe('CANCEL');
    // The dead transferor is owed one final NOTIFY all the same (W2).
    const notifies = trunk.real.trunk
      .ladder(id)!
      .messages.filter(({ legId, label }) => legId === own!.id && label.startsWith('NOTIFY'));
    const final = notifies.filter(
      ({ text, retransmission }) => !retransmission && /^Subscription-State: terminated/m.test(text),
    );
    expect(final).toHaveLength(1);
  });

  it('W5: leaves no timer, no transaction and no session', async () => {
    // Those that were stopped hold their connections.
    for (const sipp of started) sipp.signal('SIGKILL');
    // A transaction over UDP stays for 64 times T1 (RFC 3261 §17.2.2).
    const { clock, trunk: running } = trunk.real;
    await vi.waitFor(() => expect(clock.pending).toBeLessThanOrEqual(timersAtRest), { timeout: 45_000, interval: 200 });
    expect([...running.parties.phones]).toEqual([]);
  });
});

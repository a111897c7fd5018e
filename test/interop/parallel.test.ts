/** Many calls side by side over real sockets, each transferred by SIPp: they do not get into each other's way. */
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { CallRecord } from '../../src/nouns/record.ts';
import type { LadderMessage } from '../../src/nouns/ladder.ts';
import { freePorts } from './support/ports.ts';
import { startSipp } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import { keys, LINE, OWN, SECOND_LINE, startTrunk, type InteropTrunk } from './support/trunk.ts';

const CALLS = 200;
/** Begun in a second. Were all begun at once, a busy machine would repeat what SIPp takes but once. */
const PER_SECOND = 40;
/** Milliseconds that each target rings: transfers are under way together though their calls began one by one. */
const RINGS_MS = 4000;

let trunk: InteropTrunk;

beforeAll(() => requireTool('sipp'));
afterEach(() => trunk.close());

/** What has to cross each leg. The endpoint's answers to NOTIFY and BYE are counted: a busy machine may delay one. */
const flows = {
  caller: ['→ INVITE (sdp)', '← 180 Ringing', '← 200 OK (sdp)', '→ ACK', '→ BYE', '← 200 OK'],
  agent: [
    '← INVITE (sdp)',
    '→ 180 Ringing',
    '→ 200 OK (sdp)',
    '← ACK',
    '→ REFER',
    '← 202 Accepted',
    '← NOTIFY (100 Trying)',
    '← NOTIFY (180 Ringing)',
    '← NOTIFY (200 OK)',
    '← BYE',
  ],
  target: ['← INVITE (sdp)', '→ 180 Ringing', '→ 200 OK (sdp)', '← ACK', '← BYE', '→ 200 OK'],
};

/** What crossed the trunk on one leg, without repetitions; `100 Trying` comes only where nothing else is as quick. */
const arrows = (messages: readonly LadderMessage[], leg: string): string[] =>
  messages
    .filter(({ legId, retransmission, status }) => legId === leg && !retransmission && status !== 100)
    .map(({ from, label }) => `${from === 'trunk' ? '←' : '→'} ${label}`);

it('P4 P7 P20 P24 P26: 200 calls are transferred side by side: all records are right, and the ladder of each is whole', async () => {
  const [endpoint, target] = [await freePorts(), await freePorts()];
  trunk = await startTrunk({
    line: [`sip:agent@127.0.0.1:${endpoint}`],
    secondLine: [`sip:second@127.0.0.1:${target}`],
    config: { limits: { concurrentCalls: 2 * CALLS, callsPerSecond: 1000, ringSeconds: 20 } },
  });
  const { trunk: running } = trunk.real;
  const many = { calls: CALLS, silent: true };
  const agents = await startSipp('uas-refer', { port: endpoint, keys: keys(SECOND_LINE), ...many });
  const targets = await startSipp('uas-answer', { port: target, pauseMs: RINGS_MS, ...many });
  const callers = await startSipp('uac-call', {
    trunk: trunk.address,
    service: LINE,
    keys: keys(),
    perSecond: PER_SECOND,
    pauseMs: 10_000,
    ...many,
  });
  await Promise.all([agents.passed, targets.passed, callers.passed]);
  await vi.waitFor(() => expect(running.calls()).toEqual([]), { timeout: 5000 });

  const { records } = running.records.list({ limit: 1000 });
  const sessions = Map.groupBy(records, ({ sessionId }) => sessionId);
  expect(sessions.size).toBe(CALLS);
  const brief = ({ kind, from, to, result, endedBy, hangupCode }: CallRecord) =>
    `${kind} ${from} → ${to}: ${result} by ${endedBy}, ${hangupCode}`;
  for (const session of sessions.values()) {
    expect(session.map(brief).toSorted((a, b) => a.localeCompare(b))).toEqual([
      `original ${OWN} → ${LINE}: transferred by trunk, 3010`,
      `transfer ${OWN} → ${SECOND_LINE}: answered by caller, 3000`,
    ]);
    const [{ callId }] = session as [CallRecord];
    const ladder = running.ladder(callId);
    expect(ladder?.dropped).toBe(0);
    const { lifelines = [], messages = [] } = ladder ?? {};
    expect(lifelines.map(({ role }) => role)).toEqual(['caller', 'trunk', 'endpoint', 'endpoint']);
    const [caller = '', agent = '', last = ''] = lifelines.filter(({ id }) => id !== 'trunk').map(({ id }) => id);
    expect(arrows(messages, caller)).toEqual(flows.caller);
    const endpointLeg = arrows(messages, agent);
    expect(endpointLeg.filter((arrow) => arrow !== '→ 200 OK')).toEqual(flows.agent);
    expect(endpointLeg.filter((arrow) => arrow === '→ 200 OK')).toHaveLength(4);
    expect(arrows(messages, last)).toEqual(flows.target);
  }
  // They are side by side indeed.
  const pending = records.filter(({ kind }) => kind === 'transfer');
  const atOnce = pending.map(({ startedAt }) => pending.filter((each) => covers(each, startedAt)).length);
  expect(Math.max(...atOnce)).toBeGreaterThan(CALLS / 2);
}, 60_000);

const covers = ({ startedAt, answeredAt }: CallRecord, at: number): boolean =>
  startedAt <= at && at < (answeredAt ?? at);

/** SIPp as the endpoint that is called through a number of the trunk and transfers its caller. */
import { afterEach, beforeAll, expect, it } from 'vitest';
import { freePorts } from './support/ports.ts';
import { startSipp, type Sipp } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import {
  brief,
  DANA,
  hears,
  HELP_DESK,
  HZ,
  keys,
  LAB,
  ladderOf,
  LINE,
  SECOND_LINE,
  listenTo,
  records,
  startTrunk,
  type InteropTrunk,
} from './support/trunk.ts';

let trunk: InteropTrunk;

beforeAll(() => requireTool('sipp'));
afterEach(() => trunk.close());

interface Connected {
  readonly callId: string;
  readonly sipp: Sipp;
  readonly caller: ReturnType<typeof listenTo>;
  /** Where the second line rings. */
  readonly second: number;
}

/** Dana dials the trunk's number; what SIPp does then is up to the scenario. */
async function called(scenario: string, target: string, more: Record<string, string> = {}): Promise<Connected> {
  const port = await freePorts();
  const second = await freePorts();
  trunk = await startTrunk({
    line: [`sip:agent@127.0.0.1:${port}`],
    secondLine: [`sip:second@127.0.0.1:${second}`],
    ringSeconds: 20,
  });
  const sipp = await startSipp(scenario, { port, keys: { ...keys(target), ...more } });
  const caller = listenTo(trunk, DANA);
  const { callId } = await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
  return { callId, sipp, caller, second };
}

const endpointLadder = (callId: string): string[] => ladderOf(trunk, callId, 'endpoint').arrows;

it('P1 P3 P4 P5 P6 P7 P20 P26: an endpoint that was called transfers its caller, who then talks with the target', async () => {
  const { callId, sipp, caller } = await called('uas-refer', HELP_DESK);
  const target = listenTo(trunk, HELP_DESK);
  await sipp.passed;
  const { ear: danaHears, phone: dana } = await caller;
  const { ear: targetHears, phone } = await target;
  await hears(danaHears, HZ[HELP_DESK]);
  await hears(targetHears, HZ[DANA]);
  // P20: the target is shown the original caller.
  expect(phone.session?.incoming?.request.headers.get('From')).toContain(`sip:${DANA}@`);
  dana.hangUp();
  expect((await records(trunk)).map(brief)).toEqual([
    `original ${DANA} → ${LINE}: transferred, ended by trunk`,
    `transfer ${DANA} → ${HELP_DESK}: answered, ended by caller`,
  ]);
  expect(endpointLadder(callId).filter((arrow) => !arrow.startsWith('→ 200'))).toEqual([
    '← INVITE (sdp)',
    '→ 180 Ringing',
    '← ACK',
    '→ REFER',
    '← 202 Accepted',
    '← NOTIFY (100 Trying)',
    '← NOTIFY (180 Ringing)',
    '← NOTIFY (200 OK)',
    '← BYE',
  ]);
});

it('P8: the endpoint hangs up itself after NOTIFY 200, and the bridged call goes on', async () => {
  const { callId, sipp, caller } = await called('uas-refer-bye-after-200', HELP_DESK);
  await sipp.passed;
  const { ear, phone: dana } = await caller;
  await hears(ear, HZ[HELP_DESK]);
  const arrows = endpointLadder(callId);
  expect(arrows).toContain('→ BYE');
  expect(arrows).not.toContain('← BYE');
  dana.hangUp();
  expect((await records(trunk)).map(brief)).toEqual([
    `original ${DANA} → ${LINE}: transferred, ended by endpoint`,
    `transfer ${DANA} → ${HELP_DESK}: answered, ended by caller`,
  ]);
});

it('P9: a BYE of the endpoint before NOTIFY 200 drops the caller and cancels the target', async () => {
  const { callId, sipp, caller } = await called('uas-refer-bye-too-early', LAB);
  await sipp.passed;
  const { phone: dana } = await caller;
  await expect.poll(() => dana.over).toBe(true);
  expect((await records(trunk)).map(brief)).toEqual([
    `original ${DANA} → ${LINE}: answered, ended by endpoint`,
    `transfer ${DANA} → ${LAB}: canceled, ended by trunk`,
  ]);
  expect(ladderOf(trunk, callId, 'target').arrows).toEqual(
    expect.arrayContaining(['← INVITE (sdp)', '→ 180 Ringing', '← CANCEL', '→ 487 Request Terminated']),
  );
  expect(ladderOf(trunk, callId, 'caller').arrows).toContain('← BYE');
  expect(endpointLadder(callId)).not.toContain('← NOTIFY (200 OK)');
});

it('P10: an endpoint that answers no NOTIFY is transferred from all the same, and released', async () => {
  const { callId, sipp, caller } = await called('uas-refer-deaf', HELP_DESK);
  await sipp.passed;
  const { ear, phone: dana } = await caller;
  await hears(ear, HZ[HELP_DESK]);
  const all = trunk.real.trunk.ladder(callId)!.messages.filter(({ method }) => method === 'NOTIFY');
  expect(all.some(({ retransmission }) => retransmission)).toBe(true);
  expect(all.some(({ status }) => status !== undefined)).toBe(false);
  dana.hangUp();
  expect((await records(trunk)).map(({ result }) => result)).toEqual(['transferred', 'answered']);
});

it('P24: a second REFER while the first target rings cancels it with 487 and goes ahead', async () => {
  const { callId, sipp, caller } = await called('uas-refer-twice', HELP_DESK, { first: LAB });
  await sipp.passed;
  const { ear, phone: dana } = await caller;
  await hears(ear, HZ[HELP_DESK]);
  expect(ladderOf(trunk, callId, 'target').arrows).toContain('← CANCEL');
  dana.hangUp();
  expect((await records(trunk)).map(brief)).toEqual([
    `original ${DANA} → ${LINE}: transferred, ended by trunk`,
    `transfer ${DANA} → ${LAB}: canceled, ended by trunk`,
    `transfer ${DANA} → ${HELP_DESK}: answered, ended by caller`,
  ]);
});

it('P24: a target that is itself an endpoint of the trunk transfers the caller on', async () => {
  const { callId, sipp, caller, second } = await called('uas-refer', SECOND_LINE);
  const next = await startSipp('uas-refer', { port: second, keys: keys(HELP_DESK) });
  const target = listenTo(trunk, HELP_DESK);
  await Promise.all([sipp.passed, next.passed]);
  const { ear: danaHears, phone: dana } = await caller;
  const { ear: targetHears, phone } = await target;
  await hears(danaHears, HZ[HELP_DESK]);
  await hears(targetHears, HZ[DANA]);
  expect(phone.session?.incoming?.request.headers.get('From')).toContain(`sip:${DANA}@`);
  dana.hangUp();
  const all = await records(trunk);
  expect(all.map(brief)).toEqual([
    `original ${DANA} → ${LINE}: transferred, ended by trunk`,
    `transfer ${DANA} → ${SECOND_LINE}: transferred, ended by trunk`,
    `transfer ${DANA} → ${HELP_DESK}: answered, ended by caller`,
  ]);
  expect(new Set(all.map(({ sessionId }) => sessionId)).size).toBe(1);
  expect(new Set(all.map((record) => record.callId))).toEqual(new Set([callId]));
});

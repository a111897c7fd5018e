/** Where a number of the trunk leads, with SIPp at the other end. */
import { afterEach, beforeAll, expect, it } from 'vitest';
import { freePorts } from './support/ports.ts';
import { startSipp } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import {
  brief,
  DANA,
  DOMAIN,
  hears,
  HZ,
  keys,
  ladderOf,
  LINE,
  listenTo,
  NOBODY,
  records,
  startTrunk,
  type InteropTrunk,
} from './support/trunk.ts';

let trunk: InteropTrunk;

beforeAll(() => requireTool('sipp'));
afterEach(() => trunk.close());

const agentAt = (port: number): string => `sip:agent@127.0.0.1:${port}`;

/** Dana dials the trunk's number and is answered: SIPp sends back what she says. */
async function danaIsAnswered(): Promise<string> {
  const caller = listenTo(trunk, DANA);
  const { callId } = await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
  const { ear, phone } = await caller;
  await hears(ear, HZ[DANA]);
  phone.hangUp();
  return callId;
}

it('P29: when the primary URI refuses, the fallback URI rings', async () => {
  const [primary, fallback] = [await freePorts(), await freePorts()];
  trunk = await startTrunk({ line: [agentAt(primary), agentAt(fallback)] });
  const refusing = await startSipp('uas-unavailable', { port: primary });
  const answering = await startSipp('uas-answer', { port: fallback });
  const callId = await danaIsAnswered();
  await Promise.all([refusing.passed, answering.passed]);
  expect((await records(trunk)).map(brief)).toEqual([`original ${DANA} → ${LINE}: answered, ended by caller`]);
  expect(ladderOf(trunk, callId, 'endpoint').arrows).toEqual(
    expect.arrayContaining(['→ 503 Service Unavailable', '→ 180 Ringing', '→ 200 OK (sdp)']),
  );
});

it('W19: SIPp registers with a user name and a password, and is rung', async () => {
  const credentials = { username: 'agent', password: 'cord-and-plug' };
  trunk = await startTrunk({
    line: [`sip:agent@${DOMAIN}`],
    config: { auth: { allow: [], credentials: [credentials] } },
  });
  const registering = await startSipp('uac-register-challenged', {
    trunk: trunk.address,
    service: 'agent',
    credentials,
    keys: keys(),
  });
  await registering.passed;
  const answering = await startSipp('uas-answer', { port: registering.port });
  await danaIsAnswered();
  await answering.passed;
});

it('P29: when the primary URI is silent, the fallback URI rings', async () => {
  const [primary, fallback] = [await freePorts(), await freePorts()];
  trunk = await startTrunk({ line: [agentAt(primary), agentAt(fallback)], ringSeconds: 1 });
  const answering = await startSipp('uas-answer', { port: fallback });
  const callId = await danaIsAnswered();
  await answering.passed;
  const live = trunk.real.trunk.ladder(callId)!;
  expect(live.lifelines.filter(({ role }) => role === 'endpoint')).toHaveLength(2);
});

it('rings an endpoint that has registered for a user name of the domain', async () => {
  trunk = await startTrunk({ line: [`sip:agent@${DOMAIN}`] });
  const registering = await startSipp('uac-register', { trunk: trunk.address, service: 'agent', keys: keys() });
  await registering.passed;
  const answering = await startSipp('uas-answer', { port: registering.port });
  const callId = await danaIsAnswered();
  await answering.passed;
  const [invite] = ladderOf(trunk, callId, 'endpoint').messages;
  expect(invite?.text).toContain(`INVITE sip:agent@127.0.0.1:${registering.port};transport=UDP SIP/2.0`);
});

it('P31: answers 404 to a number that leads nowhere, which a record says, and the ladder shows', async () => {
  trunk = await startTrunk();
  const sipp = await startSipp('uac-not-found', { trunk: trunk.address, service: NOBODY, keys: keys() });
  await sipp.passed;
  expect(trunk.real.trunk.calls()).toEqual([]);
  const [record, ...others] = await records(trunk);
  expect(others).toEqual([]);
  expect(record).toMatchObject({ result: 'not-found', sipStatus: 404, billable: false, hangupName: 'route_not_found' });
  expect(ladderOf(trunk, record!.callId, 'endpoint').arrows).toEqual(['→ INVITE (sdp)', '← 404 Not Found', '→ ACK']);
});

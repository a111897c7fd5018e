/** The same scenarios over connections: SIPp over TCP, and over TLS through a tunnel, since Debian's has none. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSipp, type SippOptions } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import {
  BILLING,
  brief,
  DANA,
  hears,
  HELP_DESK,
  HZ,
  keys,
  ladderOf,
  LINE,
  listenTo,
  OWN,
  records,
  startTrunk,
  type InteropTrunk,
} from './support/trunk.ts';
import { openWays, type WayIn, type Ways } from './support/ways.ts';

let trunk: InteropTrunk;
let ways: Ways;
/** Where SIPp reaches the trunk. */
let address: string;
/** Where SIPp waits for calls. */
let wayIn: WayIn;

beforeAll(() => requireTool('sipp'));

describe.each([
  { stream: 'tcp', title: 'SIPp over TCP' },
  { stream: 'tls', title: 'SIPp over TLS, which a tunnel lends it,' },
] as const)('$title', ({ stream: transport }) => {
  beforeEach(async () => {
    ways = await openWays();
    wayIn = await ways.wayIn(transport);
    trunk = await startTrunk({ line: [wayIn.uri], config: { tls: ways.tls } });
    address = await ways.wayOut(transport, trunk);
  });
  afterEach(async () => {
    await trunk.close();
    ways.close();
  });

  /** Every message of the endpoint's leg says of itself that it came this way. */
  function expectNothingElse(callId: string): void {
    const vias = ladderOf(trunk, callId, 'endpoint').messages.map(({ text }) => /^Via: (\S+)/m.exec(text)?.[1]);
    expect(new Set(vias)).toEqual(new Set([`SIP/2.0/${transport.toUpperCase()}`]));
  }

  /** SIPp calls Billing. */
  const calls = (scenario: string, more: SippOptions) =>
    startSipp(scenario, { trunk: address, transport, service: BILLING, ...more });

  /** Dana dials the trunk's number, which rings SIPp. */
  async function isCalled(scenario: string, target?: string) {
    const sipp = await startSipp(scenario, {
      port: wayIn.port,
      publicPort: wayIn.publicPort,
      transport,
      keys: keys(target),
    });
    const caller = listenTo(trunk, DANA);
    const { callId } = await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
    return { sipp, caller, callId };
  }

  it('calls a party, with sound, and hangs up', async () => {
    const billing = listenTo(trunk, BILLING);
    const sipp = await calls('uac-call', { keys: keys(), pauseMs: 1500 });
    const { ear } = await billing;
    await hears(ear, HZ[BILLING]);
    await sipp.passed;
    const all = await records(trunk);
    expect(all.map(brief)).toEqual([`original ${OWN} → ${BILLING}: answered, ended by endpoint`]);
    expectNothingElse(all[0]!.callId);
  });

  it('P3 P5 P6 P7 P21: calls a party and transfers it', async () => {
    const billing = listenTo(trunk, BILLING);
    const helpDesk = listenTo(trunk, HELP_DESK);
    const sipp = await calls('uac-refer', { keys: keys(HELP_DESK) });
    await sipp.passed;
    const { phone } = await helpDesk;
    await hears((await billing).ear, HZ[HELP_DESK]);
    phone.hangUp();
    const all = await records(trunk);
    expect(all.map(brief)).toEqual([
      `original ${OWN} → ${BILLING}: transferred, ended by trunk`,
      `transfer ${OWN} → ${HELP_DESK}: answered, ended by target`,
    ]);
    expectNothingElse(all[0]!.callId);
  });

  it('is called, and the caller hangs up', async () => {
    const { sipp, caller, callId } = await isCalled('uas-answer');
    const { ear, phone } = await caller;
    await hears(ear, HZ[DANA]);
    phone.hangUp();
    await sipp.passed;
    expect((await records(trunk)).map(brief)).toEqual([`original ${DANA} → ${LINE}: answered, ended by caller`]);
    expectNothingElse(callId);
  });

  it('P3 P5 P6 P7 P21: is called and transfers its caller', async () => {
    const { sipp, caller, callId } = await isCalled('uas-refer', HELP_DESK);
    const target = listenTo(trunk, HELP_DESK);
    await sipp.passed;
    const { ear, phone } = await caller;
    await target;
    await hears(ear, HZ[HELP_DESK]);
    phone.hangUp();
    expect((await records(trunk)).map(brief)).toEqual([
      `original ${DANA} → ${LINE}: transferred, ended by trunk`,
      `transfer ${DANA} → ${HELP_DESK}: answered, ended by caller`,
    ]);
    expectNothingElse(callId);
  });
});

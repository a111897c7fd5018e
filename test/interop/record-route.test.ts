/** SIPp as endpoint behind Kamailio, which record-routes: everything in a call goes through it, both ways. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startKamailio, type Kamailio } from './support/kamailio.ts';
import { freePorts } from './support/ports.ts';
import { startSipp } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import {
  BILLING,
  brief,
  DANA,
  DOMAIN,
  hears,
  HELP_DESK,
  HZ,
  keys,
  ladderOf,
  LINE,
  listenTo,
  NOBODY,
  OWN,
  records,
  startTrunk,
  type InteropTrunk,
} from './support/trunk.ts';

let trunk: InteropTrunk;
let kamailio: Kamailio;
let proxyPort: number;
let endpointPort: number;

beforeAll(() => {
  requireTool('sipp');
  requireTool('kamailio');
});

describe.each([
  { between: 'udp', title: 'over UDP', routes: 1 },
  // Where the transport changes, Kamailio gives two routes: one for each side of itself.
  { between: 'tcp', title: 'over UDP at the endpoint and TCP at the trunk', routes: 2 },
] as const)('through Kamailio $title', ({ between, routes }) => {
  beforeEach(async () => {
    [proxyPort, endpointPort] = [await freePorts(), await freePorts()];
    trunk = await startTrunk({ line: [`sip:agent@127.0.0.1:${proxyPort};transport=${between}`], ringSeconds: 10 });
    kamailio = await startKamailio({
      port: proxyPort,
      trunk: `sip:${trunk.real.trunk.addresses[between]};transport=${between}`,
      endpoint: `sip:127.0.0.1:${endpointPort}`,
      domain: DOMAIN,
    });
  });
  afterEach(async () => {
    await kamailio.stop();
    await trunk.close();
  });

  const calls = (scenario: string, service: string, target?: string) =>
    startSipp(scenario, { trunk: `127.0.0.1:${proxyPort}`, port: endpointPort, service, keys: keys(target) });

  /**
   * Each request of the trunk's inside the endpoint's dialog takes the routes that Kamailio recorded and names the
   * endpoint itself. @returns their methods
   */
  function routed(callId: string, user: string): string[] {
    const { messages } = ladderOf(trunk, callId, 'endpoint');
    const recorded = messages.find(({ text }) => text.includes('\nRecord-Route: '))!;
    const set = valuesOf(recorded.text, 'Record-Route');
    expect(set).toHaveLength(routes);
    // Whoever was called takes them in the order of the request, whoever called in the reverse of the response's.
    const expected = recorded.kind === 'request' ? set : set.toReversed();
    const requests = messages.filter(
      ({ kind, from, text }) => kind === 'request' && from === 'trunk' && /^To: .*;tag=/m.test(text),
    );
    for (const { text, method } of requests) {
      expect(valuesOf(text, 'Route')).toEqual(expected);
      expect(text).toMatch(
        new RegExp(`^${method} sip:${user}@127\\.0\\.0\\.1:${endpointPort};transport=UDP SIP/2\\.0`),
      );
    }
    return requests.map(({ method }) => method);
  }

  it('P3 P5 P6 P7: an endpoint calls, transfers, and is released', async () => {
    const billing = listenTo(trunk, BILLING);
    const helpDesk = listenTo(trunk, HELP_DESK);
    const sipp = await calls('uac-refer', BILLING, HELP_DESK);
    await sipp.passed;
    await hears((await billing).ear, HZ[HELP_DESK]);
    (await helpDesk).phone.hangUp();
    const all = await records(trunk);
    expect(all.map(brief)).toEqual([
      `original ${OWN} → ${BILLING}: transferred, ended by trunk`,
      `transfer ${OWN} → ${HELP_DESK}: answered, ended by target`,
    ]);
    expect(routed(all[0]!.callId, 'endpoint')).toEqual(['NOTIFY', 'NOTIFY', 'NOTIFY', 'BYE']);
  });

  it('P3 P5 P6 P7: an endpoint is called, transfers, and is released', async () => {
    const sipp = await startSipp('uas-refer', { port: endpointPort, keys: keys(HELP_DESK) });
    const caller = listenTo(trunk, DANA);
    const target = listenTo(trunk, HELP_DESK);
    const { callId } = await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
    await sipp.passed;
    const { ear, phone } = await caller;
    await target;
    await hears(ear, HZ[HELP_DESK]);
    phone.hangUp();
    expect((await records(trunk)).map(brief)).toEqual([
      `original ${DANA} → ${LINE}: transferred, ended by trunk`,
      `transfer ${DANA} → ${HELP_DESK}: answered, ended by caller`,
    ]);
    expect(routed(callId, 'agent')).toEqual(['ACK', 'NOTIFY', 'NOTIFY', 'NOTIFY', 'BYE']);
  });

  it('an endpoint hangs up, and one that calls a number that leads nowhere is told 404', async () => {
    const billing = listenTo(trunk, BILLING);
    const sipp = await calls('uac-call', BILLING);
    await billing;
    await sipp.passed;
    const refused = await calls('uac-not-found', NOBODY);
    await refused.passed;
    expect((await records(trunk)).map(brief)).toEqual([
      `original ${OWN} → ${BILLING}: answered, ended by endpoint`,
      `original ${OWN} → ${NOBODY}: not-found, ended by trunk`,
    ]);
  });
});

/** Values of a header, in order, whether they share a line or not. */
const valuesOf = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`^${name}: (.+)$`, 'gm'))].flatMap(([, value]) => value!.trim().split(/,\s*/));

/** SIPp as the endpoint that calls somebody through the trunk and transfers them. */
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startSipp } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import {
  BILLING,
  brief,
  hangUpAll,
  hears,
  HELP_DESK,
  HZ,
  keys,
  LAB,
  ladderOf,
  listenTo,
  NIGHT_DESK,
  NOBODY,
  OWN,
  records,
  startTrunk,
  type InteropTrunk,
} from './support/trunk.ts';

let trunk: InteropTrunk;

beforeAll(() => requireTool('sipp'));
beforeEach(async () => {
  trunk = await startTrunk();
});
afterEach(() => trunk.close());

const call = (scenario: string, target: string) =>
  startSipp(scenario, { trunk: trunk.address, service: BILLING, keys: keys(target) });

it('P1 P2 P3 P4 P5 P6 P7 P20 P26: an endpoint that called transfers, and the two others talk on', async () => {
  const billing = listenTo(trunk, BILLING);
  const helpDesk = listenTo(trunk, HELP_DESK);
  const sipp = await call('uac-refer', HELP_DESK);
  await sipp.passed;
  const { ear: billingHears } = await billing;
  const { ear: helpDeskHears, phone } = await helpDesk;
  await hears(billingHears, HZ[HELP_DESK]);
  await hears(helpDeskHears, HZ[BILLING]);

  const [live] = trunk.real.trunk.calls();
  expect(live?.legs.map(({ role, state }) => [role, state])).toEqual([
    ['endpoint', 'ended'],
    ['target', 'answered'],
    ['target', 'answered'],
  ]);
  phone.hangUp();
  const [original, transfer] = await records(trunk);
  expect([original, transfer].map((record) => record && brief(record))).toEqual([
    `original ${OWN} → ${BILLING}: transferred, ended by trunk`,
    `transfer ${OWN} → ${HELP_DESK}: answered, ended by target`,
  ]);
  expect(transfer?.sessionId).toBe(original?.sessionId);
  expect(transfer!.answeredAt).toBeLessThanOrEqual(original!.endedAt);
  expect(ladderOf(trunk, original!.callId, 'endpoint').arrows).toEqual([
    '→ INVITE (sdp)',
    '← 180 Ringing',
    '← 200 OK (sdp)',
    '→ ACK',
    '→ REFER',
    '← 202 Accepted',
    '← NOTIFY (100 Trying)',
    '→ 200 OK',
    '← NOTIFY (180 Ringing)',
    '→ 200 OK',
    '← NOTIFY (200 OK)',
    '→ 200 OK',
    '← BYE',
    '→ 200 OK',
  ]);
});

it('P12: NOTIFY and BYE go to the Contact of the endpoint, in the dialog of its own call', async () => {
  const sipp = await call('uac-refer', HELP_DESK);
  await sipp.passed;
  const [live] = trunk.real.trunk.calls();
  const { messages } = ladderOf(trunk, live!.id, 'endpoint');
  const answer = messages.find(({ label }) => label.startsWith('200 OK (sdp)'))!;
  const dialog = ({ text }: { text: string }, local: string, remote: string) => [
    new RegExp(`^${local}:.*;tag=(.+)$`, 'm').exec(text)?.[1],
    new RegExp(`^${remote}:.*;tag=(.+)$`, 'm').exec(text)?.[1],
    /^Call-ID: (.+)$/m.exec(text)?.[1],
  ];
  const fromTrunk = messages.filter(({ method, kind }) => kind === 'request' && ['NOTIFY', 'BYE'].includes(method));
  expect(fromTrunk).toHaveLength(4);
  for (const request of fromTrunk) {
    expect(request.text).toMatch(
      new RegExp(`^(NOTIFY|BYE) sip:endpoint@127\\.0\\.0\\.1:${sipp.port};transport=UDP SIP/2\\.0`),
    );
    expect(dialog(request, 'From', 'To')).toEqual(dialog(answer, 'To', 'From'));
  }
  await hangUpAll(trunk);
});

it.each([
  { what: 'busy', target: NIGHT_DESK, says: '486 Busy Here', result: 'busy', endedBy: 'target' },
  { what: 'not to be found', target: NOBODY, says: '404 Not Found', result: 'not-found', endedBy: 'trunk' },
])('P17 P18: a target that is $what ends the subscription with its status, and the call goes on', async (row) => {
  const billing = listenTo(trunk, BILLING);
  const sipp = await call('uac-refer-fails', row.target);
  const { ear } = await billing;
  const { id } = trunk.real.trunk.calls()[0]!;
  await expect
    .poll(() => ladderOf(trunk, id, 'endpoint').arrows, { timeout: 5000 })
    .toContain(`← NOTIFY (${row.says})`);
  // SIPp echoes: what Billing says comes back only as long as both directions are up.
  await hears(ear, HZ[BILLING]);
  await sipp.passed;
  expect((await records(trunk)).map(brief)).toEqual([
    `original ${OWN} → ${BILLING}: answered, ended by endpoint`,
    `transfer ${OWN} → ${row.target}: ${row.result}, ended by ${row.endedBy}`,
  ]);
  expect(ladderOf(trunk, id, 'endpoint').arrows).not.toContain('← BYE');
});

it('P17 P18: a target that does not answer is cancelled after the ring time, and the call goes on', async () => {
  const billing = listenTo(trunk, BILLING);
  const sipp = await call('uac-refer-no-answer', LAB);
  const { ear } = await billing;
  const { id } = trunk.real.trunk.calls()[0]!;
  await expect
    .poll(() => ladderOf(trunk, id, 'endpoint').arrows, { timeout: 8000 })
    .toContain('← NOTIFY (408 Request Timeout)');
  await hears(ear, HZ[BILLING]);
  await sipp.passed;
  expect((await records(trunk)).map(brief)).toEqual([
    `original ${OWN} → ${BILLING}: answered, ended by endpoint`,
    `transfer ${OWN} → ${LAB}: no-answer, ended by trunk`,
  ]);
  expect(ladderOf(trunk, id, 'target').arrows).toContain('← CANCEL');
});

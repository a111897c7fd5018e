/** SIPp as the endpoint of a trunk with Twilio's rules: it sends REFER, and has to hang up by itself. */
import { afterEach, beforeAll, expect, it } from 'vitest';
import { freePorts } from './support/ports.ts';
import { startSipp } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import {
  brief,
  DANA,
  hears,
  HELP_DESK,
  HZ,
  keys,
  ladderOf,
  LINE,
  listenTo,
  records,
  startTrunk,
  type InteropTrunk,
} from './support/trunk.ts';

let trunk: InteropTrunk;

beforeAll(() => requireTool('sipp'));
afterEach(() => trunk.close());

it.each([
  ['from-transferee', DANA],
  ['from-transferor', LINE],
])('Twilio: the endpoint sends BYE after NOTIFY 200; with %s the target sees %s', async (transferCallerId, shown) => {
  const port = await freePorts();
  trunk = await startTrunk({
    line: [`sip:agent@127.0.0.1:${port}`],
    config: { provider: 'twilio', twilio: { transferCallerId } },
  });
  const sipp = await startSipp('uas-refer-bye-after-200', { port, keys: keys(HELP_DESK) });
  const caller = listenTo(trunk, DANA);
  const target = listenTo(trunk, HELP_DESK);
  const { callId } = await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
  await sipp.passed;
  const { ear, phone: dana } = await caller;
  const { ear: targetHears, phone } = await target;
  await hears(ear, HZ[HELP_DESK]);
  await hears(targetHears, HZ[DANA]);
  expect(phone.session?.incoming?.request.headers.get('From')).toContain(`sip:${shown}@`);
  const { arrows } = ladderOf(trunk, callId, 'endpoint');
  expect(arrows.filter((arrow) => arrow.endsWith('BYE'))).toEqual(['→ BYE']);
  dana.hangUp();
  const all = await records(trunk);
  expect(all.map(brief)).toEqual([
    `original ${DANA} → ${LINE}: transferred, ended by endpoint`,
    `transfer ${shown} → ${HELP_DESK}: answered, ended by caller`,
  ]);
  expect(all.map(({ hangupName }) => hangupName)).toEqual(['completed', 'completed']);
});

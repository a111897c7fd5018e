/** Every line of bad-refers.csv is a call whose REFER the trunk has to refuse. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LadderMessage } from '../../src/nouns/ladder.ts';
import { startSipp } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import { BILLING, brief, keys, ladderOf, OWN, records, startTrunk, type InteropTrunk } from './support/trunk.ts';

const FILE = 'bad-refers.csv';
const rows = readFileSync(path.join(import.meta.dirname, 'sipp', FILE), 'utf8')
  .trim()
  .split('\n')
  .slice(1);
/** `P13 no Refer-To: 400` */
const expectations = rows.map((row) => row.split(';')[0]!);

let trunk: InteropTrunk;
let calls: { messages: LadderMessage[]; arrows: string[] }[];

beforeAll(async () => {
  requireTool('sipp');
  trunk = await startTrunk();
  const sipp = await startSipp('uac-refer-refused', {
    trunk: trunk.address,
    service: BILLING,
    keys: keys(),
    lines: FILE,
    calls: rows.length,
  });
  await sipp.passed;
  calls = (await records(trunk)).map(({ callId }) => ladderOf(trunk, callId, 'endpoint'));
}, 60_000);
afterAll(() => trunk.close());

describe('a REFER that cannot go ahead', () => {
  it.each(expectations)('%s', (expectation) => {
    const call = calls.find(({ messages }) => messages.some(({ text }) => text.includes(`X-Expect: ${expectation}`)));
    const answer = call?.messages.find(({ method, kind }) => method === 'REFER' && kind !== 'request');
    expect(answer?.status).toBe(Number(expectation.split(': ')[1]));
    expect(answer?.text).toContain('\nWarning: 399 ');
    // The call went on until the endpoint hung up.
    expect(call?.arrows.slice(-3)).toEqual([`← ${answer?.label}`, '→ BYE', '← 200 OK']);
  });

  it('leaves one record a call, which says nothing of a transfer', async () => {
    const all = await records(trunk);
    expect(all).toHaveLength(rows.length);
    expect([...new Set(all.map(brief))]).toEqual([`original ${OWN} → ${BILLING}: answered, ended by endpoint`]);
  });
});

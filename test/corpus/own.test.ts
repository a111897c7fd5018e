/** The torture cases end to end, in texts of our own: they need no folder with the RFCs' messages. */
import { afterEach, describe, expect, it } from 'vitest';
import type { RealTrunk } from '../support/real-trunk.ts';
import { judge, startRegistrar } from './judge.ts';
import { rfc4475, rfc5118 } from './outcomes.ts';
import { ownMessages } from './own-messages.ts';

let trunk: RealTrunk | undefined;
afterEach(async () => {
  await trunk?.close();
  trunk = undefined;
});

describe('the cases of RFC 4475 and RFC 5118, sent to a trunk', () => {
  const outcomes = { ...rfc4475, ...rfc5118 };
  const cases = Object.entries(outcomes).map(([name, outcome]) => ({ name, outcome, section: outcome.section }));

  it('are all there', () => {
    expect(Object.keys(ownMessages)).toEqual(Object.keys(outcomes));
  });

  for (const carrier of ['UDP', 'TCP'] as const) {
    it.each(cases)(`$section $name over ${carrier} is answered as the RFC asks`, async ({ name, outcome }) => {
      trunk = await startRegistrar();
      const { bytes, carries = outcome.carries } = ownMessages[name]!;
      await judge(trunk, carrier, bytes, { ...outcome, ...(carries && { carries }) });
    });
  }
});

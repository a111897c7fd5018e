/**
 * The torture messages end to end: in texts of our own, and, when PATCHCORD_CORPUS names a folder with the messages of
 * both RFCs as files (rfc4475/*.dat and rfc5118/*.dat), in those.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RealTrunk } from '../support/real-trunk.ts';
import { judge, startRegistrar } from './judge.ts';
import { rfc4475, rfc5118 } from './outcomes.ts';
import { ownMessages } from './own-messages.ts';

const corpus = process.env['PATCHCORD_CORPUS'];

let trunk: RealTrunk | undefined;
afterEach(async () => {
  await trunk?.close();
  trunk = undefined;
});

describe.skipIf(corpus === undefined)(
  'the messages of RFC 4475 and RFC 5118, sent to a trunk (skipped unless PATCHCORD_CORPUS names their folder)',
  () => {
    for (const [rfc, outcomes] of Object.entries({ rfc4475, rfc5118 })) {
      const names = Object.keys(outcomes);

      it(`every one of the ${names.length} messages of ${rfc} has an outcome`, () => {
        const files = readdirSync(path.join(corpus ?? '', rfc)).filter((file) => file.endsWith('.dat'));
        expect(files.map((file) => file.replace('.dat', '')).sort()).toEqual(names.sort());
      });

      for (const carrier of ['UDP', 'TCP'] as const) {
        it.each(names)(`${rfc} %s over ${carrier} is answered as the RFC asks`, async (name) => {
          trunk = await startRegistrar();
          const bytes = readFileSync(path.join(corpus ?? '', rfc, `${name}.dat`));
          await judge(trunk, carrier, bytes, outcomes[name]!);
        });
      }
    }
  },
);

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

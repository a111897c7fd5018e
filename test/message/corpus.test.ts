import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMessage, printMessage } from '../../src/core/message/index.ts';
import { verdict } from './wire.ts';

/** Set PATCHCORD_CORPUS to a folder with the messages of both RFCs as files: rfc4475/*.dat and rfc5118/*.dat. */
const corpus = process.env['PATCHCORD_CORPUS'];

/** The status each invalid message deserves; those not named are valid as messages, whatever upper layers then do. */
const invalid = new Map<string, number>([
  ['badaspec', 400],
  ['baddn', 400],
  ['badinv01', 400],
  ['badvers', 505],
  ['bigcode', 400],
  ['clerr', 400],
  ['escruri', 400],
  ['insuf', 400],
  ['ltgtruri', 400],
  ['lwsruri', 400],
  ['lwsstart', 400],
  ['mcl01', 400],
  ['mismatch01', 400],
  ['mismatch02', 501],
  ['multi01', 400],
  ['ncl', 400],
  ['novelsc', 416],
  ['quotbal', 400],
  ['regbadct', 400],
  ['scalar02', 400],
  ['scalarlg', 400],
  ['trws', 400],
  ['unkscm', 416],
  ['unksm2', 400],
  ['ipv6-bad', 400],
]);

describe.skipIf(corpus === undefined)('the messages of RFC 4475 and RFC 5118 (needs PATCHCORD_CORPUS)', () => {
  for (const [rfc, count] of [
    ['rfc4475', 49],
    ['rfc5118', 12],
  ] as const) {
    const folder = path.join(corpus ?? '', rfc);
    const files = corpus === undefined ? [] : readdirSync(folder).filter((file) => file.endsWith('.dat'));

    it(`${rfc} has its ${count} messages`, () => {
      expect(files).toHaveLength(count);
    });

    it.each(files)(`${rfc} %s is judged as the RFC says, and printing it is stable`, (file) => {
      const bytes = readFileSync(path.join(folder, file));
      expect(verdict(bytes)?.status).toBe(invalid.get(file.replace('.dat', '')));
      const first = parseMessage(bytes);
      if (!first.ok) return;
      const printed = printMessage(first.value);
      const second = parseMessage(printed);
      expect(second.ok && printMessage(second.value).equals(printed)).toBe(true);
    });
  }
});

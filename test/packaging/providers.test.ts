import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { idsIn, providerIds } from '../../scripts/lib/provider-ids.mjs';
import { printTable, provingTests } from '../../scripts/lib/provider-table.mjs';

const root = path.resolve(import.meta.dirname, '../..');

/** Whether a test passed is known only to a run of it: the table is compared without the signs. */
const unsigned = (table: string): string => table.replaceAll(/[✓✗–] (?=`test\/)/g, '');

it('docs/PROVIDERS.md names the tests as they are now (npm run providers)', () => {
  const tests = provingTests(root);
  const unproven = providerIds.map(([id]) => id).filter((id) => !tests.some((test) => test.id === id));
  expect(unproven).toEqual([]);
  const written = readFileSync(path.join(root, 'docs/PROVIDERS.md'), 'utf8');
  expect(unsigned(written)).toBe(unsigned(printTable(tests, () => undefined)));
}, 60_000);

it('an id in a title is found alone, in a list and in a range', () => {
  expect(idsIn('P13: two of them')).toEqual(['P13']);
  expect(idsIn('leg > T1, T3 and P2: asks > T13: goes on')).toEqual(['P2', 'T1', 'T3', 'T13']);
  expect(idsIn('T5 to T7: reports')).toEqual(['T5', 'T6', 'T7']);
  expect(idsIn('P1 to P4 and P7, S2; not P99 or XP5')).toEqual(['P1', 'P2', 'P3', 'P4', 'P7', 'S2']);
});

it('a timer in a title is no id', () => {
  expect(idsIn('P10: waits no longer than T1 for the answer')).toEqual(['P10']);
  expect(idsIn('repeats the 200 until the ACK comes: T1, doubling up to T2')).toEqual([]);
  expect(idsIn('RFC 3262 §3: sends reliably, after T1, 2·T1, 4·T1 again')).toEqual([]);
});

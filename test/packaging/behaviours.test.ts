import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { printBehaviours, printTests, provingTests } from '../../scripts/lib/behaviour-documents.mjs';
import { families, idsIn, sayingOf } from '../../scripts/lib/behaviour-ids.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const ids = families.flatMap(({ behaviours }) => Object.keys(behaviours));

it('docs/BEHAVIOURS.md and docs/TESTS.md name the tests as they are now (npm run behaviours)', () => {
  const tests = provingTests(root);
  const written = (name: string): string => readFileSync(path.join(root, 'docs', name), 'utf8');
  expect(written('BEHAVIOURS.md')).toBe(printBehaviours(tests));
  expect(written('TESTS.md')).toBe(printTests(tests));
  // What the three providers do is what the trunk is there for.
  const unproven = ids.filter((id) => /^(?:[PST]|D[1-7]$)/.test(id) && !tests.some((test) => test.id === id));
  expect(unproven).toEqual([]);
}, 60_000);

it('every family is numbered without a gap', () => {
  const letters = [...new Set(ids.map((id) => id[0]))];
  expect(letters.join('')).toBe('PSTDWAXMGLKOE');
  for (const letter of letters) {
    const numbers = ids.filter((id) => id.startsWith(letter!)).map((id) => Number(id.slice(1)));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  }
});

describe('the documents', () => {
  const tests = [
    { id: 'W1', file: 'test/b.test.ts', title: 'W1: %s goes on' },
    { id: 'W1', file: 'test/a.test.ts', title: 'W1, W2: goes on and on and on and on' },
    { id: 'W2', file: 'test/a.test.ts', title: 'W1, W2: goes on and on and on and on' },
    { id: 'W1', file: 'test/c.test.ts', title: 'a stream > W1: goes on for eight hours' },
    { id: 'W1', file: 'test/d.test.ts', title: 'W1: goes on' },
  ];

  it('name one test each, the one that says most of that behaviour alone', () => {
    const lines = printBehaviours(tests).split('\n');
    const row = (id: string): string | undefined => lines.find((line) => line.startsWith(`| ${id} |`));
    expect(row('W1')).toMatch(/ \| `c.test.ts` goes on for eight hours \|$/);
    expect(row('W2')).toMatch(/ \| `a.test.ts` goes on and on and on and on \|$/);
    expect(row('W3')).toMatch(/ \| not yet \|$/);
    expect(lines.filter((line) => /^\| [A-Z]\d/.test(line))).toHaveLength(ids.length);
  });

  it('do not depend on the order in which tests are found', () => {
    const reversed = tests.toReversed();
    expect(printBehaviours(reversed)).toBe(printBehaviours(tests));
    expect(printTests(reversed)).toBe(printTests(tests));
    expect(printTests(tests).match(/^- /gm)).toHaveLength(tests.length);
  });
});

it('an id in a title is found alone, in a list and in a range', () => {
  expect(idsIn('P13: two of them')).toEqual(['P13']);
  expect(idsIn('leg > T1, T3 and P2: asks > T13: goes on')).toEqual(['P2', 'T1', 'T3', 'T13']);
  expect(idsIn('T5 to T7: reports')).toEqual(['T5', 'T6', 'T7']);
  expect(idsIn('P1 to P4 and P7, S2; not P99 or XP5')).toEqual(['P1', 'P2', 'P3', 'P4', 'P7', 'S2']);
  expect(idsIn('W19 P1 P3: registers')).toEqual(['P1', 'P3', 'W19']);
  expect(idsIn('W6, O14: takes over')).toEqual(['W6', 'O14']);
});

it('a timer, a number or a cell in a title is no id', () => {
  expect(idsIn('P10: waits no longer than T1 for the answer')).toEqual(['P10']);
  expect(idsIn('repeats the 200 until the ACK comes: T1, doubling up to T2')).toEqual([]);
  expect(idsIn('RFC 3262 §3: sends reliably, after T1, 2·T1, 4·T1 again')).toEqual([]);
  expect(idsIn('reads G1 and A1 of M1')).toEqual([]);
});

it('of a title the part is shown that names the id, without the label', () => {
  expect(sayingOf('a call > W1, W2: goes on', 'W1')).toBe('goes on');
  expect(sayingOf('P29: the access list > lets %s in', 'P29')).toBe('the access list > lets %s in');
  expect(sayingOf('RFC 3515: P3 comes first', 'P3')).toBe('RFC 3515: P3 comes first');
});

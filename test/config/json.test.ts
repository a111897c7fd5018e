import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../src/core/config/json.ts';

function accepted(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

it('JSON with one character changed is accepted exactly when JSON.parse accepts it', () => {
  const change = fc.record({
    at: fc.nat(),
    remove: fc.integer({ min: 0, max: 1 }),
    insert: fc.constantFrom(
      '',
      '"',
      '\\',
      ',',
      ':',
      '{',
      '}',
      '[',
      ']',
      '0',
      '-',
      '.',
      'e',
      ' ',
      '\n',
      '\t',
      '\x7f',
      '\u2028',
      'x',
    ),
  });
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), change, (json, { at, remove, insert }) => {
      const place = at % (json.length + 1);
      const text = json.slice(0, place) + insert + json.slice(place + remove);
      const read = parseJson(text);
      // A repeated key is our own objection.
      fc.pre(read.ok || !read.error.includes('second time'));
      expect(read.ok).toBe(accepted(text));
      if (read.ok) expect(read.value).toEqual(JSON.parse(text));
    }),
    { numRuns: 2000 },
  );
});

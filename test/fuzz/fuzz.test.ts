/** The fuzzer at a bounded size. `npm run fuzz` goes on for as long as one likes, with other seeds. */
import { expect, it } from 'vitest';
import { describe, hunt } from './hunt.ts';
import { parts } from './parts/index.ts';

const SEED = 4475;

it.each(parts)('hostile input: $inSuite cases of $name are survived', { timeout: 60_000 }, async (part) => {
  const { cases, finding } = await hunt({ part, seed: SEED, goOn: (index) => index < part.inSuite });
  expect(finding && describe(finding)).toBeUndefined();
  expect(cases).toBe(part.inSuite);
});

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configJsonSchema } from '../../src/core/config/config.ts';
import type { SchemaNode } from '../../src/core/config/problems.ts';

const file = new URL('../../config.schema.json', import.meta.url);

/** Every key with its node, in lists too. */
function* keysOf(node: SchemaNode, path = ''): Iterable<[path: string, node: SchemaNode & { description?: string }]> {
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    yield [`${path}${key}`, child];
    yield* keysOf(child, `${path}${key}.`);
  }
  if (node.items !== undefined) yield* keysOf(node.items, `${path}[].`);
}

it('config.schema.json is what the code accepts', () => {
  if (process.env['UPDATE_SCHEMA'] !== undefined) {
    writeFileSync(file, `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
  }
  expect(
    JSON.parse(readFileSync(file, 'utf8')),
    'config.schema.json is stale. Run: UPDATE_SCHEMA=1 npx vitest run test/config/schema.test.ts && npx oxfmt config.schema.json',
  ).toEqual(configJsonSchema());
});

it('every key has a description, and none must be given at the top', () => {
  const keys = [...keysOf(configJsonSchema())];
  expect(keys.length).toBeGreaterThan(30);
  expect(keys.filter(([, { description }]) => description === undefined).map(([path]) => path)).toEqual([]);
  expect(configJsonSchema()).not.toHaveProperty('required');
});

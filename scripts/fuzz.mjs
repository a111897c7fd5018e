/** `npm run fuzz`: hostile input against every layer, for as long as one likes. The fuzzer is among the tests. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { underFitNode } from './lib/node.mjs';

const root = path.resolve(import.meta.dirname, '..');

if (await underFitNode(root)) {
  const main = path.join(root, 'test/fuzz/main.ts');
  const { status } = spawnSync(process.execPath, ['--expose-gc', main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

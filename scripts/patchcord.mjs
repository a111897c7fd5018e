/** `npm run patchcord`: builds when needed, then runs the `patchcord` command in this process. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale } from './lib/build.mjs';
import { underFitNode } from './lib/node.mjs';

const root = path.resolve(import.meta.dirname, '..');

if (await underFitNode(root)) {
  if (buildIfStale(root)) {
    const { main } = await import(pathToFileURL(path.join(root, 'out/main/patchcord.js')).href);
    await main(process.argv.slice(2));
  } else process.exitCode = 1;
}

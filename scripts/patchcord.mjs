/** `npm run patchcord`: builds when needed, then runs the `patchcord` command in this process. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale } from './lib/build.mjs';
import { underFitNode } from './lib/node.mjs';

/** Taken now: whoever started us may be gone after the build. */
const parent = process.ppid;
const root = path.resolve(import.meta.dirname, '..');

if (await underFitNode(root)) {
  if (buildIfStale(root)) {
    const { main } = await import(pathToFileURL(path.join(root, 'out/main/patchcord.js')).href);
    await main(process.argv.slice(2), parent);
  } else process.exitCode = 1;
}

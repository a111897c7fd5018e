/** `npm run soak`: many users on a trunk for long, and a fault every minute. `npm run soak -- --help` says more. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { buildIfStale } from './lib/build.mjs';
import { underFitNode } from './lib/node.mjs';

const root = path.resolve(import.meta.dirname, '..');

if (await underFitNode(root)) {
  const args = process.argv.slice(2);
  if (args.includes('--help') || buildIfStale(root)) {
    const soak = ['--disable-warning=ExperimentalWarning', path.join(root, 'soak/main.ts'), ...args];
    const { status } = spawnSync(process.execPath, soak, { stdio: 'inherit', cwd: root });
    process.exitCode = status ?? 1;
  } else process.exitCode = 1;
}

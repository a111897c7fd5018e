/** Builds `out/` when it does not match the sources. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const inputs = ['package.json', 'tsconfig.json', 'vite.config.ts', 'src'];

/**
 * Returns false when the build failed; what went wrong is on stderr then.
 * Nothing is written to stdout: that belongs to the command which needs the build.
 */
export function buildIfStale(root) {
  const stamp = path.join(root, 'out', '.sources');
  const sources = hashOf(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return true;
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!existsSync(vite)) {
    console.error('Patchcord is not built, and what builds it is missing: run "npm ci".');
    return false;
  }
  console.error('Building Patchcord…');
  rmSync(stamp, { force: true });
  const { status } = spawnSync(process.execPath, [vite, 'build', '--app', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) return false;
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, sources);
  return true;
}

/** Of content, not of times: a checkout changes times, a build must not depend on them. */
function hashOf(root) {
  const hash = createHash('sha256');
  for (const file of inputs.flatMap((input) => filesUnder(path.join(root, input)))) {
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(entry) {
  if (!existsSync(entry)) return [];
  if (path.extname(entry) !== '') return [entry];
  return readdirSync(entry, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => path.join(found.parentPath, found.name))
    .sort();
}

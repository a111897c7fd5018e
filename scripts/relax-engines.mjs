/**
 * `npm run lock`, second half: takes out of package-lock.json which Node a package needs, where that is newer than the
 * oldest one that may run `npm ci`, which would warn of each such package. They are not run by that Node:
 * scripts/lib/node.mjs sees to a newer one. That each package accepts the newer one is what
 * test/packaging/install.test.ts checks, with what the packages themselves say.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const read = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
// One of the packager's own modules.
const { minVersion, satisfies } = createRequire(createRequire(import.meta.url).resolve('electron-builder'))('semver');

const oldest = minVersion(read('package.json').engines.node);
const lock = read('package-lock.json');
for (const [where, entry] of Object.entries(lock.packages)) {
  const needed = entry.engines?.node;
  if (where === '' || needed === undefined || satisfies(oldest, needed)) continue;
  delete entry.engines;
  console.log(`${where} needs Node ${needed}`);
}
writeFileSync(path.join(root, 'package-lock.json'), `${JSON.stringify(lock, undefined, 2)}\n`);

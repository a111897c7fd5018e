import path from 'node:path';
import { buildIfStale } from '../../scripts/lib/build.mjs';

/** Vitest's global setup of the tests that run what was built: a clean clone needs no other command. */
export default function setup(): void {
  if (!buildIfStale(path.resolve(import.meta.dirname, '../..'))) throw new Error('The build failed.');
}

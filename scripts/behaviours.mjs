/** `npm run behaviours`: writes docs/BEHAVIOURS.md and docs/TESTS.md. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { printBehaviours, printTests, provingTests } from './lib/behaviour-documents.mjs';

const help = `Usage: npm run behaviours

Writes docs/BEHAVIOURS.md, a line for every behaviour of docs/behaviours.json with one test that proves it, and
docs/TESTS.md with all such tests. A test proves a behaviour when its title begins with the id: it('W1: …').
Takes half a minute; no test is run.
`;

if (process.argv.includes('--help')) {
  process.stdout.write(help);
  process.exit(0);
}

const root = path.resolve(import.meta.dirname, '..');
const tests = provingTests(root);
writeFileSync(path.join(root, 'docs/BEHAVIOURS.md'), printBehaviours(tests));
writeFileSync(path.join(root, 'docs/TESTS.md'), printTests(tests));
process.stdout.write('docs/BEHAVIOURS.md and docs/TESTS.md written\n');

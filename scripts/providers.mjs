/** `npm run providers`: runs every test that names a provider behaviour and writes docs/PROVIDERS.md. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { printTable, provingTests } from './lib/provider-table.mjs';

const help = `Usage: npm run providers

Runs the tests whose titles name a provider behaviour (P1…, S1…, T1…, D1…), those against SIPp included, and writes
docs/PROVIDERS.md from their titles and results. Takes a few minutes. Exits with 1 when a test failed.
`;

if (process.argv.includes('--help')) {
  process.stdout.write(help);
  process.exit(0);
}

const root = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'patchcord-providers-'));
const report = path.join(folder, 'results.json');
const run = spawnSync(
  process.execPath,
  [
    path.join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--testNamePattern',
    String.raw`\b([PSD][0-9]+\b|T[0-9]+[^>]*:)`,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
);

/** What became of every test, by file. */
const results = new Map();
for (const { name, assertionResults } of JSON.parse(readFileSync(report, 'utf8')).testResults) {
  const outcomes = assertionResults.map(({ ancestorTitles, title, status }) => ({
    title: [...ancestorTitles, title].join(' > '),
    status,
  }));
  results.set(path.relative(root, name).replaceAll('\\', '/'), outcomes);
}

/** A listed title may stand for many tests (`it.each`): it passed when some ran and none failed. */
function resultOf(file, title) {
  const fixed = title.split(/%[sdijfo]|\$[\w.]+/).map((part) => RegExp.escape(part));
  const pattern = new RegExp(`^${fixed.join('[^]*')}$`);
  const ran = (results.get(file) ?? []).filter((each) => pattern.test(each.title) && each.status !== 'skipped');
  if (ran.some(({ status }) => status === 'failed')) return 'failed';
  return ran.some(({ status }) => status === 'passed') ? 'passed' : undefined;
}

rmSync(folder, { recursive: true });
const table = printTable(provingTests(root), resultOf);
writeFileSync(path.join(root, 'docs/PROVIDERS.md'), table);
process.stdout.write('docs/PROVIDERS.md written\n');
process.exitCode = run.status ?? 1;

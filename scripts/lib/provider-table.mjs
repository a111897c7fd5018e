/** docs/PROVIDERS.md: which test proves which provider behaviour, and whether it passed when the table was written. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { idsIn, providerIds } from './provider-ids.mjs';

const projects = ['source', 'live', 'interop'];

/**
 * Every test whose title names an id, as vitest lists them; none is run.
 * @returns {{ id: string, file: string, title: string }[]}
 */
export function provingTests(root) {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const chosen = projects.flatMap((project) => ['--project', project]);
  const json = execFileSync(process.execPath, [vitest, 'list', '--json', ...chosen], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const tests = JSON.parse(json.slice(json.indexOf('[')));
  return tests.flatMap(({ name, file }) =>
    idsIn(name).map((id) => ({ id, file: path.relative(root, file).replaceAll('\\', '/'), title: name })),
  );
}

/**
 * The whole document.
 * @param {ReturnType<typeof provingTests>} tests
 * @param {(file: string, title: string) => 'passed' | 'failed' | 'skipped' | undefined} resultOf
 */
export function printTable(tests, resultOf) {
  const rows = providerIds.map(([id, what]) => {
    const proofs = tests
      .filter((test) => test.id === id)
      .toSorted((a, b) => `${a.file} ${a.title}`.localeCompare(`${b.file} ${b.title}`, 'en'))
      .map(({ file, title }) => `${sign(resultOf(file, title))} \`${file}\` ${escape(title)}`);
    return `| ${id} | ${what} | ${proofs.length === 0 ? '**none**' : proofs.join('<br>')} |`;
  });
  return [
    '# Provider behaviours and the tests that prove them',
    '',
    'Written by `npm run providers` from the titles and results of the tests; do not edit. ✓ passed, ✗ failed, – not run.',
    '',
    '| id | behaviour | proven by |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function sign(result) {
  if (result === 'passed') return '✓';
  return result === 'failed' ? '✗' : '–';
}

function escape(title) {
  return title.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('_', '\\_');
}

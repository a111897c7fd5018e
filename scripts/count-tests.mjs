/**
 * Sums up what the steps of .ci/run left in a folder: `NAME.status` holds the exit code of a step, `NAME.json`
 * vitest's own report where the step ran tests. Prints one line; exits 1 when anything failed.
 *
 * A step that failed without a failed test (a linter, a build, a file that could not be loaded) counts as one.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** @param {string} file */
function reportIn(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0 };
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
  /** @type {{ status: string; assertionResults: { status: string }[] }[]} */
  const files = testResults;
  const tests = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const passed = tests.filter((status) => status === 'passed').length;
  // A hook or an import that failed leaves its file without a failed test.
  const broken = files.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  const failed = tests.filter((status) => status === 'failed').length + broken;
  return { passed, failed, skipped: tests.length - passed - (failed - broken) };
}

const folder = process.argv[2] ?? '.';
const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of readdirSync(folder).filter((name) => name.endsWith('.status'))) {
  const report = reportIn(path.join(folder, file.replace(/status$/, 'json')));
  const stepFailed = readFileSync(path.join(folder, file), 'utf8').trim() !== '0';
  total.passed += report.passed;
  total.failed += stepFailed && report.failed === 0 ? 1 : report.failed;
  total.skipped += report.skipped;
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

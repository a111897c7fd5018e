/**
 * Sums up what the steps of .ci/run left in a folder: `NAME.status` holds the exit code of a step, `NAME.json`
 * vitest's own report where the step ran tests. Names what failed, and prints the sum as the last line; exits 1 when
 * anything failed.
 *
 * A step that failed without a failed test (a linter, a build, a file that could not be loaded) counts as one.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Of a failed test's message, the lines that are printed: whoever keeps but the end of a log still sees why. */
const LINES = 12;

/**
 * @typedef {{ status: string; fullName: string; failureMessages?: string[] }} Test
 * @typedef {{ status: string; name: string; message?: string; assertionResults: Test[] }} File
 */

/**
 * @param {string} report a path
 * @returns {File[]}
 */
const filesIn = (report) => (existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : []);

/** @param {File} file */
function reportOf({ status, name, message = '', assertionResults: tests }) {
  const file = path.relative(process.cwd(), name);
  const failures = tests
    .filter((test) => test.status === 'failed')
    .map(({ fullName, failureMessages = [] }) => `${file} > ${fullName}\n${start(failureMessages.join('\n'))}`);
  const passed = tests.filter((test) => test.status === 'passed').length;
  const skipped = tests.length - passed - failures.length;
  // A hook or an import that failed leaves its file without a failed test.
  if (status === 'failed' && failures.length === 0) failures.push(`${file}\n${start(message)}`);
  return { passed, skipped, failures };
}

/** @param {string} text */
const start = (text) =>
  text
    .split('\n')
    .slice(0, LINES)
    .map((line) => `    ${line}`)
    .join('\n');

const folder = process.argv[2] ?? '.';
const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of readdirSync(folder).filter((name) => name.endsWith('.status'))) {
  const stepFailed = readFileSync(path.join(folder, file), 'utf8').trim() !== '0';
  const reports = filesIn(path.join(folder, file.replace(/status$/, 'json'))).map(reportOf);
  for (const { passed, skipped, failures } of reports) {
    total.passed += passed;
    total.failed += failures.length;
    total.skipped += skipped;
    for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
  }
  if (stepFailed && reports.every(({ failures }) => failures.length === 0)) total.failed += 1;
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** `npm run check`: types, lint, format and unused code, all at once; what fails is shown, in turn. */
import { spawn } from 'node:child_process';

const checks = ['types', 'lint', 'format:check', 'knip'];

/** @returns the exit code of one of the scripts, and all that it printed */
function run(name) {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', name], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
    child.on('close', (code) => resolve({ name, code, text }));
  });
}

for (const { name, code, text } of await Promise.all(checks.map(run))) {
  if (code === 0) continue;
  process.exitCode = 1;
  console.error(`${text.trimEnd()}\n\nnpm run ${name} failed.\n`);
}

/** Makes sure that a script runs under a Node that can run Patchcord, whatever the machine has. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** node:sqlite and the stripping of types work without a flag from here on. */
const needed = [22, 18];

/**
 * Runs this script again under the Node of the package registry when ours is too old.
 * Returns true when the script may go on; the exit status is settled otherwise.
 */
export async function underFitNode(root) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return true;
  const name = process.platform === 'win32' ? 'node.cmd' : 'node';
  const own = path.join(root, 'node_modules', '.bin', name);
  if (!existsSync(own) || process.env.PATCHCORD_NODE === own) {
    console.error(
      `Patchcord needs Node ${needed.join('.')} or later, this is ${process.version}: run "npm ci", or install Node 24.`,
    );
    process.exitCode = 1;
    return false;
  }
  process.exitCode = await runUnder(own);
  return false;
}

/** In a process group of its own, so that Ctrl+C reaches it once: through us. */
function runUnder(node) {
  const windows = process.platform === 'win32';
  const child = spawn(node, process.argv.slice(1), {
    stdio: 'inherit',
    detached: !windows,
    shell: windows,
    env: { ...process.env, PATCHCORD_NODE: node },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('exit', (status) => resolve(status ?? 1));
    child.on('error', () => resolve(1));
  });
}

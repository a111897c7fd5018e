/** Finds or fetches Electron's binary without loading the package, whose entry would download by itself. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const probeLimitMs = 1_500;
/** An Electron that ends with a failure sooner than this could not start at all (a library is missing). */
const startLimitMs = 5_000;

/** Path of the binary, or undefined when it was not fetched yet. */
export function electronBinary(root, env = process.env) {
  const folder = path.join(root, 'node_modules', 'electron');
  const pathFile = path.join(folder, 'path.txt');
  if (!existsSync(pathFile) && !env.ELECTRON_OVERRIDE_DIST_PATH) return undefined;
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron';
  const binary = path.join(env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(folder, 'dist'), name);
  return existsSync(binary) ? binary : undefined;
}

/** Why the desktop app cannot show here, whether or not its binary can be had. */
export function desktopObstacle(platform = process.platform, env = process.env, uid = process.getuid?.()) {
  if (platform !== 'linux') return undefined;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display';
  if (uid === 0) return 'Electron does not run as root';
  return undefined;
}

/** The binary, fetched on the first run if the place where it lies answers soon. */
export async function obtainElectron(root) {
  const present = electronBinary(root);
  if (present) return present;
  const installer = path.join(root, 'node_modules', 'electron', 'install.js');
  if (!existsSync(installer) || !(await reachable())) return undefined;
  console.error('Fetching Electron (about 110 MB, only this once)…');
  await ended(spawn(process.execPath, [installer], { stdio: ['ignore', 2, 2] }));
  return electronBinary(root);
}

async function reachable() {
  try {
    const url = process.env.ELECTRON_MIRROR ?? 'https://github.com';
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(probeLimitMs) });
    return true;
  } catch {
    return false;
  }
}

/** Runs the app until its end. `started: false` when Electron itself could not start. */
export async function runElectron(binary, args) {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const begun = performance.now();
  const child = spawn(binary, args, { stdio: 'inherit', env });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // Ctrl+C reaches the app by itself; we stay to pass on its exit status.
  process.on('SIGINT', () => {});
  const status = await ended(child);
  return { status, started: status === 0 || performance.now() - begun > startLimitMs };
}

function ended(child) {
  return new Promise((resolve) => {
    child.on('exit', (status) => resolve(status ?? 1));
    child.on('error', () => resolve(1));
  });
}

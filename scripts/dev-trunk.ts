/** `npm run dev`: the trunk beside Vite's server, built anew and restarted when its sources change. */
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createBuilder, type Plugin, type ViteDevServer } from 'vite';
import { desktopObstacle, electronBinary } from './lib/electron.mjs';

/** Editors save several files at once. */
const settleMs = 150;

export function devTrunk(root: string): Plugin {
  let port = 0;
  return {
    name: 'patchcord:dev-trunk',
    apply: (_, { command, isPreview }) => command === 'serve' && !isPreview && !process.env['VITEST'],
    async config() {
      port = await freePort();
      const target = `http://127.0.0.1:${port}`;
      const proxied = { target, changeOrigin: true };
      return {
        server: {
          host: '127.0.0.1',
          proxy: { '/contract': { ...proxied, ws: true }, '/api': proxied },
        },
      };
    },
    configureServer(server) {
      server.httpServer?.once('listening', () => void supervise(server, root, port));
    },
  };
}

async function supervise(server: ViteDevServer, root: string, port: number): Promise<void> {
  const { logger } = server.config;
  const page = server.resolvedUrls?.local[0] ?? 'http://127.0.0.1:5173/';
  const electron = desktopObstacle() === undefined ? electronBinary(root) : undefined;
  let running: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let rebuilding = Promise.resolve();

  async function rebuild(): Promise<void> {
    // What is in out/ from now on is not what a start would build.
    rmSync(path.join(root, 'out', '.sources'), { force: true });
    try {
      const builder = await createBuilder({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn' }, null);
      for (const name of ['main', 'preload']) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    } catch (error) {
      logger.error(`The trunk was not built: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    await ended(running);
    running = electron ? startDesktop(electron, root, page) : startTrunk(root, page, port);
  }

  function soon(file: string): void {
    if (!/[\\/]src[\\/](main|core|contract)[\\/]/.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      rebuilding = rebuilding.then(rebuild);
    }, settleMs);
  }

  server.watcher.add(['main', 'core', 'contract'].map((folder) => path.join(root, 'src', folder)));
  server.watcher.on('change', soon);
  server.watcher.on('add', soon);
  server.watcher.on('unlink', soon);
  server.httpServer?.once('close', () => running?.kill());
  process.once('exit', () => running?.kill());
  await (rebuilding = rebuild());
}

/** The trunk prints the address of the page, token included. */
function startTrunk(root: string, page: string, port: number): ChildProcess {
  const entry = pathToFileURL(path.join(root, 'out/main/patchcord.js')).href;
  const run = `import(${JSON.stringify(entry)}).then(({ main }) => main(process.argv.slice(1), process.ppid))`;
  const args = ['serve', '--no-open', '--port', String(port), '--console-url', page];
  return spawn(process.execPath, ['--input-type=module', '-e', run, '--', ...args], { stdio: 'inherit' });
}

function startDesktop(electron: string, root: string, page: string): ChildProcess {
  return spawn(electron, [root], { stdio: 'inherit', env: { ...process.env, PATCHCORD_DEV_SERVER: page } });
}

function ended(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/**
 * The scripted console, bundled once and served from memory: a test loads it many times, and the dev server would send
 * each of its modules by itself each time. React stays the one for development, which says what is done wrong.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { build, type Rolldown } from 'vite';

const repository = path.resolve(import.meta.dirname, '../../..');
const PAGE = 'test/renderer/harness/index.html';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

export async function serveHarness(): Promise<{ url: string; close(): Promise<void> }> {
  const files = await bundle();
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
    const content = files.get(name);
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': TYPES[path.extname(name)] ?? 'application/octet-stream',
      // The names of all but the page have the hash of their content.
      'cache-control': name === PAGE ? 'no-cache' : 'max-age=86400, immutable',
    });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${PAGE}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Contents by name. */
async function bundle(): Promise<Map<string, string | Uint8Array>> {
  const { output } = (await build({
    configFile: false,
    root: repository,
    mode: 'development',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    plugins: [react(), tailwind()],
    build: {
      write: false,
      minify: false,
      target: 'chrome130',
      assetsInlineLimit: 0,
      rolldownOptions: { input: path.join(repository, PAGE) },
    },
  })) as Rolldown.RolldownOutput;
  return new Map(output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]));
}

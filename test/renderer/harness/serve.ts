/** Serves the scripted console the way the dev server serves the real one. */
import path from 'node:path';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';

const repository = path.resolve(import.meta.dirname, '../../..');

export async function serveHarness(): Promise<{ url: string; close(): Promise<void> }> {
  const server = await createServer({
    configFile: false,
    root: repository,
    cacheDir: path.join(repository, 'node_modules/.vite/harness'),
    logLevel: 'error',
    plugins: [react(), tailwind()],
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    optimizeDeps: { entries: ['test/renderer/harness/index.html'] },
  });
  await server.listen();
  const url = new URL('/test/renderer/harness/index.html', server.resolvedUrls?.local[0]);
  return { url: url.href, close: () => server.close() };
}

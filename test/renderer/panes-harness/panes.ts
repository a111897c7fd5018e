/** Builds the page with the two panes and opens it in a real browser. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { Page } from 'playwright-core';
import { build, preview } from 'vite';
import { launchBrowser } from '../../support/browser.ts';

export interface Panes {
  /** @param query what the trunk does, as `main.tsx` reads it */
  open(query: string, size?: { width: number; height: number }): Promise<Page>;
  close(): Promise<void>;
}

export async function openPanes(): Promise<Panes> {
  const outDir = await mkdtemp(path.join(tmpdir(), 'patchcord-panes-'));
  const shared = { configFile: false, root: import.meta.dirname, logLevel: 'warn' } as const;
  await build({
    ...shared,
    plugins: [react(), tailwind()],
    build: { outDir, emptyOutDir: true, target: 'chrome130', minify: false },
  });
  const server = await preview({ ...shared, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('the preview server has no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const { context, close } = await launchBrowser();
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  return {
    open: async (query, size = { width: 1280, height: 480 }) => {
      const page = await context.newPage();
      await page.setViewportSize(size);
      page.on('pageerror', (error) => {
        throw error;
      });
      await page.goto(`${origin}/?${query}`);
      await page.waitForSelector('section');
      return page;
    },
    close: async () => {
      await close();
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}

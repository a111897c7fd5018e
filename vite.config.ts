import { cpSync, existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { EnvironmentOptions, Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { devTrunk } from './scripts/dev-trunk.ts';

const root = import.meta.dirname;
const out = (folder: string): string => path.join(root, 'out', folder);
const source = (file: string): string => path.join(root, 'src', file);

/** Many tests wait, for sockets or for pages: with half as many workers again as there are cores no core is idle. */
const workers = Math.ceil(availableParallelism() * 1.5);

/** The console's pages in a real browser, over a scripted trunk: nothing in them depends on how long a thing takes. */
const browser = ['test/renderer/harness/**/*.test.ts'];

const files = (...names: string[]): string[] => names.map((name) => `test/${name}.test.ts`);

/**
 * Tests of time itself: of floods, of how quickly something starts, stops or is released, and of each packet of a sound.
 * They run last and one file at a time, so that nothing but themselves decides how long a thing takes.
 */
const alone = files(
  'fuzz/*',
  'e2e/{day,flood,lost-connection,release}',
  'main/built/{desktop,electron,patchcord}',
  'gateway/webrtc-session',
  'media/rtp-session',
  'history/recording',
);

/**
 * Tests of what was built, with browsers, processes and sound in real time: they wait for most of their time, and for
 * what happens, not for a time to pass. Several files at a time leave each other enough.
 */
const live = files('e2e/*', 'main/built/*', 'voice/real-*', 'voice/speech');

/** Tests that put other modules in the place of some, or look at what the whole process holds: each file has a process of its own. */
const isolated = files(
  'collections/young-garbage',
  'composition/media-factory',
  'main/open-contract',
  'renderer/phone/{connection,microphone}',
);

/** Tests against SIPp, baresip, Kamailio and tshark, which come from the system. `npm test` leaves them out. */
const interop = ['test/interop/**/*.test.ts'];

/** Builtins and Electron stay imports; everything else goes into the bundle, so that `out/` runs by itself. */
function nodeBundle(folder: string, input: Record<string, string>, format: 'es' | 'cjs'): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: ['electron'] },
    build: {
      outDir: out(folder),
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      sourcemap: true,
      ssr: true,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: {
        input,
        external: ['electron', /^node:/, ...builtinModules],
        output: {
          format,
          entryFileNames: format === 'cjs' ? '[name].cjs' : '[name].js',
          chunkFileNames: '[name]-[hash].js',
        },
      },
    },
  };
}

/** The trunk reads its sounds from beside the bundle. */
function copySounds(): Plugin {
  return {
    name: 'patchcord:sounds',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'main',
    writeBundle() {
      const sounds = source('core/media/sounds');
      if (existsSync(sounds)) cpSync(sounds, path.join(out('main'), 'sounds'), { recursive: true });
    },
  };
}

export default defineConfig({
  root: source('renderer'),
  base: './',
  plugins: [react(), tailwind(), copySounds(), devTrunk(root)],
  environments: {
    client: {
      build: {
        outDir: out('renderer'),
        emptyOutDir: true,
        target: 'chrome130',
        assetsInlineLimit: 0,
        chunkSizeWarningLimit: 2_000,
      },
    },
    main: nodeBundle('main', { electron: source('main/electron.ts'), patchcord: source('main/patchcord.ts') }, 'es'),
    preload: nodeBundle('preload', { preload: source('main/preload.ts') }, 'cjs'),
  },
  builder: {
    async buildApp(builder) {
      for (const environment of Object.values(builder.environments)) await builder.build(environment);
    },
  },
  test: {
    root,
    environment: 'node',
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'source',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...browser, ...live, ...alone, ...isolated, ...interop],
          // Loading every module anew for every file is half of the work otherwise.
          isolate: false,
          maxWorkers: workers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'isolated', include: isolated, maxWorkers: workers, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browser,
          globalSetup: ['test/renderer/harness/serve-once.ts'],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: workers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'live',
          include: live,
          exclude: alone,
          globalSetup: ['test/support/build-once.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: workers,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          globalSetup: ['test/support/build-once.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'interop',
          include: interop,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          // Calls that wait for a time limit, all on one trunk.
          maxConcurrency: 24,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});

import path from 'node:path';
import { _electron } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { desktopObstacle, electronBinary } from '../../../scripts/lib/electron.mjs';
import { configFile } from './run-command.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const binary = electronBinary(root);
const obstacle = binary === undefined ? 'its binary was not fetched here' : desktopObstacle();

it.skipIf(obstacle !== undefined)(
  `the real desktop app shows the console and keeps its page in the sandbox${obstacle ? ` (skipped: ${obstacle})` : ''}`,
  async () => {
    const app = await _electron.launch({
      executablePath: binary ?? '',
      args: [root, `--config=${configFile()}`],
    });
    onTestFinished(() => app.close().catch(() => {}));
    const window = await app.firstWindow();
    await window.getByText('+1 415 555 0100').first().waitFor();
    expect(new URL(window.url()).protocol).toBe('app:');
    const globals = await window.evaluate(() =>
      ['require', 'process', 'patchcord'].map((name) => typeof Reflect.get(globalThis, name)),
    );
    expect(globals).toEqual(['undefined', 'undefined', 'object']);
    const begun = performance.now();
    await app.close();
    expect(performance.now() - begun).toBeLessThan(3_000);
  },
);

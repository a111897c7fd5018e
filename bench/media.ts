/** From the click on Answer to the first audio packet that reaches the caller: the built console in a real browser. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { silent } from '../src/core/log/logger.ts';
import type { PartyPhone } from '../src/core/parties/phone.ts';
import { RealClock } from '../src/core/time/real-clock.ts';
import { parseConfig } from '../src/core/config/config.ts';
import { startTrunk } from '../src/core/composition/index.ts';
import type { RunningTrunk } from '../src/core/composition/running-trunk.ts';
import { startHost } from '../src/main/host/host.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { heading, judge, line, median, round } from './lib/report.ts';

const CALLER = '+14155550142';
const CALLS = 9;
const root = path.join(import.meta.dirname, '..');

const parsed = parseConfig({ listen: { udp: 0, tcp: 0, tls: 0, http: 0 } });
if (!parsed.ok) throw new Error(parsed.error.join('\n'));
const config = parsed.value;
const clock = new RealClock();
let trunk: RunningTrunk | undefined;
const host = await startHost({
  listen: { host: '127.0.0.1', port: 0 },
  startTrunk: async (shared) =>
    (trunk = await startTrunk({ ...shared, config, clock, log: silent, recordsFile: ':memory:' })),
  clock,
  log: silent,
  version: 'bench',
  consoleFolder: path.join(root, 'out/renderer'),
});
if (!trunk) throw new Error('no trunk');
const { parties } = trunk;
const browser = await launchBrowser();
try {
  heading(`media: click on Answer to the first audio packet at the caller, ${CALLS} calls in Chromium`);
  const page = await browser.context.newPage();
  await page.goto(`${host.url}/#token=${host.token}`);
  await page.getByText('Line ready').first().waitFor();
  const times: number[] = [];
  for (let call = 0; call <= CALLS; call += 1) {
    const time = await answerOnce(page);
    // The first call warms the microphone and the code up.
    if (call === 0) line(`first call: ${round(time)} ms`);
    else times.push(time);
  }
  judge('median', median(times), 'at most', 300, 'ms');
} finally {
  await browser.close();
  await host.stop();
}

async function answerOnce(page: Page): Promise<number> {
  const heard = new Promise<number>((resolve) => {
    const stop = parties.onMedia((phone: PartyPhone) => {
      stop();
      const untap = phone.media?.tap({
        write: (frame) => {
          if (frame.kind !== 'audio') return;
          untap?.();
          resolve(Date.now());
        },
      });
    });
  });
  const { callId } = await host.trunk.practiceCall({ caller: CALLER });
  const answer = page.getByRole('toolbar', { name: 'Call' }).getByRole('button', { name: /^Answer/ });
  await answer.and(page.locator(':enabled')).waitFor();
  await page.evaluate(() => {
    addEventListener('click', () => Object.assign(globalThis, { clickedAt: Date.now() }), {
      capture: true,
      once: true,
    });
  });
  await answer.click();
  const at = await heard;
  const clickedAt = await page.evaluate(() => (globalThis as unknown as { clickedAt: number }).clickedAt);
  await host.trunk.hangUp(callId);
  await page
    .getByRole('toolbar', { name: 'Call' })
    .getByRole('button', { name: /^Answer/ })
    .waitFor({ state: 'attached' })
    .catch(() => {});
  // An answer right after another one is taken for a hurried hand, and counts for nothing.
  await page.waitForTimeout(1000);
  return at - clickedAt;
}

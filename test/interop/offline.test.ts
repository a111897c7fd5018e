/** W27: a machine whose only network is loopback. */
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { BILLING, MICROPHONE_HZ, pageHears, practiceCall, transferTo } from '../e2e/console-fixture.ts';
import { createNamespace, type Namespace } from './support/namespace.ts';
import { startOffline, type OfflineConsole } from './support/offline-console.ts';
import { requireTool } from './support/tool.ts';

let machine: Namespace;
let console: OfflineConsole | undefined;

beforeAll(() => requireTool('ip'));
beforeEach(() => {
  machine = createNamespace();
});
afterEach(async () => {
  await console?.close();
  machine.close();
});

it('W27: npm start opens a window there in which a practice call has sound both ways', async () => {
  expect(machine.ask('ip', ['-o', 'link']).trim().split('\n')).toEqual([expect.stringMatching(/^1: lo: .*\bUP\b/)]);
  console = await startOffline(machine, MICROPHONE_HZ);
  const { page } = console;
  // He says what he hears: the operator's own voice is heard again only if it went there and came back.
  await practiceCall(page, 'Omar Haddad');
  await pageHears(page, MICROPHONE_HZ, [BILLING.hz]);
});

it('M19: a browser without switches has sound both ways there too, holds and transfers', async () => {
  console = await startOffline(machine, MICROPHONE_HZ, ['--allow-loopback-in-peer-connection']);
  const { page } = console;
  await page.getByText('Sound over WebSocket').waitFor();
  await practiceCall(page, 'Omar Haddad');
  await pageHears(page, MICROPHONE_HZ, [BILLING.hz]);
  await page.getByText('· over WebSocket').waitFor();
  await page.keyboard.press('F6');
  await page.getByText('On hold').first().waitFor();
  // A key that is pressed twice in a hurry counts once.
  await page.waitForTimeout(400);
  await page.keyboard.press('F6');
  await pageHears(page, MICROPHONE_HZ, [BILLING.hz]);
  await transferTo(page, 'Billing');
  await page
    .getByText(/Billing answered after/)
    .first()
    .waitFor();
});

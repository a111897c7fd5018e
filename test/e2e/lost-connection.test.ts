/** The phone, sip.js and all, when its WebSocket to a real trunk breaks. */
import type { WebSocketRoute } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  BILLING,
  DANA,
  MICROPHONE_HZ,
  pageHears,
  partyHears,
  phoneOf,
  practiceCall,
  startConsole,
  type ConsoleFixture,
} from './console-fixture.ts';

let fixture: ConsoleFixture;
let sockets: WebSocketRoute[];

beforeEach(async () => {
  fixture = await startConsole();
  sockets = [];
  await fixture.page.routeWebSocket(/\/sip/, (socket) => {
    sockets.push(socket);
    socket.connectToServer();
  });
  await fixture.page.reload();
  await fixture.open();
}, 60_000);

afterEach(() => fixture.close());

it('W6: ends the sound here at once, registers anew by itself, and offers the call back', async () => {
  const { page, host, parties } = fixture;
  await practiceCall(page, DANA.name);
  const { ear } = await phoneOf(parties, DANA.number);
  await partyHears(ear, MICROPHONE_HZ);
  await sockets.at(-1)!.close();
  const offer = page.getByRole('region', { name: `Take back ${DANA.name}` });
  await offer.waitFor();
  expect(await page.locator('audio[data-remote-audio]').count()).toBe(0);
  await page.getByText('Line ready').first().waitFor();
  expect(sockets.length).toBeGreaterThan(1);
  expect(host.trunk.calls()[0]?.hears.map(({ speaker }) => speaker)).toEqual(['hold-music']);
  await page.keyboard.press('F3');
  await partyHears(ear, MICROPHONE_HZ);
  await pageHears(page, DANA.hz, [BILLING.hz]);
  // The lost session's sound is gone; only the new one plays.
  expect(await page.locator('audio[data-remote-audio]').count()).toBe(1);
  expect(host.trunk.calls()).toHaveLength(1);
});

/** The phone, sip.js and all, when its WebSocket to a real trunk breaks. */
import type { WebSocketRoute } from 'playwright-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DANA, practiceCall, startConsole, type ConsoleFixture } from '../../e2e/console-fixture.ts';

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

it('ends the call here at once, registers anew by itself, and rings again', async () => {
  const { page, host } = fixture;
  await practiceCall(page, DANA.name);
  await sockets.at(-1)!.close();
  await page.getByText('The call ended here when the connection to the trunk was lost.').first().waitFor();
  expect(await page.locator('audio[data-remote-audio]').count()).toBe(0);
  await page.getByText('Line ready').first().waitFor();
  expect(sockets.length).toBeGreaterThan(1);
  await vi.waitFor(() => expect(host.trunk.calls()).toEqual([]), { timeout: 10_000 });
  await practiceCall(page, DANA.name);
  // The lost call's sound is gone; only the new one plays.
  expect(await page.locator('audio[data-remote-audio]').count()).toBe(1);
});

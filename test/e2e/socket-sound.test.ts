/** M19: a browser whose UDP is blocked, and the sound of its calls over the console's WebSocket. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  BILLING,
  cardSteps,
  DANA,
  keysHeardBy,
  MICROPHONE_HZ,
  pageHears,
  partyHears,
  phoneOf,
  practiceCall,
  startConsole,
  transferTo,
  type ConsoleFixture,
} from './console-fixture.ts';

/** Chromium's own switch for "no UDP". */
const NO_UDP = '--webrtc-ip-handling-policy=disable_non_proxied_udp';

let fixture: ConsoleFixture;
const problems: string[] = [];

async function begin(extraArgs: readonly string[]): Promise<ConsoleFixture> {
  fixture = await startConsole({}, undefined, extraArgs);
  fixture.page.on('pageerror', (error) => problems.push(error.message));
  fixture.page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return fixture;
}

beforeEach(() => {
  problems.length = 0;
});
afterEach(async () => {
  await fixture.close();
  expect(problems).toEqual([]);
});

const quiet = (energy: () => number) =>
  vi.waitFor(() => expect(energy()).toBeLessThan(100), { timeout: 10_000, interval: 50 });

it('M19: has sound both ways, hold, keys and a transfer, and takes a call back after a reload', async () => {
  const { page, parties, host } = await begin([NO_UDP]);
  await page.getByText('Sound over WebSocket').waitFor();
  await practiceCall(page, DANA.name);
  const { phone, ear } = await phoneOf(parties, DANA.number);
  await partyHears(ear, MICROPHONE_HZ);
  await pageHears(page, DANA.hz, [BILLING.hz]);
  await page.getByText('· over WebSocket').waitFor();

  const keys = keysHeardBy(phone);
  await page.keyboard.press('F9');
  await page.getByText(/^The keys send tones/).waitFor();
  for (const key of '4207') await page.keyboard.press(key, { delay: 20 });
  await vi.waitFor(() => expect(keys()).toBe('4207'), { timeout: 10_000 });
  await page.keyboard.press('F9');

  await page.keyboard.press('F6');
  await vi.waitFor(() => expect(host.trunk.calls()[0]?.hears.map(({ speaker }) => speaker)).toEqual(['hold-music']));
  await quiet(() => ear.energy(MICROPHONE_HZ));
  await page.keyboard.press('F6');
  await partyHears(ear, MICROPHONE_HZ);

  await page.reload();
  await page.getByRole('region', { name: `Take back ${DANA.name}` }).waitFor();
  await page.keyboard.press('F3');
  await page.getByText('Talking').first().waitFor();
  await partyHears(ear, MICROPHONE_HZ);
  await pageHears(page, DANA.hz, [BILLING.hz]);

  await transferTo(page, BILLING.number);
  await vi.waitFor(async () => expect((await cardSteps(page)).join(' ')).toContain('200'), { timeout: 15_000 });
  await partyHears(ear, BILLING.hz);
});

it('M19: changes over during the call when WebRTC does not reach the trunk', async () => {
  const { page, parties, host } = await begin([]);
  // The port at which the trunk waits is behind a firewall.
  await page.evaluate(() => {
    const set = RTCPeerConnection.prototype.setRemoteDescription;
    RTCPeerConnection.prototype.setRemoteDescription = function (description) {
      const sdp = description.sdp?.replaceAll(/^(a=candidate:\S+ \d+ \S+ \d+ \S+) \d+/gm, '$1 9');
      return Reflect.apply(set, this, [{ ...description, sdp }]);
    };
  });
  await practiceCall(page, DANA.name);
  const { ear } = await phoneOf(parties, DANA.number);
  await partyHears(ear, MICROPHONE_HZ);
  await pageHears(page, DANA.hz, [BILLING.hz]);
  await page.getByText('Sound over WebSocket').waitFor();
  expect(host.trunk.calls()[0]?.legs.map(({ media }) => media?.state)).toEqual(['connected', 'connected']);
});

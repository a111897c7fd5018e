/** M16: a hundred thousand malformed packets into the port of a WebRTC leg, from its browser's address and from a stranger's. */
import { expect, it } from 'vitest';
import { closeSocket, openSocket } from '../fuzz/parts/rtp.ts';
import { connect, webrtcSeeds } from '../fuzz/parts/webrtc.ts';
import { BATCH, pour, STALL_MS } from '../fuzz/pour.ts';

it('M16: a port of WebRTC survives 100,000 malformed packets', { timeout: 120_000 }, async () => {
  const talk = await connect();
  const stranger = await openSocket();
  try {
    await talk.soundPasses();
    let sent = 0;
    const longest = await pour(webrtcSeeds, async (packet, dice) => {
      sent += 1;
      if (dice.chance(0.5)) await talk.fromBrowser(packet);
      else stranger.send(packet, talk.port, '127.0.0.1');
      // Whoever reads the socket gets its turn.
      if (sent % BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
    });
    expect(longest).toBeLessThan(STALL_MS);
    await talk.soundPasses();
  } finally {
    await closeSocket(stranger);
    await talk.close();
  }
});

import { beforeEach, describe, expect, it } from 'vitest';
import { startScene, type Connected, type Scene } from '../support/scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await startScene();
});

/** A call that was answered, without media yet. */
async function answered(why: 'no-packets' | 'no-candidates' | 'ice-failed' | 'dtls-failed'): Promise<Connected> {
  scene.media.connection = { state: 'connecting', why };
  return scene.inbound();
}

const media = ({ call }: Connected) => call().legs.map((leg) => leg.media);
const hears = ({ call }: Connected) => call().hears.length;

describe('a leg without sound', () => {
  it.each(['no-packets', 'no-candidates', 'ice-failed', 'dtls-failed'] as const)(
    'W28: is connecting for three seconds, and then failed with what was missing: %s',
    async (why) => {
      const connected = await answered(why);
      const answeredAt = Math.max(...connected.call().legs.map((leg) => leg.answeredAt ?? 0));
      await scene.run(2899 - (scene.clock.wall() - answeredAt));
      expect(media(connected)).toEqual([{ state: 'connecting' }, { state: 'connecting' }]);
      expect(hears(connected)).toBe(0);
      await scene.run(1);
      expect(media(connected)).toEqual([
        { state: 'failed', why },
        { state: 'failed', why },
      ]);
      expect(hears(connected)).toBe(0);
      expect(connected.call().state).toBe('answered');
    },
  );

  it('W28: neither hears nor is heard before it is connected, in the picture; what comes after is told', async () => {
    const connected = await answered('no-packets');
    const [caller, endpoint] = scene.media.sessions;
    caller!.connect({ state: 'connected' });
    expect([media(connected), hears(connected)]).toEqual([[{ state: 'connected' }, { state: 'connecting' }], 0]);
    endpoint!.connect({ state: 'connected' });
    expect([media(connected), hears(connected)]).toEqual([[{ state: 'connected' }, { state: 'connected' }], 2]);
    await scene.run(5000);
    expect(media(connected)).toEqual([{ state: 'connected' }, { state: 'connected' }]);
  });

  it('W28: is connected when its sound comes late, and failed when it breaks off', async () => {
    const connected = await answered('ice-failed');
    await scene.run(4000);
    for (const session of scene.media.sessions) session.connect({ state: 'connected' });
    expect(hears(connected)).toBe(2);
    scene.media.sessions[0]!.connect({ state: 'failed', why: 'lost' });
    expect([media(connected)[0], hears(connected)]).toEqual([{ state: 'failed', why: 'lost' }, 0]);
  });

  it('W28: keeps what it had when it ends', async () => {
    const connected = await answered('no-packets');
    await scene.run(4000);
    connected.endpoint.hangUp();
    await scene.run(500);
    expect(connected.call().state).toBe('ended');
    expect(media(connected)[1]).toEqual({ state: 'failed', why: 'no-packets' });
  });
});

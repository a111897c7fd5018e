/** W5: a far end that is gone without a word ends its leg, with a cause of its own, and the others are told. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import { plivo } from '../../src/core/b2bua/providers/plivo.ts';
import { sinch } from '../../src/core/b2bua/providers/sinch.ts';
import { twilio } from '../../src/core/b2bua/providers/twilio.ts';
import { startScene, type Connected, type Scene } from '../support/scene.ts';
import type { ExchangeOptions } from '../support/exchange.ts';

async function talking(options: ExchangeOptions = {}): Promise<{ scene: Scene; connected: Connected }> {
  const scene = await startScene(options);
  return { scene, connected: await scene.inbound() };
}

/** Puts the trunk on hold, from the endpoint. */
async function hold(scene: Scene, { endpoint }: Connected, direction = 'sendonly'): Promise<void> {
  const answered = endpoint.offer(direction);
  await scene.run(200);
  await answered;
}

const lastBye = (scene: Scene): string =>
  /^Reason: (.*)\r$/m.exec(
    scene.network.sent.findLast(({ startLine }) => startLine.startsWith('BYE'))?.text ?? '',
  )?.[1] ?? 'none';

/** Seconds until the call has ended, looked at once a second. */
async function secondsToEnd(scene: Scene, { live }: Connected, atMost = 4000): Promise<number> {
  for (let seconds = 0; seconds <= atMost; seconds += 1) {
    if (!live.live) return seconds;
    await scene.run(1000);
  }
  return Infinity;
}

describe('neither RTP nor RTCP', () => {
  it('W5: for 30 s ends the leg; the other party gets BYE with a Reason, the record says peer-lost', async () => {
    const { scene, connected } = await talking();
    await scene.run(60_000);
    expect(connected.live.live).toBe(true);
    scene.media.sessions[1]!.vanish(scene.clock);
    const seconds = await secondsToEnd(scene, connected);
    expect(seconds).toBeGreaterThanOrEqual(30);
    expect(seconds).toBeLessThanOrEqual(31);
    await scene.run(100);
    expect(connected.callerEvents.at(-1)).toBe('ended remote');
    expect(lastBye(scene)).toBe('SIP;cause=408;text="No sound for 30 s"');
    expect(scene.summary()).toEqual(['original peer-lost endpoint 3020']);
    expect(connected.call().legs[1]).toMatchObject({
      result: 'peer-lost',
      endedBy: 'endpoint',
      lost: { why: 'no-media', seconds: 30 },
    });
  });

  it('W5: of the caller ends the call for the endpoint', async () => {
    const { scene, connected } = await talking();
    scene.media.sessions[0]!.vanish(scene.clock);
    await scene.run(31_000);
    expect(scene.agent.events.at(-1)).toBe('ended remote');
    expect(scene.summary()).toEqual(['original peer-lost caller 3020']);
    expect(connected.call().legs[0]).toMatchObject({ lost: { why: 'no-media', seconds: 30 } });
  });

  it.each(['sendonly', 'inactive'])(
    'W5: on hold (%s) is no death for half an hour; after the resume it is',
    async (way) => {
      const { scene, connected } = await talking();
      await hold(scene, connected, way);
      for (const session of scene.media.sessions) if (session.remoteDirection === way) session.vanish(scene.clock);
      await scene.run(1_700_000);
      expect(connected.live.live).toBe(true);
      expect(await secondsToEnd(scene, connected)).toBeLessThanOrEqual(101);
      expect(connected.call().legs[1]).toMatchObject({ lost: { why: 'no-media', seconds: 1800 } });
    },
  );

  it('W5: before the resume does not count afterwards', async () => {
    const { scene, connected } = await talking();
    await hold(scene, connected);
    await scene.run(600_000);
    await hold(scene, connected, 'sendrecv');
    await scene.run(29_000);
    expect(connected.live.live).toBe(true);
  });

  it('W5: is waited for as long as the settings say, also those that change while the call is up', async () => {
    const peerTimeouts = { timeoutSeconds: 120, heldTimeoutSeconds: 7200 };
    const { scene, connected } = await talking({ peerTimeouts });
    scene.media.sessions[1]!.vanish(scene.clock);
    await scene.run(60_000);
    expect(connected.live.live).toBe(true);
    peerTimeouts.timeoutSeconds = 10;
    expect(await secondsToEnd(scene, connected)).toBeLessThanOrEqual(10);
  });

  it('W5: is waited for for ever with 0', async () => {
    const { scene, connected } = await talking({ peerTimeouts: { timeoutSeconds: 0 } });
    for (const session of scene.media.sessions) session.vanish(scene.clock);
    await scene.run(100_000);
    expect(connected.live.live).toBe(true);
  });

  it('W5: counts from the answer on, however long it rang', async () => {
    const scene = await startScene({ ringSeconds: 120 });
    scene.media.connection = { state: 'connecting', why: 'no-packets' };
    const connected = await scene.inbound();
    for (const session of scene.media.sessions) session.vanish({ now: () => scene.clock.now() + 100_000 });
    scene.media.sessions[0]!.vanish(scene.clock);
    expect(await secondsToEnd(scene, connected)).toBeGreaterThanOrEqual(29);
  });
});

describe('a WebRTC connection', () => {
  it('W5: that broke off for 5 s ends the leg, also on hold', async () => {
    const { scene, connected } = await talking();
    await hold(scene, connected);
    scene.media.sessions[1]!.connect({ state: 'failed', why: 'lost' });
    await scene.run(4500);
    expect(connected.live.live).toBe(true);
    await scene.run(1000);
    expect(connected.call().legs[1]).toMatchObject({ result: 'peer-lost', lost: { why: 'media-lost' } });
    expect(lastBye(scene)).toBe('SIP;cause=408;text="The connection for the sound was lost"');
  });

  it('W5: that comes back within 5 s is no death', async () => {
    const { scene, connected } = await talking();
    scene.media.sessions[1]!.connect({ state: 'failed', why: 'lost' });
    await scene.run(4000);
    scene.media.sessions[1]!.connect({ state: 'connected' });
    await scene.run(60_000);
    expect(connected.live.live).toBe(true);
  });
});

describe('signalling', () => {
  it('W5: an ACK that never comes is a peer that is gone', async () => {
    const scene = await startScene();
    scene.network.drop = ({ startLine, from }) => startLine.startsWith('ACK') && from.host === scene.caller.hop.host;
    const connected = await scene.inbound();
    await scene.run(40_000);
    expect(connected.call().legs[0]).toMatchObject({ result: 'peer-lost', lost: { why: 'no-response' } });
    expect(scene.summary()).toEqual(['original peer-lost caller 3040']);
  });
});

it('W5: the providers call it as they call an end that nobody asked for', () => {
  const end = {
    result: 'peer-lost',
    endedBy: 'endpoint',
    status: undefined,
    far: 'customer',
    why: 'rtp-timeout',
  } as const;
  const names = (answered: boolean) =>
    [plivo, sinch, twilio].map((policy) => {
      const { name, source } = policy.hangup({ ...end, answered }, {});
      return `${name} ${source}`;
    });
  expect(names(true)).toEqual(['rtp_timeout zentrunk', 'COMPLETED trunk', 'completed trunk']);
  expect(names(false)).toEqual(['rtp_timeout zentrunk', 'FAILED trunk', 'failed trunk']);
});

it.each([
  ['no-media', '30 s'],
  ['media-lost', 'broke off'],
  ['console-gone', 'did not come back'],
  ['connection-lost', 'was closed'],
  ['no-response', 'no request any more'],
] as const)('W5: the diagnosis says in a sentence what became of the peer: %s', async (why, words) => {
  const { scene, connected } = await talking();
  scene.media.sessions[1]!.vanish(scene.clock);
  await scene.run(31_000);
  const call = connected.call();
  const legs = call.legs.map((leg) => (leg.lost ? { ...leg, lost: { why, seconds: 30 } } : leg));
  const ladder = scene.tracer.ladder(call.id)!;
  const findings = diagnose(ladder, {
    call: { ...call, legs },
    profile: plivo,
    account: scene.board.account({ domain: '' }),
    at: scene.clock.wall(),
  });
  expect(findings.map(({ id }) => id)).toEqual(['peer-lost']);
  expect(findings[0]!.text).toContain(words);
  expect(findings[0]!.text).toContain('its leg was ended');
  expect(findings[0]!.messageSeqs).toHaveLength(1);
});

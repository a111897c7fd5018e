/** M2: the quality of live calls, measured once a second, in virtual time. */
import { describe, expect, it } from 'vitest';
import { Qualities } from '../../src/core/history/qualities.ts';
import { noFigures, type MediaFigures } from '../../src/core/media/figures.ts';
import type { CallQuality } from '../../src/nouns/quality.ts';
import { startScene } from '../support/scene.ts';

async function measured() {
  const scene = await startScene();
  const { board, clock, media } = scene;
  const told: CallQuality[][] = [];
  let wanted = false;
  const qualities = new Qualities({
    clock,
    calls: () => board.calls.values(),
    wanted: () => wanted,
    tell: (calls) => told.push(calls),
  });
  const { live } = await scene.inbound();
  qualities.follow();
  const [caller] = media.sessions;
  let figures: MediaFigures = noFigures();
  /** Seconds in which the caller is heard. */
  const hear = async (
    seconds: number,
    { lost = 0, jitterMs = 1, levelDb }: { lost?: number; jitterMs?: number; levelDb?: (n: number) => number } = {},
  ) => {
    for (let n = 0; n < seconds; n += 1) {
      const { received } = figures;
      const next: MediaFigures = {
        roundTripMs: 40,
        sent: figures.sent + 50,
        levelDb: levelDb ? levelDb(n) : -20 - (n % 7),
        received: {
          ...received,
          jitterMs,
          expected: received.expected + 50,
          received: received.received + 50 - lost,
          bursts: received.bursts + lost,
          burstLost: received.burstLost + lost,
        },
      };
      figures = next;
      caller!.measured = figures;
      await clock.advanceAsync(1000);
    }
  };
  return {
    ...scene,
    qualities,
    told,
    live,
    hear,
    want: (yes: boolean) => (wanted = yes),
    stop: () => qualities.stop(),
  };
}

describe('M2: the quality of live calls', () => {
  it('M2: is told once a second while somebody listens, and not otherwise', async () => {
    const { hear, told, want, live, stop } = await measured();
    await hear(5);
    expect(told).toEqual([]);
    want(true);
    await hear(5);
    expect(told).toHaveLength(5);
    expect(told.at(-1)).toMatchObject([
      {
        callId: live.id,
        legs: [
          {
            role: 'caller',
            codec: 'PCMU',
            roundTripMs: 40,
            received: { packets: 500, lost: 0, jitterMs: 1 },
            warnings: [],
          },
        ],
      },
    ]);
    expect(told.at(-1)![0]!.legs[0]!.mos).toBeGreaterThan(4.3);
    want(false);
    await hear(2);
    expect(told).toHaveLength(5);
    stop();
  });

  it('M2: follows what is lost now, and the record what was lost in all', async () => {
    const { hear, qualities, live, stop } = await measured();
    await hear(30);
    await hear(10, { lost: 5, jitterMs: 45 });
    const [now] = qualities.of(live);
    expect(now).toMatchObject({ received: { lossPercent: 10, jitterMs: 45, lost: 50 } });
    expect(now!.warnings.map(({ name, side }) => [name, side])).toEqual([
      ['jitter', 'network-in'],
      ['loss', 'network-in'],
      ['mos', 'network-in'],
    ]);
    expect(now!.mos).toBeLessThan(3.5);
    await hear(20);
    expect(qualities.of(live)[0]).toMatchObject({ received: { lossPercent: 0, lost: 50 }, warnings: [] });
    const [all] = qualities.summary(live, 0);
    expect(all!.received.lossPercent).toBeCloseTo(100 * (50 / 3000), 1);
    expect(all!.received.jitterMs).toBeCloseTo(8.5, 0);
    expect(all!.warnings.map(({ name, since, until }) => [name, until! > since])).toEqual([
      ['jitter', true],
      ['loss', true],
      ['mos', true],
    ]);
    qualities.ended(live);
    expect(qualities.totals.sums).toMatchObject({ packets: 2950, lost: 50 });
    expect(qualities.totals.sums.mos.map(({ legs }) => legs)).toEqual([0, 0, 0, 0, 0, 0, 1]);
    expect(qualities.totals.sums.warnings.map(({ name, lasting, total }) => [name, lasting, total])).toEqual([
      ['jitter', 0, 1],
      ['loss', 0, 1],
      ['mos', 0, 1],
    ]);
    stop();
  });

  it('M2: a microphone that gives the same level for ten seconds is a warning about the far end', async () => {
    const { hear, qualities, live, stop } = await measured();
    await hear(15, { levelDb: () => -96 });
    expect(qualities.of(live)[0]!.warnings).toMatchObject([{ name: 'constant-level', side: 'endpoint', value: -96 }]);
    await hear(1);
    expect(qualities.of(live)[0]!.warnings).toEqual([]);
    stop();
  });

  it('M2: a call without sound has none', async () => {
    const { qualities, live, told, want, run } = await measured();
    want(true);
    await run(3000);
    expect([qualities.of(live), qualities.summary(live, 0), told]).toEqual([[], [], []]);
    // The scene ends the call, and expects that no timer is left.
  });
});

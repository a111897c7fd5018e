/** The media graph with real RTP sessions, in virtual time: who hears whom, measured. */
import { describe, expect, it } from 'vitest';
import { FrameClock } from '../../src/core/media/frame-clock.ts';
import { MediaGraph } from '../../src/core/media/graph.ts';
import type { MediaPlan } from '../../src/core/media/plan.ts';
import { networkTone } from '../../src/core/media/network-tone.ts';
import { tone } from '../../src/core/media/sound.ts';
import { decodeG711, encodeG711 } from '../../src/core/codec/g711.ts';
import { writeTelephoneEvent } from '../../src/core/rtp/dtmf.ts';
import { parseRtp, writeRtp, type RtpPacket } from '../../src/core/rtp/packet.ts';
import { memoryLeg } from '../support/memory-ports.ts';
import { energyAt } from '../support/tone.ts';
import { ToneTalker } from '../support/tone-talker.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const NINE = [410, 530, 670, 830, 1010, 1210, 1430, 1670, 1930];
const AMPLITUDE = 2500;
const HOLD_MUSIC_HZ = 2750;

/** @param failed called when a frame could not be made */
async function graphOf(count: number, failed = (error: unknown): void => expect.unreachable(String(error))) {
  const clock = new VirtualClock();
  const frames = new FrameClock(clock);
  const sounds = { 'hold-music': tone([HOLD_MUSIC_HZ]), 'ring-back': networkTone('US', 'ringBack') };
  const graph = new MediaGraph({ clock, frames, owner: { failed }, sounds });
  const parties = await Promise.all(
    NINE.slice(0, count).map(async (hz, at) => {
      // Every second party speaks A-law.
      const codec = at % 2 === 0 ? 'PCMU' : 'PCMA';
      const leg = await memoryLeg(clock, codec === 'PCMU' ? '0 101' : '8 101');
      const packets: RtpPacket[] = [];
      leg.onSent((datagram) => {
        const packet = parseRtp(datagram);
        if (packet.ok) packets.push(packet.value);
      });
      const id = `leg-${at}`;
      graph.setPort(id, leg.session);
      return { id, hz, leg, packets, codec, talker: new ToneTalker(hz, { codec, amplitude: AMPLITUDE }) } as const;
    }),
  );
  /** Everybody talks, each at its own moment within the 20 ms. */
  const run = (ms: number, silent: readonly string[] = []): void => {
    for (let at = 0; at < ms; at += 20) {
      for (const { id, leg, talker } of parties) {
        if (!silent.includes(id)) leg.hear(talker.datagram());
        clock.advance(1);
      }
      clock.advance(20 - parties.length);
    }
  };
  /** Frequencies in the last `ms`, by listener. */
  const heard = (ms = 1000) =>
    Object.fromEntries(
      parties.map(({ id, packets, codec }) => {
        const samples = packets.slice(-ms / 20).flatMap(({ payload }) => [...decodeG711(payload, codec)]);
        return [id, [...NINE, HOLD_MUSIC_HZ].filter((hz) => energyAt(samples, hz) > AMPLITUDE / 20)];
      }),
    );
  return { clock, graph, parties, run, heard };
}

const everybody = (ids: readonly string[]): MediaPlan =>
  new Map(ids.map((id) => [id, ids.filter((other) => other !== id)]));

describe('a mix', () => {
  it('of nine: each hears exactly the eight others, all as loud as they are', async () => {
    const { graph, parties, run, heard, clock } = await graphOf(9);
    const ids = parties.map(({ id }) => id);
    graph.apply(everybody(ids));
    run(2000);
    expect(heard()).toEqual(Object.fromEntries(parties.map(({ id, hz }) => [id, NINE.filter((each) => each !== hz)])));
    for (const { packets, codec, hz } of parties) {
      const samples = packets.slice(-50).flatMap(({ payload }) => [...decodeG711(payload, codec)]);
      const own = energyAt(samples, hz);
      const others = NINE.filter((each) => each !== hz).map((each) => energyAt(samples, each));
      // Within a decibel; what is left of the own voice is the noise of the codec.
      expect(Math.min(...others)).toBeGreaterThan(AMPLITUDE * 0.89);
      expect(Math.max(...others)).toBeLessThan(AMPLITUDE * 1.12);
      expect(own).toBeLessThan(AMPLITUDE / 100);
      expect(packets.length).toBe(100);
    }
    graph.apply(new Map());
    expect(clock.pending - parties.length).toBe(0);
  });

  it('has one timer, however many hear it', async () => {
    const { graph, parties, run, clock } = await graphOf(9);
    graph.apply(everybody(parties.map(({ id }) => id)));
    run(100);
    expect(clock.pending - parties.length).toBe(1);
  });

  it('goes on for the others without a break when somebody comes or goes', async () => {
    const { graph, parties, run, heard } = await graphOf(5);
    const ids = parties.map(({ id }) => id);
    graph.apply(everybody(ids.slice(0, 4)));
    run(1000);
    graph.apply(everybody(ids));
    run(1000);
    graph.apply(everybody(ids.slice(0, 3)));
    run(1000);
    const [first] = parties;
    const levels = (hz: number) =>
      first!.packets.slice(5).map(({ payload }) => energyAt(decodeG711(payload, 'PCMU'), hz));
    // In 20 ms the tones of the others are in the way of each other a little.
    expect(Math.min(...levels(NINE[1]!))).toBeGreaterThan(AMPLITUDE / 2);
    const times = first!.packets.map(({ timestamp }) => timestamp);
    expect(new Set(times.slice(1).map((time, at) => (time - times[at]!) >>> 0))).toEqual(new Set([160]));
    expect(heard()).toEqual({
      'leg-0': [NINE[1], NINE[2]],
      'leg-1': [NINE[0], NINE[2]],
      'leg-2': [NINE[0], NINE[1]],
      // They hear nobody any more: these are the last packets that they got.
      'leg-3': [NINE[0], NINE[1], NINE[2], NINE[4]],
      'leg-4': [NINE[0], NINE[1], NINE[2], NINE[3]],
    });
  });

  it('gives way to a relay when two are left, and takes its place when a third comes', async () => {
    const { graph, parties, run, heard, clock } = await graphOf(3);
    const ids = parties.map(({ id }) => id);
    graph.apply(everybody(ids.slice(0, 2)));
    run(500);
    expect(clock.pending - parties.length).toBe(0);
    graph.apply(everybody(ids));
    run(1200);
    expect(heard()).toEqual({ 'leg-0': [530, 670], 'leg-1': [410, 670], 'leg-2': [410, 530] });
    graph.apply(everybody(ids.slice(0, 2)));
    run(1200);
    expect(clock.pending - parties.length).toBe(0);
    expect([heard()['leg-0'], heard()['leg-1']]).toEqual([[530], [410]]);
    for (const { packets } of parties.slice(0, 2)) {
      const steps = packets.slice(1).map((packet, at) => (packet.timestamp - packets[at]!.timestamp) >>> 0);
      // No gap over 60 ms in what is sent.
      expect(Math.max(...steps)).toBeLessThanOrEqual(480);
    }
  });

  it('may hold for some and not for others: a listener of its own, and a sound of the trunk', async () => {
    const { graph, parties, run, heard } = await graphOf(4);
    graph.apply(
      new Map<string, string[]>([
        ['leg-0', ['leg-1', 'leg-2']],
        ['leg-1', ['leg-0']],
        ['leg-2', ['leg-0', 'hold-music']],
        ['leg-3', ['leg-0', 'leg-1', 'leg-2']],
      ]),
    );
    run(2000);
    expect(parties.map(({ id }) => heard()[id])).toEqual([[530, 670], [410], [410, HOLD_MUSIC_HZ], [410, 530, 670]]);
  });

  it('too loud is cut off and never wraps around', async () => {
    const { graph, parties, clock } = await graphOf(4);
    graph.apply(everybody(parties.map(({ id }) => id)));
    const talkers = parties.map(({ codec }) => new ToneTalker(300, { codec, amplitude: 32_000 }));
    for (let at = 0; at < 50; at += 1) {
      for (const [party, { leg }] of parties.entries()) leg.hear(talkers[party]!.datagram());
      clock.advance(20);
    }
    const samples = parties[0]!.packets.slice(-40).flatMap(({ payload }) => [...decodeG711(payload, 'PCMU')]);
    const most = Math.max(...samples);
    // Three in step are three times as steep as one, 23,000 a sample; a sum that wraps jumps from one end to the other.
    const steepest = Math.max(...samples.slice(1).map((sample, at) => Math.abs(sample - samples[at]!)));
    expect(most).toBeGreaterThan(31_000);
    expect(steepest).toBeLessThan(30_000);
  });

  it('one who is silent costs the others nothing, and hears them', async () => {
    const { graph, parties, run, heard } = await graphOf(3);
    graph.apply(everybody(parties.map(({ id }) => id)));
    run(2000, ['leg-2']);
    expect(heard()).toEqual({ 'leg-0': [530], 'leg-1': [410], 'leg-2': [410, 530] });
    expect(parties.map(({ packets }) => packets.length)).toEqual([100, 100, 100]);
  });

  it('M6: keys that one presses reach the others as keys', async () => {
    const { graph, parties, run, clock } = await graphOf(3);
    graph.apply(everybody(parties.map(({ id }) => id)));
    run(200);
    for (let at = 1; at <= 5; at += 1) {
      const payload = writeTelephoneEvent({ event: 5, end: at === 5, volume: 10, duration: at * 160 });
      const position = { sequenceNumber: at, timestamp: 9000, ssrc: 410, marker: at === 1 };
      parties[0]!.leg.hear(writeRtp({ payloadType: 101, payload, ...position }));
      clock.advance(20);
    }
    run(200);
    const keys = parties.map(({ packets }) => packets.filter(({ payloadType }) => payloadType === 101).length);
    expect(keys).toEqual([0, 5, 5]);
  });

  it('W3: of which a frame cannot be made tells its owner, and the next one is made', async () => {
    const failures: unknown[] = [];
    const { graph, parties, run } = await graphOf(3, (error) => failures.push(error));
    graph.apply(everybody(parties.map(({ id }) => id)));
    run(100);
    const { session } = parties[0]!.leg;
    const write = session.write.bind(session);
    session.write = () => {
      session.write = write;
      throw new Error('a frame that fails');
    };
    run(100);
    expect(failures).toHaveLength(1);
    expect(parties.map(({ packets }) => packets.length)).toEqual([9, 10, 10]);
  });

  it('W6, W10: other media of a leg is heard at once, although the plan stays as it is', async () => {
    for (const count of [2, 3]) {
      const { graph, parties, run, heard, clock } = await graphOf(count);
      const ids = parties.map(({ id }) => id);
      graph.apply(everybody(ids));
      run(500);
      const other = await memoryLeg(clock, '0 101');
      graph.setPort('leg-1', other.session);
      graph.apply(everybody(ids));
      const packets: RtpPacket[] = [];
      other.onSent((datagram) => {
        const packet = parseRtp(datagram);
        if (packet.ok) packets.push(packet.value);
      });
      const talker = new ToneTalker(1930, { amplitude: AMPLITUDE });
      for (let at = 0; at < 60; at += 1) {
        other.hear(talker.datagram());
        run(20, ['leg-1']);
      }
      expect(heard()['leg-0']).toEqual(count === 2 ? [1930] : [670, 1930]);
      const samples = packets.slice(-50).flatMap(({ payload }) => [...decodeG711(payload, 'PCMU')]);
      expect(energyAt(samples, 410)).toBeGreaterThan(AMPLITUDE / 2);
    }
  });
});

it('a frame that nobody has to hear is not made: silence is silence', async () => {
  const { graph, parties, clock } = await graphOf(3);
  graph.apply(everybody(parties.map(({ id }) => id)));
  clock.advance(200);
  const silence = encodeG711([0], 'PCMU')[0];
  expect(parties[0]!.packets.every(({ payload }) => payload.every((code) => code === silence))).toBe(true);
});

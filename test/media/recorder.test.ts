import { describe, expect, it } from 'vitest';
import { play } from '../../src/core/media/player.ts';
import { Recorder, recordingRateOf } from '../../src/core/media/recorder.ts';
import { tone } from '../../src/core/media/sound.ts';
import type { AudioFrame, Frame, FrameSink } from '../../src/core/rtp/frame.ts';
import { decodeG711, encodeG711 } from '../../src/core/codec/g711.ts';
import { codecs } from '../../src/core/codec/registry.ts';
import { energyAt, hears } from '../support/tone.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Somebody who speaks when told to. */
class Mouth {
  readonly sinks = new Set<FrameSink>();
  tap(sink: FrameSink): () => void {
    this.sinks.add(sink);
    return () => this.sinks.delete(sink);
  }
  write(said: Frame): void {
    for (const sink of this.sinks) sink.write(said);
  }
}

function setUp() {
  const clock = new VirtualClock();
  const [left, right] = [new Mouth(), new Mouth()];
  const written: number[] = [];
  const recorder = new Recorder({ clock, left, right, write: (samples) => written.push(...samples) });
  const channel = (number: 0 | 1) => written.filter((_, index) => index % 2 === number);
  return { clock, left, right, recorder, written, channel };
}

const LOUD = 8031;

/** A frame in which every sample is the same. */
function frame(number: number, change: Partial<AudioFrame> = {}): AudioFrame {
  const payload = encodeG711(new Int16Array(160).fill(LOUD), 'PCMU');
  const position = { ssrc: 1, sequenceNumber: number, timestamp: number * 160, marker: false };
  return { kind: 'audio', codec: 'PCMU', payload, ...position, ...change };
}

/** Where there is sound, in milliseconds. */
function loud(samples: readonly number[]): [from: number, to: number][] {
  const edges = samples.flatMap((sample, index) =>
    (sample !== 0) === ((samples[index - 1] ?? 0) !== 0) ? [] : [index],
  );
  if (samples.at(-1) !== 0) edges.push(samples.length);
  return edges.flatMap((edge, index) => (index % 2 === 0 ? [[edge / 8, (edges[index + 1] ?? edge) / 8]] : [])) as [
    number,
    number,
  ][];
}

it('M17: records at the full rate of a wideband leg, and the other one beside it', () => {
  const clock = new VirtualClock();
  const [left, right] = [new Mouth(), new Mouth()];
  const sides = [
    Object.assign(left, { codec: 'G722' as const }),
    Object.assign(right, { codec: 'PCMU' as const }),
  ] as const;
  const rateHz = recordingRateOf(sides);
  expect([rateHz, recordingRateOf([right])]).toEqual([16_000, 8000]);
  const written: number[] = [];
  const write = (samples: Int16Array) => void written.push(...samples);
  const recorder = new Recorder({ clock, left: sides[0], right: sides[1], rateHz, write });
  const encoder = codecs.G722.encoder();
  const sound = (hz: number, rate: number, n: number) =>
    Int16Array.from(
      { length: rate / 50 },
      (_, at) => 8000 * Math.sin((2 * Math.PI * hz * (n * (rate / 50) + at)) / rate),
    );
  for (let n = 0; n < 100; n += 1) {
    left.write(frame(n, { codec: 'G722', payload: encoder.encode(sound(5000, 16_000, n)) }));
    right.write(frame(n, { payload: encodeG711(sound(1000, 8000, n), 'PCMU'), ssrc: 2 }));
    clock.advance(20);
  }
  recorder.stop();
  const channel = (number: 0 | 1) => written.filter((_, index) => index % 2 === number).slice(1600, -1600);
  expect(written).toHaveLength(2 * 32_000);
  // A recording of 8 kHz has nothing above 4 kHz.
  expect(energyAt(channel(0), 5000, 16_000)).toBeGreaterThan(6000);
  expect(energyAt(channel(1), 1000, 16_000)).toBeGreaterThan(6000);
  expect(energyAt(channel(1), 5000, 16_000)).toBeLessThan(300);
});

describe('a recorder', () => {
  it('P28: keeps each party in a channel of its own', () => {
    const { clock, left, right, recorder, channel } = setUp();
    play(tone([440]), left, { clock });
    play({ ...tone([1000]), codec: 'PCMU' }, right, { clock });
    clock.advance(3000);
    recorder.stop();
    expect(channel(0)).toHaveLength(24_000);
    expect(hears(channel(0), 440, [1000])).toBe(true);
    expect(hears(channel(1), 1000, [440])).toBe(true);
  });

  it('places sound by its timestamps, whatever the order in which it comes, and leaves silence where none came', () => {
    const { clock, left, recorder, channel } = setUp();
    clock.advance(100);
    left.write(frame(0));
    clock.advance(60);
    left.write(frame(3));
    left.write(frame(1));
    clock.advance(340);
    left.write(frame(20));
    clock.advance(500);
    recorder.stop();
    expect(loud(channel(0))).toEqual([
      [100, 140],
      [160, 180],
      [500, 520],
    ]);
    expect(channel(0)).toHaveLength(8000);
  });

  it('puts a packet that is late, but not by half a second, where it belongs, and drops a later one', () => {
    const { clock, left, recorder, channel } = setUp();
    left.write(frame(0));
    clock.advance(440);
    left.write(frame(22));
    left.write(frame(2));
    clock.advance(300);
    left.write(frame(4));
    left.write(frame(37));
    clock.advance(1000);
    recorder.stop();
    expect(loud(channel(0))).toEqual([
      [0, 20],
      [40, 60],
      [440, 460],
      [740, 760],
    ]);
  });

  it('goes on at the present moment with another source, and with one whose timestamps jump', () => {
    const { clock, left, recorder, channel } = setUp();
    left.write(frame(0));
    clock.advance(100);
    left.write(frame(9000, { ssrc: 2, timestamp: 0xffff_ffe0 }));
    clock.advance(20);
    left.write(frame(9001, { ssrc: 2, timestamp: 128 }));
    clock.advance(80);
    left.write(frame(9002, { ssrc: 2, timestamp: 4_000_000 }));
    clock.advance(100);
    recorder.stop();
    expect(loud(channel(0))).toEqual([
      [0, 20],
      [100, 140],
      [200, 220],
    ]);
  });

  it('writes as it goes, and silence after a long stall, with a window that does not grow', () => {
    const { clock, left, recorder, written, channel } = setUp();
    left.write(frame(0));
    clock.advance(5000);
    expect(written.length).toBe((5000 - 500) * 8 * 2);
    left.write(frame(250));
    recorder.stop();
    expect(channel(0)).toHaveLength(40_000);
    expect(loud(channel(0))).toEqual([[0, 20]]);
  });

  it('keeps no keys, hears nothing after its stop and leaves no timer', () => {
    const { clock, left, recorder, written } = setUp();
    left.write({
      kind: 'dtmf',
      event: 5,
      end: false,
      volume: 10,
      duration: 160,
      ssrc: 1,
      sequenceNumber: 1,
      timestamp: 0,
      marker: true,
    });
    clock.advance(100);
    recorder.stop();
    left.write(frame(5));
    recorder.stop();
    clock.advance(2000);
    expect(written).toEqual(Array.from({ length: 1600 }, () => 0));
    expect([left.sinks.size, clock.pending]).toEqual([0, 0]);
  });

  it.each([200, -200])('W1: loses nothing in an hour of somebody whose clock is %i millionths off', (off) => {
    const clock = new VirtualClock();
    const [left, right] = [new Mouth(), new Mouth()];
    let [samples, silent, wrong, last] = [0, 0, 0, 0];
    // One after the other, so that what is cut out or said twice shows.
    const levels = [8031, -8031, 2015].map((level) => encodeG711(new Int16Array(160).fill(level), 'PCMU'));
    const order = levels.map((payload) => decodeG711(payload, 'PCMU')[0]!);
    const write = (part: Int16Array): void => {
      for (let index = 0; index < part.length; index += 2) {
        const sample = part[index]!;
        if (sample === 0) silent += 1;
        else if (sample !== last && last !== 0 && order[(order.indexOf(last) + 1) % 3] !== sample) wrong += 1;
        last = sample;
      }
      samples += part.length / 2;
    };
    const recorder = new Recorder({ clock, left, right, write });
    const packets = 3_600_000 / 20;
    const said = frame(0);
    for (let index = 0; index < packets; index += 1) {
      left.write({
        ...said,
        payload: levels[index % 3]!,
        sequenceNumber: index & 0xffff,
        timestamp: (index * 160) >>> 0,
      });
      clock.advance(20 * (1 + off / 1e6));
    }
    recorder.stop();
    expect(Math.abs(samples - packets * 160 * (1 + off / 1e6))).toBeLessThan(2);
    expect(wrong).toBe(0);
    // What the last packet has not filled yet.
    expect(silent).toBeLessThan(400);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Continuity } from '../../src/core/rtp/continuity.ts';
import type { AudioFrame } from '../../src/core/rtp/frame.ts';
import { parseRtp, writeRtp } from '../../src/core/rtp/packet.ts';
import { memoryLeg } from '../support/memory-ports.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const payload = new Uint8Array(160);
const uint16 = (n: number): number => n & 0xffff;

/** What one source sends: the index of each of its frames, in the order of their arrival. */
interface Run {
  readonly ssrc: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly frames: number;
  /** By index: is lost. */
  readonly lost: readonly number[];
  /** By index: comes so many frames late. */
  readonly late: readonly (readonly [index: number, by: number])[];
}

/** Short ones, and such in which 16 bits of a sequence number go more than half round. */
const frames = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 80 }) },
  { weight: 1, arbitrary: fc.integer({ min: 32_700, max: 33_200 }) },
  { weight: 1, arbitrary: fc.integer({ min: 65_500, max: 66_000 }) },
);
const near = (edge: number): fc.Arbitrary<number> => fc.oneof(fc.nat(edge), fc.integer({ min: edge - 300, max: edge }));
const run: fc.Arbitrary<Run> = fc.record({
  ssrc: fc.integer({ min: 1, max: 3 }),
  sequenceNumber: near(0xffff),
  timestamp: near(0xffff_ffff),
  frames,
  lost: fc.array(fc.nat(70_000), { maxLength: 40 }),
  late: fc.array(fc.tuple(fc.nat(70_000), fc.integer({ min: 1, max: 30 })), { maxLength: 40 }),
});

/** The first frame always comes first: what was sent before it belongs to what was heard before. */
function arrivals({ frames: count, lost, late }: Run): number[] {
  const missing = new Set(lost.filter((index) => index > 0));
  const delays = new Map(late);
  return Array.from({ length: count }, (_, index) => index)
    .filter((index) => !missing.has(index))
    .map((index) => ({ index, at: index === 0 ? 0 : index + (delays.get(index) ?? 0) }))
    .toSorted((a, b) => a.at - b.at || a.index - b.index)
    .map(({ index }) => index);
}

describe('one stream of many sources', () => {
  it('W1: loses nothing of a source, and jumps only where the source did', () => {
    fc.assert(
      fc.property(
        near(0xffff),
        near(0xffff_ffff),
        fc.array(run, { minLength: 1, maxLength: 6 }),
        (first, time, runs) => {
          const clock = new VirtualClock();
          const continuity = new Continuity(clock, { ssrc: 7, sequenceNumber: first, timestamp: time });
          /** The newest frame of all sources so far. */
          let newest = { sequenceNumber: uint16(first - 1), timestamp: 0 };
          runs.forEach((source, round) => {
            // Another source each time: one that comes back with other numbers is another one too.
            const ssrc = source.ssrc * 100 + round;
            const base = { ...newest };
            let ahead = 0;
            let start: number | undefined;
            for (const index of arrivals(source)) {
              const frame: AudioFrame = {
                kind: 'audio',
                codec: 'PCMU',
                payload,
                ssrc,
                sequenceNumber: uint16(source.sequenceNumber + index),
                timestamp: (source.timestamp + index * 160) >>> 0,
                marker: false,
              };
              const placed = continuity.place(frame);
              if (!placed) expect.fail(`frame ${index} of source ${round} was dropped`);
              // Right behind the source before, and from then on as far apart as the source has them.
              if (placed.sequenceNumber !== uint16(base.sequenceNumber + 1 + index))
                expect.fail(`frame ${index} of source ${round} is number ${placed.sequenceNumber}`);
              start ??= placed.timestamp;
              if (placed.timestamp !== (start + index * 160) >>> 0)
                expect.fail(`frame ${index} of source ${round} has timestamp ${placed.timestamp}`);
              if (index >= ahead) {
                ahead = index;
                newest = placed;
              }
              clock.advance(20);
            }
            if (round > 0) {
              const gap = (start! - base.timestamp) | 0;
              expect(gap).toBeGreaterThan(0);
              expect(gap % 160).toBe(0);
            }
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('W1: takes a late frame of its own source after hours, and none of the source before', () => {
    const clock = new VirtualClock();
    const continuity = new Continuity(clock, { ssrc: 7, sequenceNumber: 65_000, timestamp: 0xffff_ff00 });
    const place = (ssrc: number, index: number): number | undefined =>
      continuity.place({
        kind: 'audio',
        codec: 'PCMU',
        payload,
        ssrc,
        sequenceNumber: uint16(64_000 + index),
        timestamp: (index * 160) >>> 0,
        marker: false,
      })?.sequenceNumber;
    for (let index = 0; index < 100_000; index += 1) {
      if (index !== 99_990) place(1, index);
      clock.advance(20);
    }
    expect(place(1, 99_990)).toBe(uint16(65_000 + 99_990));
    expect(place(2, 50)).toBe(uint16(65_000 + 100_000));
    expect([place(1, 99_999), place(1, 99_998), place(2, 49)]).toEqual([undefined, undefined, undefined]);
    expect(place(2, 51)).toBe(uint16(65_000 + 100_001));
    // What comes back goes on, and is heard at once.
    expect(place(1, 100_000)).toBe(uint16(65_000 + 100_002));
  });

  it('W1: a leg that was not passed on for a while goes on without a gap in the numbers', async () => {
    const clock = new VirtualClock();
    const [a, b] = [await memoryLeg(clock), await memoryLeg(clock)];
    const numbers: number[] = [];
    b.onSent((datagram) => {
      const packet = parseRtp(datagram);
      if (packet.ok) numbers.push(packet.value.sequenceNumber);
    });
    let stop = (): void => {};
    for (let index = 0; index < 300; index += 1) {
      if (index === 0 || index === 200) stop = a.session.tap(b.session);
      if (index === 100) stop();
      const position = { sequenceNumber: uint16(65_500 + index), timestamp: index * 160, ssrc: 1, marker: false };
      a.hear(writeRtp({ payloadType: 0, payload, ...position }));
      clock.advance(20);
    }
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, index) => uint16(numbers[0]! + index)));
  });

  it('W1: leaves no gap in the numbers for what was not sent', () => {
    const clock = new VirtualClock();
    const continuity = new Continuity(clock, { ssrc: 7, sequenceNumber: 10, timestamp: 0 });
    const place = (index: number) =>
      continuity.place({
        kind: 'audio',
        codec: 'PCMU',
        payload,
        ssrc: 1,
        sequenceNumber: index,
        timestamp: index * 160,
        marker: false,
      });
    place(1);
    clock.advance(2000);
    continuity.interrupt();
    expect(place(101)).toMatchObject({ sequenceNumber: 11, timestamp: 16_000, marker: true });
  });
});

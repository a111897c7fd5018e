import { describe, expect, it } from 'vitest';
import type { DtmfFrame } from '../../src/core/rtp/frame.ts';
import { JoinedEvents, SplitEvents } from '../../src/core/rtp/long-events.ts';
import { Presses } from '../../src/core/rtp/presses.ts';

/** What a peer sends of a key that is held, a packet every 20 ms. */
function held(ms: number, clockRateHz: number): DtmfFrame[] {
  const split = new SplitEvents();
  return Array.from({ length: ms / 20 }, (_, n) => {
    const end = n === ms / 20 - 1;
    const { timestamp, duration } = split.split(0xffff_f000, ((n + 1) * clockRateHz) / 50, end);
    const position = { ssrc: 1, sequenceNumber: n, timestamp, marker: n === 0 };
    return {
      kind: 'dtmf',
      event: 5,
      end,
      volume: 10,
      duration: (duration * 8000) / clockRateHz,
      clockRateHz,
      ...position,
    };
  });
}

describe('M6: a key that is held for longer than its field can say', () => {
  it.each([
    [8000, 20_000, 3],
    [48_000, 5000, 4],
    [48_000, 1000, 1],
  ])('by a clock of %d Hz for %d ms is sent in %d segments', (clockRateHz, ms, segments) => {
    const sent = held(ms, clockRateHz);
    expect(new Set(sent.map(({ timestamp }) => timestamp)).size).toBe(segments);
    expect(sent.every(({ duration }) => (duration * clockRateHz) / 8000 <= 0xffff)).toBe(true);
    // Each segment but the last one ends with a packet that says that it is full, and no other than the last one ends the key.
    const full = sent.filter(({ duration }) => Math.round((duration * clockRateHz) / 8000) === 0xffff);
    expect(full).toHaveLength(segments - 1);
    expect(sent.filter(({ end }) => end)).toHaveLength(1);
    const presses = new Presses();
    expect(sent.filter((frame) => presses.begins(frame))).toHaveLength(1);
  });

  it.each([8000, 48_000])(
    'by a clock of %d Hz is one press with its whole length, for whatever clock it goes to',
    (hz) => {
      const joined = new JoinedEvents();
      const frames = held(20_000, hz).map((frame) => joined.join(frame));
      expect(new Set(frames.map(({ timestamp }) => timestamp)).size).toBe(1);
      expect(frames.at(-1)!.duration).toBeCloseTo(160_000, 0);
      expect(frames.every(({ duration }, n) => n === 0 || duration > frames[n - 1]!.duration - 1)).toBe(true);
    },
  );

  it('is two presses when it was let go between, however soon', () => {
    const joined = new JoinedEvents();
    const position = { kind: 'dtmf', event: 5, volume: 10, ssrc: 1 } as const;
    const first = { ...position, end: true, duration: 800, sequenceNumber: 1, timestamp: 0, marker: true };
    const second = { ...position, end: false, duration: 160, sequenceNumber: 2, timestamp: 0xf800, marker: false };
    expect([first, second, first].map((frame) => joined.join(frame).timestamp)).toEqual([0, 0xf800, 0]);
  });
});

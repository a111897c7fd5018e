import { describe, expect, it } from 'vitest';
import { Received } from '../../src/core/rtp/received.ts';
import { lostOf, ReceivedStream } from '../../src/core/rtp/received-stream.ts';

const RATE = 8000;

/** Packets of a sender of 20 ms, by their place in its stream, each 20 ms after the one before it in the list. */
function heard(places: readonly number[], { first = 1000, timestamp = 0, ssrc = 1 } = {}, received = new Received()) {
  places.forEach((place, n) => {
    const packet = {
      ssrc,
      sequenceNumber: (first + place) & 0xffff,
      timestamp: (timestamp + place * 160) >>> 0,
      marker: false,
    };
    received.receive(packet, n * 20, RATE, true);
  });
  return received;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const figures = (received: Received) => {
  const { counts } = received;
  const { received: came, expected, duplicates, reordered } = counts;
  return { came, expected, lost: lostOf(counts), duplicates, reordered };
};

describe('what is received of a stream', () => {
  it('M1: without faults, over both wraps', () => {
    const received = heard(upTo(70_000), { first: 65_000, timestamp: 0xffff_0000 });
    expect(figures(received)).toEqual({ came: 70_000, expected: 70_000, lost: 0, duplicates: 0, reordered: 0 });
    expect(received.newest!.jitter).toBe(0);
    expect(received.newest!.highestSequence).toBe(65_000 + 69_999);
  });

  it('M1: loss, in runs', () => {
    const lost = new Set([3, 10, 11, 12, 500]);
    const received = heard(upTo(1000).filter((n) => !lost.has(n)));
    expect(figures(received)).toMatchObject({ expected: 1000, lost: 5 });
    expect(received.counts).toMatchObject({ bursts: 3, burstLost: 5 });
  });

  it('M1: duplicates make up for no loss, though the peer is told the difference (RFC 3550 §A.3)', () => {
    const received = heard([0, 1, 1, 1, 2, 4]);
    expect(figures(received)).toEqual({ came: 6, expected: 5, lost: 1, duplicates: 2, reordered: 0 });
    expect(received.newest!.cumulativeLost).toBe(-1);
  });

  it('M1: reordering is no loss, at the beginning too', () => {
    expect(figures(heard([1, 0, 3, 2, 4, 5]))).toEqual({
      came: 6,
      expected: 6,
      lost: 0,
      duplicates: 0,
      reordered: 2,
    });
  });

  it('M1: a sender that begins anew is no loss, and one packet from nowhere is nothing', () => {
    const received = heard([...upTo(100), 20_000, ...upTo(100).map((n) => n + 100)]);
    expect(figures(received)).toMatchObject({ came: 200, lost: 0 });
    heard(upTo(100), { first: 50_000 }, received);
    expect(received.counts).toMatchObject({ received: 300, expected: 300, restarts: 1 });
  });

  it('M1: another SSRC is another stream, and the sum goes on', () => {
    const received = heard(upTo(100));
    for (let n = 2; n < 12; n += 1) heard([0, 1, 3, 4], { ssrc: n }, received);
    expect(figures(received)).toMatchObject({ came: 140, expected: 150, lost: 10 });
    expect(received.streams.length).toBe(4);
    expect(received.takeUnreported().map(({ ssrc }) => ssrc)).toEqual([8, 9, 10, 11]);
    expect(received.takeUnreported()).toEqual([]);
  });

  it('M1: the fraction lost is that since the last report', () => {
    const stream = new ReceivedStream(1);
    const hear = (from: number, to: number, missing: (n: number) => boolean): void => {
      for (let n = from; n < to; n += 1) {
        if (missing(n)) continue;
        stream.receive({ sequenceNumber: n, timestamp: n * 160, marker: false }, n * 20, RATE, true);
      }
    };
    hear(0, 100, (n) => n % 4 === 1);
    expect(stream.takeFractionLost()).toBe(64);
    hear(100, 200, () => false);
    expect(stream.takeFractionLost()).toBe(0);
    expect(stream.cumulativeLost).toBe(25);
  });
});

describe('jitter', () => {
  const at = (arrivals: readonly number[], timed = true, marker = false) => {
    const stream = new ReceivedStream(1);
    arrivals.forEach((ms, n) =>
      stream.receive({ sequenceNumber: n, timestamp: n * 160, marker: marker && n === 5 }, ms, RATE, timed),
    );
    return stream;
  };

  it('M1: is a sixteenth of each difference, in units of the timestamp (RFC 3550 §A.8)', () => {
    expect(at([0, 20, 50]).jitter).toBe(80 / 16);
    expect(at([0, 20, 50, 60]).jitter).toBe(5 + (80 - 5) / 16);
    const shaking = at(upTo(2000).map((n) => n * 20 + (n % 2) * 10));
    expect(shaking.jitterMs).toBeCloseTo(10, 1);
  });

  it('M1: leaves out telephone events, and a pause that its sender does not count', () => {
    expect(at([0, 100, 500], false).jitter).toBe(0);
    const pause = [0, 20, 40, 60, 80, 5100, 5120];
    expect(at(pause, true, true).jitter).toBe(0);
    expect(at(pause).jitterMs).toBeGreaterThan(200);
  });
});

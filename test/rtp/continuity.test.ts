import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Continuity } from '../../src/core/rtp/continuity.ts';
import type { AudioFrame, DtmfFrame } from '../../src/core/rtp/frame.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const payload = new Uint8Array(160);

function audio(ssrc: number, sequenceNumber: number, timestamp: number): AudioFrame {
  const position = { ssrc, sequenceNumber: sequenceNumber & 0xffff, timestamp: timestamp >>> 0, marker: false };
  return { kind: 'audio', codec: 'PCMU', payload, ...position };
}

function dtmf(ssrc: number, sequenceNumber: number, timestamp: number, duration: number, marker = false): DtmfFrame {
  return { kind: 'dtmf', event: 5, end: false, volume: 10, duration, ssrc, sequenceNumber, timestamp, marker };
}

function setUp(sequenceNumber = 1000, timestamp = 50_000) {
  const clock = new VirtualClock();
  const continuity = new Continuity(clock, { ssrc: 7, sequenceNumber, timestamp });
  const place = (frame: AudioFrame | DtmfFrame) => {
    const placed = continuity.place(frame);
    return placed && [placed.sequenceNumber, placed.timestamp, placed.marker];
  };
  return { clock, continuity, place };
}

describe('one continuous stream', () => {
  it('begins at its own numbers with a marker', () => {
    const { place } = setUp();
    expect(place(audio(1, 30, 9000))).toEqual([1000, 50_000, true]);
    expect(place(audio(1, 31, 9160))).toEqual([1001, 50_160, false]);
  });

  it('goes on with the next number when the source changes, at the time that passed', () => {
    const { clock, place } = setUp();
    place(audio(1, 30, 9000));
    clock.advance(1003);
    expect(place(audio(2, 60_000, 4))).toEqual([1001, 50_000 + 50 * 160, true]);
    expect(place(audio(2, 60_001, 164))).toEqual([1002, 50_000 + 51 * 160, false]);
  });

  it('never stands still, even when a switch takes no time', () => {
    const { place } = setUp();
    place(audio(1, 30, 9000));
    expect(place(audio(2, 1, 1))).toEqual([1001, 50_160, true]);
  });

  it('takes a jump in sequence numbers of the same source for a new stream', () => {
    const { place } = setUp();
    place(audio(1, 30, 9000));
    expect(place(audio(1, 5030, 9160))).toEqual([1001, 50_160, true]);
  });

  it('takes a wild timestamp of the same source for a new stream', () => {
    const { clock, place } = setUp();
    place(audio(1, 30, 9000));
    clock.advance(20);
    expect(place(audio(1, 31, 2_000_000_000))).toEqual([1001, 50_160, true]);
  });

  it('lets a source pause and count the pause, or not', () => {
    const { clock, place } = setUp();
    place(audio(1, 30, 9000));
    clock.advance(60_000);
    expect(place(audio(1, 31, 9000 + 480_000))).toEqual([1001, 530_000, false]);
    clock.advance(60_000);
    expect(place(audio(1, 32, 9160 + 480_000))).toEqual([1002, 530_160, false]);
  });

  it('leaves loss and reordering within a source as they are', () => {
    const { place } = setUp();
    const placed = [30, 33, 32, 31, 34].map((n) => place(audio(1, n, n * 160))?.[0]);
    expect(placed).toEqual([1000, 1003, 1002, 1001, 1004]);
  });

  it('drops a frame that would fall among those of the source before', () => {
    const { place } = setUp();
    place(audio(1, 30, 9000));
    place(audio(2, 80, 100));
    expect(place(audio(2, 79, 0))).toBeUndefined();
    expect(place(audio(2, 81, 260))?.[0]).toBe(1002);
  });

  it('keeps the packets of one event at one timestamp and the audio after them in time', () => {
    const { clock, place } = setUp();
    place(audio(1, 30, 9000));
    clock.advance(20);
    expect(place(dtmf(1, 31, 9160, 160, true))).toEqual([1001, 50_160, true]);
    clock.advance(20);
    expect(place(dtmf(1, 32, 9160, 320))).toEqual([1002, 50_160, false]);
    clock.advance(20);
    expect(place(audio(1, 33, 9480))).toEqual([1003, 50_480, false]);
  });

  it('counts the time of an event from its beginning when the source changes after it', () => {
    const { clock, place } = setUp();
    place(dtmf(1, 31, 9160, 160, true));
    clock.advance(100);
    place(dtmf(1, 32, 9160, 800));
    clock.advance(20);
    expect(place(audio(2, 1, 1))).toEqual([1002, 50_000 + 960, true]);
  });

  it('M6: keeps one timestamp for all packets of a key, though another source comes in between', () => {
    const { clock, place } = setUp();
    place(audio(1, 30, 9000));
    const key = [place(dtmf(2, 5, 700, 160, true))];
    const sound = [50_160];
    for (let packet = 1; packet < 5; packet += 1) {
      clock.advance(20);
      sound.push(place(audio(1, 30 + packet, 9000 + packet * 160))![1] as number);
      clock.advance(15);
      key.push(place(dtmf(2, 5 + packet, 700, 160 * (packet + 1))));
    }
    expect(key).toEqual([1001, 1003, 1005, 1007, 1009].map((number, index) => [number, 50_160, index === 0]));
    sound.slice(1).forEach((timestamp, index) => expect([160, 320]).toContain(timestamp - sound[index]!));
    // The next press begins at its own time.
    clock.advance(100);
    expect(place(dtmf(2, 10, 700 + 2400, 160, true))).toEqual([1010, 50_160 + 2400, true]);
  });

  it('does not announce a second beginning when an event meets a new source half way', () => {
    const { place } = setUp();
    place(audio(1, 30, 9000));
    expect(place(dtmf(2, 5, 700, 480))).toEqual([1001, 50_160, false]);
  });

  it('is unbroken under any succession of sources, across every wrap', () => {
    const run = fc.record({
      ssrc: fc.integer({ min: 1, max: 4 }),
      sequenceNumber: fc.nat(0xffff),
      timestamp: fc.nat(0xffff_ffff),
      frames: fc.integer({ min: 1, max: 60 }),
      pauseMs: fc.nat(3000),
    });
    const start = fc.tuple(
      fc.integer({ min: 65_400, max: 65_535 }),
      fc.integer({ min: 0xffff_f000, max: 0xffff_ffff }),
    );
    fc.assert(
      fc.property(start, fc.array(run, { maxLength: 12 }), ([sequenceNumber, timestamp], runs) => {
        const { clock, continuity } = setUp(sequenceNumber, timestamp);
        let last: AudioFrame | undefined;
        for (const source of runs) {
          let unbroken = false;
          for (let n = 0; n < source.frames; n += 1) {
            const placed = continuity.place(audio(source.ssrc, source.sequenceNumber + n, source.timestamp + n * 160));
            // A source that comes back close to its old numbers may look late; then nothing is sent.
            if (placed && last) {
              expect(placed.ssrc).toBe(7);
              const step = ((placed.sequenceNumber - last.sequenceNumber) << 16) >> 16;
              // The first one after those that were late may be one that came before.
              if (unbroken) {
                expect(step).toBe(1);
                expect((placed.timestamp - last.timestamp) | 0).toBe(160);
              }
              expect(Math.abs(step)).toBeLessThanOrEqual(200);
              expect(Math.abs((placed.timestamp - last.timestamp) | 0)).toBeLessThanOrEqual(2 * 80_000 + 24_000);
            }
            unbroken = placed !== undefined;
            last = placed ?? last;
            clock.advance(20);
          }
          clock.advance(source.pauseMs);
        }
      }),
    );
  });
});

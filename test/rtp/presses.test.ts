import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DtmfFrame } from '../../src/core/rtp/frame.ts';
import { Presses } from '../../src/core/rtp/presses.ts';

const packet = (event: number, timestamp: number, change: Partial<DtmfFrame> = {}): DtmfFrame => ({
  kind: 'dtmf',
  event,
  end: false,
  volume: 10,
  duration: 160,
  ssrc: 1,
  sequenceNumber: 0,
  timestamp: timestamp >>> 0,
  marker: false,
  ...change,
});

describe('presses of keys', () => {
  it('M6: each begins exactly once, under loss, repetition and reordering', () => {
    const press = fc.record({
      event: fc.nat(15),
      gap: fc.integer({ min: 400, max: 20_000 }),
      packets: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(
        fc.nat(0xffff_ffff),
        fc.array(press, { maxLength: 40 }),
        fc.infiniteStream(fc.nat(9)),
        (start, all, dice) => {
          let timestamp = start;
          const sent = all.flatMap(({ event, gap, packets }) => {
            timestamp = (timestamp + gap) >>> 0;
            const own = Array.from({ length: packets + 2 }, (_, index) =>
              packet(event, timestamp, { end: index >= packets - 1, marker: index === 0 }),
            );
            // One in ten is lost, but not all of them.
            const left = own.filter((_, index) => index === 0 || dice.next().value !== 0);
            return left.map((frame) => ({ frame, at: 0 }));
          });
          // Neighbours change places, presses included.
          sent.forEach((each, index) => {
            each.at = index + dice.next().value! / 3;
          });
          const presses = new Presses();
          const begun = sent
            .toSorted((a, b) => a.at - b.at)
            .filter(({ frame }) => presses.begins(frame))
            .map(({ frame }) => frame.timestamp);
          expect(begun.toSorted((a, b) => a - b)).toEqual(
            [...new Set(sent.map(({ frame }) => frame.timestamp))].toSorted((a, b) => a - b),
          );
        },
      ),
    );
  });

  it('RFC 4733 §2.5.1.3: a key that is held for half a minute is one', () => {
    const presses = new Presses();
    let begun = 0;
    for (let segment = 0; segment < 4; segment += 1) {
      for (let duration = 160; duration <= 0xffff; duration += 160) {
        const marker = segment === 0 && duration === 160;
        if (presses.begins(packet(5, 0xffff_0000 + segment * 0xffff, { duration, marker }))) begun += 1;
      }
    }
    expect(begun).toBe(1);
    expect(presses.begins(packet(5, 0xffff_0000 + 4 * 0xffff, { marker: true }))).toBe(true);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventOfKey, keyOfEvent, parseTelephoneEvent, writeTelephoneEvent } from '../../src/core/rtp/dtmf.ts';
import { isRtcp, parseRtp, writeRtp } from '../../src/core/rtp/packet.ts';

const header = [0x80, 0x00, 0x12, 0x34, 0, 0, 0, 160, 0xca, 0xfe, 0xba, 0xbe];
const bytes = (...parts: number[][]): Uint8Array => Uint8Array.from(parts.flat());
const withFirst = (first: number): number[] => [first, ...header.slice(1)];

describe('an RTP packet', () => {
  it('is read as it was written', () => {
    const packet = fc.record({
      // 64–95 with the marker would be RTCP.
      payloadType: fc.oneof(fc.nat(63), fc.integer({ min: 96, max: 127 })),
      marker: fc.boolean(),
      sequenceNumber: fc.nat(0xffff),
      timestamp: fc.nat(0xffff_ffff),
      ssrc: fc.nat(0xffff_ffff),
      payload: fc.uint8Array({ maxLength: 400 }),
    });
    fc.assert(
      fc.property(packet, (given) => {
        expect(parseRtp(writeRtp(given))).toEqual({ ok: true, value: given });
      }),
    );
  });

  it('gives its payload without contributing sources, header extension and padding', () => {
    const extension = [0xbe, 0xde, 0, 1, 0x10, 7, 0, 0];
    const datagram = bytes(withFirst(0xb1), [1, 1, 1, 1], extension, [9, 8, 7], [0, 2]);
    const read = parseRtp(datagram);
    expect(read.ok && [...read.value.payload]).toEqual([9, 8, 7]);
  });

  it.each([
    ['an empty datagram', [], 'too short'],
    ['a header cut short', header.slice(0, 11), 'too short'],
    ['another version', withFirst(0x40), 'wrong version'],
    ['an RTCP report', [0x80, 200, ...header.slice(2)], 'RTCP'],
    ['more contributing sources than bytes', withFirst(0x82), 'header beyond the end'],
    ['an extension without its length', [...withFirst(0x90), 0xbe], 'header beyond the end'],
    ['an extension longer than the datagram', [...withFirst(0x90), 0xbe, 0xde, 0xff, 0xff], 'header beyond the end'],
    ['padding of no length', [...withFirst(0xa0), 1, 0], 'bad padding'],
    ['padding longer than the payload', [...withFirst(0xa0), 1, 3], 'bad padding'],
    ['a datagram no audio needs', [...header, ...Array<number>(1489).fill(0)], 'too long'],
  ])('is not read from %s', (_, datagram, error) => {
    expect(parseRtp(Uint8Array.from(datagram))).toEqual({ ok: false, error });
  });

  it('never makes the parser throw, whatever the bytes', () => {
    const rtpLike = fc.tuple(fc.integer({ min: 0x80, max: 0xbf }), fc.uint8Array({ maxLength: 80 }));
    fc.assert(
      fc.property(rtpLike, ([first, rest]) => {
        const read = parseRtp(bytes([first], [...rest]));
        if (read.ok) expect(read.value.payload.length).toBeLessThanOrEqual(rest.length - 11);
      }),
    );
  });

  it('is told from RTCP on the same port by its payload type', () => {
    expect([192, 200, 223].map((second) => isRtcp(Uint8Array.of(0x80, second)))).toEqual([true, true, true]);
    expect([0, 101, 128, 191, 224].map((second) => isRtcp(Uint8Array.of(0x80, second)))).not.toContain(true);
  });
});

describe('a telephone-event payload', () => {
  it('is read as it was written', () => {
    const event = fc.record({ event: fc.nat(15), end: fc.boolean(), volume: fc.nat(63), duration: fc.nat(0xffff) });
    fc.assert(
      fc.property(event, (given) => {
        expect(parseTelephoneEvent(writeTelephoneEvent(given))).toEqual({ ok: true, value: given });
      }),
    );
  });

  it('is refused when it is short or names no DTMF digit', () => {
    expect(parseTelephoneEvent(Uint8Array.of(1, 2, 3)).ok).toBe(false);
    expect(parseTelephoneEvent(Uint8Array.of(16, 10, 0, 160)).ok).toBe(false);
  });

  it('stands for a key', () => {
    expect(Array.from('0123456789*#ABCD', eventOfKey)).toEqual(Array.from({ length: 16 }, (_, event) => event));
    expect([0, 10, 11, 12, 16].map(keyOfEvent)).toEqual(['0', '*', '#', 'A', undefined]);
    expect([eventOfKey('b'), eventOfKey('x'), eventOfKey('')]).toEqual([13, undefined, undefined]);
  });
});

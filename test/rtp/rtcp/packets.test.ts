import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RtcpPacket } from '../../../src/core/rtp/rtcp/packet.ts';
import { parseRtcp } from '../../../src/core/rtp/rtcp/parse.ts';
import { writeRtcp } from '../../../src/core/rtp/rtcp/write.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const block = fc.record({
  ssrc: uint32,
  fractionLost: fc.integer({ min: 0, max: 255 }),
  cumulativeLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
  highestSequence: uint32,
  jitter: uint32,
  lastSr: uint32,
  delaySinceLastSr: uint32,
});
const blocks = fc.array(block, { maxLength: 31 });
const cname = fc.stringMatching(/^[a-z0-9]{0,60}$/);
const packet: fc.Arbitrary<RtcpPacket> = fc.oneof(
  fc.record({
    type: fc.constant('SR' as const),
    ssrc: uint32,
    ntpSeconds: uint32,
    ntpFraction: uint32,
    rtpTimestamp: uint32,
    packets: uint32,
    octets: uint32,
    blocks,
  }),
  fc.record({ type: fc.constant('RR' as const), ssrc: uint32, blocks }),
  fc.record({
    type: fc.constant('SDES' as const),
    chunks: fc.array(fc.record({ ssrc: uint32, cname }), { maxLength: 9 }),
  }),
  fc.record({ type: fc.constant('BYE' as const), ssrcs: fc.array(uint32, { maxLength: 31 }) }),
);

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

describe('RTCP packets', () => {
  it('M1: are read as they were written, compound and of reduced size', () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 4 }), (packets) => {
        expect(parseRtcp(writeRtcp(packets))).toEqual(packets);
      }),
    );
  });

  // As tshark reads it: SR of 0x11223344 with one block, SDES with CNAME "a@b" and a tool, APP, BYE with a reason.
  const compound = hex(`
    81c8000c 11223344 e8000000 80000000 00000140 00000002 00000140
      55667788 40fffffe 00010005 0000000a 00008000 00010000
    81ca0004 11223344 01034061 62060274 78000000
    80cc0002 11223344 6e616d65
    81cb0002 11223344 03627965`);

  it('M1: of others are read, with what we do not know passed over', () => {
    expect(parseRtcp(compound)).toMatchObject([
      {
        type: 'SR',
        ssrc: 0x1122_3344,
        ntpFraction: 0x8000_0000,
        packets: 2,
        blocks: [{ ssrc: 0x5566_7788, fractionLost: 64, cumulativeLost: -2, highestSequence: 0x1_0005, jitter: 10 }],
      },
      { type: 'SDES', chunks: [{ ssrc: 0x1122_3344, cname: '@ab' }] },
      { type: 'BYE', ssrcs: [0x1122_3344] },
    ]);
  });

  it('M1: padding at the end is no block', () => {
    expect(parseRtcp(hex('a0c90002 00000001 00000004'))).toEqual([{ type: 'RR', ssrc: 1, blocks: [] }]);
    expect(parseRtcp(hex('a1c90002 00000001 000000ff'))).toEqual([]);
  });

  it('M1: garbage is nothing, and damage costs only what follows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(Array.isArray(parseRtcp(bytes))).toBe(true);
      }),
    );
    for (let length = 0; length < compound.length; length += 1) {
      expect(parseRtcp(compound.subarray(0, length)).length).toBeLessThan(3);
    }
    const damaged = compound.slice();
    damaged[55] = 0xff;
    expect(parseRtcp(damaged).map(({ type }) => type)).toEqual(['SR']);
  });
});

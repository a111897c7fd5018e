import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSafe } from '../../src/core/gateway/guard.ts';

const rtp = (...hex: string[]): Uint8Array => Buffer.from(hex.join(''), 'hex');
const fixed = '80000102000000a0cafebabe';

describe('what the WebRTC stack may see', () => {
  it('includes STUN, DTLS, RTP and RTCP', () => {
    expect(isSafe(rtp('000100002112a442'))).toBe(true);
    expect(isSafe(rtp('16fefd0000'))).toBe(true);
    expect(isSafe(rtp(fixed, 'ff'.repeat(160)))).toBe(true);
    expect(isSafe(rtp('80c80006', '00'.repeat(24)))).toBe(true);
    expect(isSafe(rtp('90', fixed.slice(2), 'bede0001', '10aa0000', 'ff'.repeat(160)))).toBe(true);
  });

  it('leaves the padding of encrypted packets alone', () => {
    expect(isSafe(rtp('a0', fixed.slice(2), 'ff'.repeat(20)))).toBe(true);
  });

  it.each([
    ['an extension longer than the packet', rtp('90', fixed.slice(2), 'bedeffff')],
    ['the same behind contributing sources', rtp('91', fixed.slice(2), '00000001', 'bedeffff', '00'.repeat(40))],
    ['the same under a payload type next to RTCP', rtp('90d1', fixed.slice(4), 'bedeffff')],
    ['an extension cut in its head', rtp('90', fixed.slice(2), 'be')],
    ['contributing sources beyond the end', rtp('8f', fixed.slice(2))],
    ['a stump', rtp('80')],
    [
      'a jumbo packet, whose many extensions take long in themselves',
      rtp('90', fixed.slice(2), 'bede0fff', '10aa'.repeat(8190)),
    ],
  ])('does not include %s', (_, datagram) => {
    expect(isSafe(datagram)).toBe(false);
  });

  it('never has an extension that ends beyond the packet', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 128, max: 191 }),
        fc.uint8Array({ minLength: 15, maxLength: 60 }),
        (first, rest) => {
          const datagram = Uint8Array.of(first, ...rest);
          const head = 12 + (first & 15) * 4;
          const claimed =
            first & 0x10 ? head + 4 + ((datagram[head + 2] ?? 255) * 256 + (datagram[head + 3] ?? 255)) * 4 : head;
          expect(isSafe(datagram)).toBe(claimed <= datagram.length);
        },
      ),
    );
  });
});

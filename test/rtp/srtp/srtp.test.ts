import { describe, expect, it } from 'vitest';
import { writeRtp } from '../../../src/core/rtp/packet.ts';
import { indexOf } from '../../../src/core/rtp/srtp/packet-index.ts';
import { SrtcpReceiver, SrtcpSender } from '../../../src/core/rtp/srtp/srtcp.ts';
import { SrtpReceiver, SrtpSender, type MasterKey } from '../../../src/core/rtp/srtp/srtp.ts';
import { suiteNamed } from '../../../src/core/rtp/srtp/suites.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const key = (suite: string, bytes: string, mki?: string): MasterKey => ({
  suite: suiteNamed(suite)!,
  bytes: hex(bytes),
  ...(mki === undefined ? {} : { mki: hex(mki) }),
});
/** A key of the right length for any suite. */
const someKey = (suite: string, fill = 7): MasterKey => {
  const found = suiteNamed(suite)!;
  return { suite: found, bytes: new Uint8Array(found.keyBytes + found.saltBytes).fill(fill) };
};
const packet = (sequenceNumber: number, ssrc = 7, payload = new Uint8Array(160).fill(0xd5)): Uint8Array =>
  Uint8Array.from(
    writeRtp({ payloadType: 0, marker: false, sequenceNumber: sequenceNumber % 65_536, timestamp: 0, ssrc, payload }),
  );
const opened = (receiver: SrtpReceiver, datagram: Uint8Array): string => {
  const result = receiver.unprotect(Uint8Array.from(datagram));
  return result.ok ? Buffer.from(result.value).toString('hex') : result.error;
};
const plain = (datagram: Uint8Array): string => Buffer.from(datagram).toString('hex');

const SUITES = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
  'AES_256_CM_HMAC_SHA1_80',
  'AES_256_CM_HMAC_SHA1_32',
  'AEAD_AES_128_GCM',
  'AEAD_AES_256_GCM',
];
const RTP = '800f1234decafbadcafebabeabababababababababababababababab';
const RTCP = '81c8000bcafebabeabababababababababababababababab';
const KEY_128 = 'e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6';

describe('SRTP', () => {
  it.each([
    [
      'AES_CM_128_HMAC_SHA1_80',
      KEY_128,
      '800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb',
    ],
    [
      'AES_256_CM_HMAC_SHA1_80',
      'f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b63b04803de51ee7c96423ab5b78d2',
      '800f1234decafbadcafebabef1d9de17ff251ff1aa007774b0b4b40da08d9d9a5b3a55d8873b',
    ],
    [
      'AEAD_AES_128_GCM',
      '000102030405060708090a0b0c0d0e0fa0a1a2a3a4a5a6a7a8a9aaab',
      '800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392',
    ],
  ])('M5: writes and reads the reference packet of libsrtp in %s', (suite, master, expected) => {
    expect(plain(new SrtpSender(key(suite, master)).protect(hex(RTP))!)).toBe(expected);
    expect(opened(new SrtpReceiver(key(suite, master)), hex(expected))).toBe(RTP);
  });

  it.each([
    [
      'AES_CM_128_HMAC_SHA1_80',
      KEY_128,
      '81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798',
    ],
    [
      'AEAD_AES_128_GCM',
      '000102030405060708090a0b0c0d0e0fa0a1a2a3a4a5a6a7a8a9aaab',
      '81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001',
    ],
  ])('M5: writes and reads the reference RTCP of libsrtp in %s', (suite, master, expected) => {
    const sender = new SrtcpSender(key(suite, master));
    // libsrtp begins with index 1, RFC 3711 with 0.
    sender.protect(hex(RTCP));
    expect(plain(sender.protect(hex(RTCP))!)).toBe(expected);
    const receiver = new SrtcpReceiver(key(suite, master));
    const read = receiver.unprotect(hex(expected));
    expect(read.ok && plain(read.value)).toBe(RTCP);
    expect(receiver.unprotect(hex(expected))).toMatchObject({ error: 'replayed' });
    const changed = hex(expected);
    changed[20]! ^= 1;
    expect(new SrtcpReceiver(key(suite, master)).unprotect(changed)).toMatchObject({ error: 'unauthentic' });
    expect(receiver.unprotect(hex(RTCP))).toMatchObject({ ok: false });
  });

  describe.each(SUITES)('in %s', (suite) => {
    it('M5: brings back header extensions, empty payloads and packets of every length', () => {
      const [sender, receiver] = [new SrtpSender(someKey(suite)), new SrtpReceiver(someKey(suite))];
      for (let length = 0; length < 200; length++) {
        const sent = packet(length, 7, new Uint8Array(length).fill(length));
        expect(opened(receiver, sender.protect(sent)!)).toBe(plain(sent));
      }
      const extended = hex('900f1234decafbadcafebabebede000110aa0000abab');
      expect(opened(receiver, sender.protect(extended)!)).toBe(plain(extended));
    });

    it('M5: drops what is changed, cut, in the clear, under another key, or comes again', () => {
      const sender = new SrtpSender(someKey(suite));
      const receiver = new SrtpReceiver(someKey(suite));
      const sent = sender.protect(packet(1))!;
      for (let at = 0; at < sent.length; at++) {
        const changed = Uint8Array.from(sent);
        changed[at]! ^= 1 << (at % 8);
        expect(receiver.unprotect(changed).ok, `byte ${at}`).toBe(false);
        expect(receiver.unprotect(sent.slice(0, at)).ok, `${at} bytes`).toBe(false);
      }
      expect(opened(receiver, packet(1))).toBe('unauthentic');
      expect(opened(new SrtpReceiver(someKey(suite, 8)), sent)).toBe('unauthentic');
      expect(opened(receiver, sent)).toBe(plain(packet(1)));
      expect(opened(receiver, sent)).toBe('replayed');
      for (let number = 2; number < 300; number++) opened(receiver, sender.protect(packet(number))!);
      expect(opened(receiver, sent)).toBe('replayed');
    });

    it('M5: takes what is under a key that the packets name, and nothing under another name', () => {
      const master = { ...someKey(suite), mki: hex('00000001') };
      const sent = new SrtpSender(someKey(suite)).protect(packet(1))!;
      const at = suite.includes('GCM') ? sent.length : sent.length - master.suite.tagBytes;
      const named = (mki: Uint8Array) => Uint8Array.from([...sent.slice(0, at), ...mki, ...sent.slice(at)]);
      const receiver = new SrtpReceiver(master);
      expect(opened(receiver, named(hex('00000002')))).toBe('malformed');
      expect(opened(receiver, named(hex('00000001')))).toBe(plain(packet(1)));
    });
  });

  const suite = 'AES_CM_128_HMAC_SHA1_80';

  /** Numbers around each wrap, lost and in another order: what arrives, in the order in which it arrives. */
  it.each([
    ['in order', [65_533, 65_534, 65_535, 65_536, 65_537]],
    ['with the wrap lost', [65_300, 65_301, 65_800, 65_801]],
    ['with a late packet from before it', [65_534, 65_536, 65_535, 65_537, 65_533, 65_538]],
    ['with two seconds lost around each of two', [65_400, 65_650, 98_300, 130_900, 131_150, 131_100, 131_151]],
    ['with the first packet after it arriving first', [65_536, 65_537, 65_538]],
    ['with half the way round lost', [10, 10 + 32_000, 10 + 64_000, 10 + 96_000]],
  ])('M5: counts the wraps of the sequence numbers %s', (_, numbers) => {
    const [sender, receiver] = [new SrtpSender(someKey(suite)), new SrtpReceiver(someKey(suite))];
    const last = Math.max(...numbers);
    const arriving = new Map<number, Uint8Array>();
    // The sender skips what is far from what matters, in steps that leave no doubt.
    const first = Math.min(...numbers);
    for (let number = Math.min(first, 65_000); number <= last; number++) {
      if (number % 20_000 === 0 || numbers.includes(number)) arriving.set(number, sender.protect(packet(number))!);
    }
    for (const number of numbers)
      expect(opened(receiver, arriving.get(number)!), `${number}`).toBe(plain(packet(number)));
  });

  it('M5: goes on counting under a new key of the same peer, and begins anew where the peer does', () => {
    const first = new SrtpReceiver(someKey(suite));
    const sender = new SrtpSender(someKey(suite));
    for (const number of [65_535, 65_536]) opened(first, sender.protect(packet(number))!);
    const goingOn = new SrtpSender(someKey(suite, 8));
    goingOn.protect(packet(65_535));
    expect(opened(new SrtpReceiver(someKey(suite, 8), first), goingOn.protect(packet(65_537))!)).toBe(
      plain(packet(65_537)),
    );
    const anew = new SrtpSender(someKey(suite, 9));
    expect(opened(new SrtpReceiver(someKey(suite, 9), first), anew.protect(packet(2))!)).toBe(plain(packet(2)));
  });

  it('M5: estimates the index of a million packets, of which one in three is lost and some come late', () => {
    let seed = 1;
    const dice = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    let newest: number | undefined;
    let wrong = 0;
    for (let number = 40_000; number < 1_040_000; number++) {
      if (dice(3) === 0) continue;
      const index = number - (dice(50) === 0 ? dice(100) : 0);
      const estimate = indexOf(newest, index % 65_536);
      if (estimate !== index) wrong += 1;
      newest = Math.max(newest ?? 0, estimate ?? 0);
    }
    expect(wrong).toBe(0);
  });

  it.each([2 ** 16, 2 ** 31, 2 ** 32, 2 ** 47])('M5: crosses the index %d, late packets and all', (boundary) => {
    for (const step of [-3, -1, 0, 1, 5, 200]) {
      const newest = boundary + step;
      for (const ahead of [-100, -1, 1, 100, 30_000])
        expect(indexOf(newest, (newest + ahead) % 65_536)).toBe(newest + ahead);
    }
  });

  it('M5: has no index before the first packet, nor after the last that a key may protect', () => {
    expect(indexOf(2, 65_535)).toBeUndefined();
    expect(indexOf(2 ** 48 - 1, 0)).toBeUndefined();
    expect(indexOf(2 ** 48 - 2, 65_535)).toBe(2 ** 48 - 1);
  });
});

import { describe, expect, it } from 'vitest';
import { readCrypto, readCryptos, writeCrypto } from '../../src/core/sdp/crypto.ts';
import { answerMedia, offerMedia, readAnswer, type LocalAudio } from '../../src/core/sdp/negotiate.ts';
import { newKey, newLines, type Encryption, type LocalKeys } from '../../src/core/sdp/sdes.ts';

const sdp = (...lines: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.7', 's=-', 'c=IN IP4 192.0.2.7', 't=0 0', ...lines, ''].join('\r\n');
const local = (encryption: Encryption, lines: LocalKeys['lines'] = []): LocalAudio => ({
  host: '192.0.2.1',
  port: 20_000,
  direction: 'sendrecv',
  keys: { encryption, lines, keyFor: (peer) => newKey(peer.key.suite) },
});
/** A key of that many bytes, in base64. */
const key = (bytes: number, fill = 1): string => Buffer.alloc(bytes, fill).toString('base64');
const crypto = (tag: number, suite = 'AES_CM_128_HMAC_SHA1_80', bytes = 30): string =>
  `a=crypto:${tag} ${suite} inline:${key(bytes)}`;

const AVP = 'm=audio 5004 RTP/AVP 0';
const SAVP = 'm=audio 5004 RTP/SAVP 0';

describe('a line of a=crypto', () => {
  it.each([
    ['AES_CM_128_HMAC_SHA1_80', 30],
    ['AES_CM_128_HMAC_SHA1_32', 30],
    ['AES_256_CM_HMAC_SHA1_80', 46],
    ['AES_256_CM_HMAC_SHA1_32', 46],
    ['AEAD_AES_128_GCM', 28],
    ['AEAD_AES_256_GCM', 44],
  ])('M5: is read and written again with the suite %s', (suite, bytes) => {
    const read = readCrypto(crypto(4, suite, bytes));
    expect(read.ok && [read.value.tag, read.value.key.suite.name, read.value.key.bytes.length]).toEqual([
      4,
      suite,
      bytes,
    ]);
    expect(read.ok && writeCrypto(read.value)).toBe(crypto(4, suite, bytes));
  });

  it.each([
    ['a lifetime as a power', '|2^20', undefined],
    ['a lifetime as a number', '|1066', undefined],
    ['a lifetime and an MKI', '|2^20|1:4', [0, 0, 0, 1]],
    ['an MKI alone', '|258:2', [1, 2]],
    ['an optional parameter and the window of its writer', ' WSH=128 -x=1', undefined],
  ])('M5: is taken with %s', (_, end, mki) => {
    const read = readCrypto(crypto(1) + end);
    expect(read.ok).toBe(true);
    expect(read.ok && read.value.key.mki && [...read.value.key.mki]).toEqual(mki);
  });

  it.each([
    [`${crypto(1)} UNENCRYPTED_SRTP`, 'the session parameter UNENCRYPTED_SRTP is not supported'],
    [`${crypto(1)} UNAUTHENTICATED_SRTP`, 'the session parameter UNAUTHENTICATED_SRTP is not supported'],
    [`${crypto(1)} WSH=64 UNENCRYPTED_SRTCP`, 'the session parameter UNENCRYPTED_SRTCP is not supported'],
    [`${crypto(1)} KDR=1`, 'the session parameter KDR is not supported'],
    [`${crypto(1)};inline:${key(30)}|2^20|2:4`, 'AES_CM_128_HMAC_SHA1_80: several keys in one line are not supported'],
    [crypto(1, 'F8_128_HMAC_SHA1_80'), 'the suite F8_128_HMAC_SHA1_80 is unknown here'],
    [crypto(1, 'AES_CM_128_HMAC_SHA1_80', 16), 'AES_CM_128_HMAC_SHA1_80: the key has 16 bytes and not 30'],
    ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:!!', 'AES_CM_128_HMAC_SHA1_80: the key is not base64'],
    [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 uri:x`, 'AES_CM_128_HMAC_SHA1_80: the key is not given as inline:'],
    [`${crypto(1)}|2^49`, 'AES_CM_128_HMAC_SHA1_80: the lifetime of the key can not be read'],
    [`${crypto(1)}|2^20|256:1`, 'AES_CM_128_HMAC_SHA1_80: the MKI of the key can not be read'],
    [`${crypto(1)}|2^20|1:4|5`, 'AES_CM_128_HMAC_SHA1_80: what follows the key can not be read'],
    ['a=crypto:x', 'an a=crypto line that can not be read'],
  ])('M5: is refused with a reason: %s', (line, why) => {
    expect(readCrypto(line)).toEqual({ ok: false, error: why });
    expect(why).not.toContain(key(30));
  });

  it('M5: belongs to the stream above it, and to none where it stands before all of them', () => {
    const cryptos = readCryptos(
      sdp(crypto(9), SAVP, crypto(1), crypto(1, 'AES_CM_128_HMAC_SHA1_32'), 'm=video 0 RTP/AVP 96', AVP, crypto(2)),
    );
    expect(cryptos.map(({ usable }) => usable.map(({ tag }) => tag))).toEqual([[1], [], [2]]);
    expect(cryptos[0]?.unusable).toEqual(['the tag 1 is used twice']);
  });
});

/** What becomes of an offer: the suite, `plain`, or the refusal. */
function outcome(encryption: Encryption, ...offer: string[]): string {
  const answer = answerMedia(sdp(...offer), local(encryption));
  if (!answer.ok) return `${answer.error.status} ${answer.error.warning} ${answer.error.message}`;
  return answer.value.agreement.keys?.theirs.suite.name ?? 'plain';
}

describe('an offer that comes', () => {
  const PLAIN_ALONE = '488 302 RTP/SAVP is encrypted: offer RTP/AVP, this leg takes plain RTP alone';
  const REQUIRED = '488 302 SRTP is required: offer RTP/SAVP with a=crypto';
  const UNKNOWN =
    '488 302 no crypto suite in common: the suite NULL_HMAC is unknown here; offer AES_CM_128_HMAC_SHA1_80';
  const SUITE = 'AES_CM_128_HMAC_SHA1_80';

  it.each<[Encryption, string[], string]>([
    ['off', [AVP], 'plain'],
    ['off', [AVP, crypto(1)], 'plain'],
    ['off', [SAVP, crypto(1)], PLAIN_ALONE],
    ['taken', [AVP], 'plain'],
    ['taken', [AVP, crypto(1)], SUITE],
    ['taken', [SAVP, crypto(1)], SUITE],
    ['taken', [SAVP], '488 302 RTP/SAVP without a=crypto: no key for SRTP was offered'],
    ['offered', [AVP], 'plain'],
    ['offered', [AVP, crypto(1)], SUITE],
    ['offered', [AVP, crypto(1, 'NULL_HMAC')], 'plain'],
    ['offered', [SAVP, crypto(1, 'NULL_HMAC')], UNKNOWN],
    ['required', [AVP], REQUIRED],
    ['required', [AVP, crypto(1)], SUITE],
    ['required', [AVP, crypto(1, 'NULL_HMAC')], UNKNOWN],
    ['required', ['m=audio 5004 RTP/SAVPF 0', crypto(1)], SUITE],
    ['required', [AVP, SAVP, crypto(1)], SUITE],
    ['offered', [AVP, SAVP, crypto(1)], SUITE],
    ['off', [SAVP, crypto(1), AVP], 'plain'],
  ])('M5 A9: with SRTP %s, %j: %s', (encryption, offer, expected) => {
    expect(outcome(encryption, ...offer)).toBe(expected);
  });

  it('M5: is answered with its own transport, the tag of its first line that we know, and a key of our own', () => {
    const offered = sdp(SAVP, crypto(1, 'NULL_HMAC'), crypto(7, 'AES_CM_128_HMAC_SHA1_32'), crypto(8));
    const answer = answerMedia(offered, local('taken'));
    const lines = answer.ok ? answer.value.lines : [];
    expect(lines[0]).toBe('m=audio 20000 RTP/SAVP 0');
    expect(lines.at(-1)).toMatch(/^a=crypto:7 AES_CM_128_HMAC_SHA1_32 inline:[A-Za-z0-9+/]{40}$/);
    expect(lines.join()).not.toContain(key(30));
  });
});

describe('an offer of ours', () => {
  const lines = newLines();
  const offering = (encryption: Encryption): LocalAudio => local(encryption, encryption === 'taken' ? [] : lines);
  const took = (encryption: Encryption, ...answer: string[]): string => {
    const agreement = readAnswer(sdp(...answer), offering(encryption));
    if (!agreement.ok) return agreement.error.message;
    return agreement.value.keys?.ours.key.suite.name ?? 'plain';
  };

  it.each<[Encryption, string, number]>([
    ['off', 'm=audio 20000 RTP/AVP ', 0],
    ['taken', 'm=audio 20000 RTP/AVP ', 0],
    ['offered', 'm=audio 20000 RTP/AVP ', 3],
    ['required', 'm=audio 20000 RTP/SAVP ', 3],
  ])('M5 A9: with SRTP %s is %s, with %d keys', (encryption, media, keys) => {
    const written = offerMedia(local(encryption, keys > 0 ? lines : []));
    expect(written[0]).toContain(media);
    expect(written.filter((line) => line.startsWith('a=crypto:'))).toHaveLength(keys);
  });

  it.each<[Encryption, string[], string]>([
    ['offered', [AVP, crypto(2, 'AES_CM_128_HMAC_SHA1_32')], 'AES_CM_128_HMAC_SHA1_32'],
    ['offered', [AVP], 'plain'],
    ['offered', [AVP, crypto(9)], 'the answer takes the crypto line 9, which was not offered'],
    [
      'offered',
      [AVP, crypto(2)],
      'the answer names AES_CM_128_HMAC_SHA1_80 for the line that offered AES_CM_128_HMAC_SHA1_32',
    ],
    ['offered', [AVP, crypto(1, 'X')], 'the key in the answer can not be used: the suite X is unknown here'],
    ['required', [SAVP, crypto(1)], 'AES_CM_128_HMAC_SHA1_80'],
    ['required', [AVP], 'SRTP is required, and the answer has no a=crypto'],
    ['required', [SAVP], 'SRTP is required, and the answer has no a=crypto'],
    ['taken', [AVP], 'plain'],
  ])('M5 A9: with SRTP %s and the answer %j: %s', (encryption, answer, expected) => {
    expect(took(encryption, ...answer)).toBe(expected);
  });
});

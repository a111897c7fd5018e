/** Findings about the encryption of sound. M5, A9. */
import { expect, it } from 'vitest';
import type { LegView } from '../../src/nouns/call.ts';
import { BEGAN } from '../trace/fixture.ts';
import { callWith, findingsOf, type Line } from './story.ts';

const sdp = (protocol: string, ...lines: string[]): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 10.0.0.4',
    's=-',
    'c=IN IP4 10.0.0.4',
    't=0 0',
    `m=audio 5004 ${protocol} 0`,
    ...lines,
    '',
  ].join('\r\n');
const KEY = 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0';
const crypto = (suite: string): string => `a=crypto:1 ${suite} inline:${KEY}`;
const TYPE = ['Content-Type: application/sdp'];
const dana = (body: string): Line => [0, 'dana', '>', 'INVITE sip:x@example.com', '1 INVITE', TYPE, body];
const billing = (body: string): Line => [0, 'billing', '<', 'INVITE sip:x@example.com', '1 INVITE', TYPE, body];
const refused = (why: string): Line => [
  5,
  'dana',
  '<',
  '488 Not Acceptable Here',
  '1 INVITE',
  [`Warning: 302 patchcord "${why}"`],
];

it.each([
  [
    sdp('RTP/AVP'),
    'SRTP is required: offer RTP/SAVP with a=crypto',
    'Unencrypted sound refused: Dana',
    'Dana offered no keys for SRTP, and the trunk refused with 488',
  ],
  [
    sdp('RTP/SAVP', crypto('NULL_HMAC')),
    'no crypto suite in common: the suite NULL_HMAC is unknown here; offer AES_CM_128_HMAC_SHA1_80',
    'Unencrypted sound refused: Dana',
    'Dana offered the suites NULL_HMAC, and the trunk refused with 488',
  ],
  [
    sdp('RTP/SAVP', crypto('AES_CM_128_HMAC_SHA1_80')),
    'RTP/SAVP is encrypted: offer RTP/AVP, this leg takes plain RTP alone',
    'Encrypted sound refused: Dana',
    'Dana offered the suites AES_CM_128_HMAC_SHA1_80, and the trunk refused with 488',
  ],
])('M5: says why an offer was refused, and what to do: %#', (offer, why, title, text) => {
  const [finding, ...others] = findingsOf([dana(offer), refused(why)]);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ id: 'srtp-refused', severity: 'error', title, messageSeqs: [2, 1] });
  expect(finding?.text).toBe(`${text}: ${why}.`);
  expect(finding?.fix).toContain('media.srtp');
  expect(JSON.stringify(finding)).not.toContain(KEY);
});

it('M5: names who refuses the SRTP that we offer, and nobody who refuses for another reason', () => {
  const no: Line = [5, 'billing', '>', '488 Not Acceptable Here', '1 INVITE'];
  expect(findingsOf([billing(sdp('RTP/SAVP', crypto('AES_CM_128_HMAC_SHA1_80'))), no])).toMatchObject([
    {
      id: 'srtp-refused',
      title: 'Encrypted sound refused: Billing',
      text: 'The trunk offered SRTP alone (AES_CM_128_HMAC_SHA1_80), and Billing refused with 488.',
    },
  ]);
  expect(findingsOf([billing(sdp('RTP/AVP')), no])).toEqual([]);
  expect(findingsOf([dana(sdp('RTP/AVP')), refused('the codecs offered are G729/8000')])).toEqual([]);
});

const leg = (encryption: LegView['encryption']) => {
  const call = callWith(0, { legs: { billing: { answeredAt: BEGAN, rtp: { received: 0, sent: 90 }, encryption } } });
  return { ...call, transfers: [] };
};
const answered: Line[] = [
  billing(sdp('RTP/AVP', crypto('AES_CM_128_HMAC_SHA1_80'))),
  [900, 'billing', '>', '200 OK', '1 INVITE', TYPE, sdp('RTP/AVP')],
];

it('M5: counts the packets under another key, and says that nothing of them was heard', () => {
  const encryption = { kind: 'sdes', suite: 'AES_CM_128_HMAC_SHA1_80', rejected: 88, failing: true } as const;
  expect(findingsOf(answered, leg(encryption))).toMatchObject([
    {
      id: 'srtp-wrong-key',
      severity: 'error',
      text:
        '88 packets of Billing did not authenticate under the key of its description (AES_CM_128_HMAC_SHA1_80) and were ' +
        'dropped; 0 did. Nothing of the dropped ones was heard.',
      messageSeqs: [2],
    },
  ]);
  expect(findingsOf(answered, leg({ kind: 'sdes', rejected: 3 }))).toEqual([]);
});

it('M5: warns of sound in the clear where encryption was offered, and not where nobody asked for it', () => {
  expect(findingsOf(answered, leg({ kind: 'none', fellBack: true }))).toMatchObject([
    { id: 'srtp-fell-back', severity: 'warning', title: 'Sound is not encrypted: Billing', messageSeqs: [2] },
  ]);
  expect(findingsOf(answered, leg({ kind: 'none' }))).toEqual([]);
  expect(findingsOf(answered, leg({ kind: 'dtls' }))).toEqual([]);
});

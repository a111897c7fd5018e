import { expect, it } from 'vitest';
import { answerMedia } from '../../src/core/sdp/negotiate.ts';

const local = { host: '192.0.2.1', port: 20_000, direction: 'sendrecv' } as const;

function refusal(lines: string[], host: string = local.host) {
  const offer = ['v=0', 'o=- 1 1 IN IP4 192.0.2.7', 's=-', 'c=IN IP4 192.0.2.7', 't=0 0', ...lines, ''].join('\r\n');
  const answer = answerMedia(offer, { ...local, host });
  if (answer.ok) throw new Error('it was taken');
  const { status, warning, message } = answer.error;
  return [status, warning, message];
}

it('W22: says that no codec is shared, and which were offered', () => {
  expect(refusal(['m=audio 5004 RTP/AVP 18 96', 'a=rtpmap:18 G729/8000', 'a=rtpmap:96 opus/48000/2'])).toEqual([
    488,
    305,
    'the codecs offered are G729/8000, opus/48000, those taken PCMU and PCMA at 8000 Hz',
  ]);
  expect(refusal(['m=audio 5004 RTP/AVP 18 3 97'])[2]).toBe(
    'the codecs offered are G729/8000, GSM/8000, payload type 97, those taken PCMU and PCMA at 8000 Hz',
  );
});

it('W22: says that the offer is encrypted', () => {
  expect(refusal(['m=audio 5004 RTP/SAVP 0', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:key'])).toEqual([
    488,
    302,
    'RTP/SAVP is encrypted: offer RTP/AVP, this leg takes plain RTP alone',
  ]);
  expect(refusal(['m=audio 5004 TCP/RTP/AVP 0'])[2]).toContain('TCP/RTP/AVP is another transport');
});

it('W22: says that the address is of another family', () => {
  expect(refusal(['m=audio 5004 RTP/AVP 0'], '2001:db8::1')).toEqual([
    488,
    301,
    'the offer has an IPv4 address, this leg an IPv6 address',
  ]);
});

it.each([['m=video 5004 RTP/AVP 96'], ['m=audio 0 RTP/AVP 0']])('W22: says that there is no audio in %s', (line) => {
  expect(refusal([line])).toEqual([488, 304, 'the offer has no audio stream']);
});

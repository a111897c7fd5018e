import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/core/trace/index.ts';
import { mayHoldSecrets } from '../../src/core/trace/redact.ts';
import { invite } from './fixture.ts';

describe('credentials', () => {
  it('show who authenticates where and hide the rest', () => {
    const text =
      'Authorization: Digest username="endpoint", realm="demo", nonce="n0nce", uri="sip:demo", ' +
      'response="6629fae4", algorithm=MD5, cnonce="0a4f", qop=auth, nc=00000001, opaque="5ccc"\r\nTo: <sip:a@b>\r\n';
    expect(redact(text)).toBe(
      'Authorization: Digest username="endpoint", realm="demo", nonce=[redacted], uri="sip:demo", ' +
        'response=[redacted], algorithm=MD5, cnonce=[redacted], qop=auth, nc=[redacted], opaque=[redacted]\r\nTo: <sip:a@b>\r\n',
    );
  });

  it.each([
    ['another letter case', 'PROXY-AUTHORIZATION : digest RESPONSE="SECRET"\r\n'],
    ['a folded field', 'Authorization: Digest username="a",\r\n\tresponse="SECRET"\r\n'],
    ['a bare line feed', 'Authorization: Digest username="a",\n response="SECRET"\n'],
    ['a lone carriage return', 'Authorization: Digest username="a"\r response="SECRET"\r\n'],
    ['a line separator', 'Authorization: Digest username="a"\u2028,response="SECRET"\r\n'],
    ['an unfinished quoted string', 'Authorization: Digest response="SECRET\r\n'],
    ['an escaped quote', 'Authorization: Digest response="a\\"SECRET"\r\n'],
    ['a blank in a token', 'Authorization: Digest response= SECRET SECRET\r\n'],
    ['no blank after the colon', 'Authorization:Digest response=SECRET\r\n'],
    ['no scheme', 'Authorization: SECRET\r\n'],
    ['Basic', 'Authorization: Basic SECRET==\r\n'],
    ['Bearer', 'Proxy-Authorization: Bearer SECRET\r\n'],
    ['the server proving itself', 'Authentication-Info: rspauth="SECRET", nextnonce="SECRET"\r\n'],
    ['no line end', 'Authorization: Digest response="SECRET"'],
    ['a second field', 'Authorization: Digest a=b\r\nAuthorization: Digest response="SECRET"\r\n'],
    ['a field quoted in a body', 'NOTIFY x SIP/2.0\r\n\r\nSIP/2.0 200 OK\r\nAuthorization: Digest response="SECRET"'],
  ])('are hidden with %s', (_what, text) => {
    expect(redact(text)).not.toContain('SECRET');
  });

  it('leave the challenge and every other field as it is', () => {
    const text =
      'WWW-Authenticate: Digest realm="demo", nonce="abc"\r\nSubject: Authorization: yes\r\nX-Response: 5\r\n';
    expect(redact(text)).toBe(text);
  });
});

describe('URIs', () => {
  it.each([
    ['sip:bob:SECRET@h', 'sip:bob:[redacted]@h'],
    ['<sips:bob:SECRET@h;p=1>', '<sips:bob:[redacted]@h;p=1>'],
    ['SIP:bob:SECRET@h', 'SIP:bob:[redacted]@h'],
    ['sip:a@h,sip:bob:SECRET@h', 'sip:a@h,sip:bob:[redacted]@h'],
    ['sip:bob:SEC,RET@h', 'sip:bob:[redacted]@h'],
    ['sip:bob:SEC@RET@h', 'sip:bob:[redacted]@h'],
    ['sip:a:SECRET@h,sip:b:SECRET@h', 'sip:a:[redacted]@h,sip:b:[redacted]@h'],
    ['https://bob:SECRET@h/x', 'https://bob:[redacted]@h/x'],
    ['ws://127.0.0.1:8060/sip?token=SECRET', 'ws://127.0.0.1:8060/sip?token=[redacted]'],
    ['<sip:h?x=1&Token=SECRET>', '<sip:h?x=1&Token=[redacted]>'],
    ['<sip:h?Authorization=SECRET>', '<sip:h?Authorization=[redacted]>'],
  ])('hide the secret of %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each(['<sip:agent@127.0.0.1:5080;ob>', 'sip:127.0.0.1:5060;lr', '<sip:[::1]:5060>', 'urn:uuid:a@b', 'a:b@c'])(
    'leave %s as it is',
    (text) => {
      expect(redact(text)).toBe(text);
    },
  );
});

it('media keys in SDP are hidden', () => {
  const sdp =
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:SECRET|2^20\r\na=ice-ufrag:abc\r\na=ice-pwd:SECRET\r\nk=base64:SECRET\r\nm=audio 9 RTP/AVP 0\r\n';
  expect(redact(sdp)).toBe(
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[redacted]\r\na=ice-ufrag:abc\r\na=ice-pwd:[redacted]\r\nk=base64:[redacted]\r\nm=audio 9 RTP/AVP 0\r\n',
  );
});

const texts = fc
  .array(
    fc.constantFrom(
      'Authorization: ',
      'PROXY-authorization:',
      'authentication-INFO :',
      'Digest ',
      'response="x"',
      ', ',
      '\r\n',
      '\n',
      '\r',
      '\u2028',
      ' ',
      'sip:',
      'a:b@c',
      '@',
      ':',
      '?token=x',
      ';access_Token=x',
      '&passwd=x',
      '?password=x',
      '&secret=x',
      '?api_key=x',
      '&authorization=x',
      'a=ice-PWD:x',
      'A=crypto:1 A inline:x',
      'k=clear:x',
      '<',
      '>',
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

it('redacting twice changes nothing more', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const once = redact(text);
      expect(redact(once)).toBe(once);
    }),
  );
});

it('the quick look never misses a text that has a secret', () => {
  fc.assert(
    fc.property(texts, (text) => {
      if (redact(text) !== text) expect(mayHoldSecrets(Buffer.from(text))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

it('the quick look lets an ordinary INVITE with a description pass', () => {
  const { bytes } = invite({ body: 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n' });
  expect(mayHoldSecrets(bytes)).toBe(false);
});

it.each([
  'sip:',
  'sip:a:',
  'sip:a@',
  'a=crypto:',
  'Authorization: Digest ',
  'a="',
  '\\"',
  '?token=',
  '\n ',
  ',,',
  'sip:a:b@',
  'a',
  'a ',
  ' ',
  'a=',
])('a message of 64 KB of %j is done at once', (piece) => {
  const text = `Authorization: Digest ${piece.repeat(65_536 / piece.length)}`;
  const start = performance.now();
  redact(text);
  redact(piece.repeat(65_536 / piece.length));
  // Linear work takes about a millisecond; quadratic work takes seconds.
  expect(performance.now() - start).toBeLessThan(500);
});

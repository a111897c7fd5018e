import { describe, expect, it } from 'vitest';
import {
  Headers,
  parseAuthentication,
  parseCSeq,
  parseContacts,
  parseDate,
  parseEvent,
  parseMediaType,
  parsePrivacy,
  parseRAck,
  parseRSeq,
  parseReason,
  parseReplaces,
  parseRetryAfter,
  parseSeconds,
  parseSessionExpires,
  parseSubscriptionState,
  parseUserToUser,
  printChallenge,
  printCredentials,
  printDate,
  printReason,
  printReplaces,
  printSubscriptionState,
} from '../../src/core/message/index.ts';
import { must } from './wire.ts';

describe('Event and Subscription-State', () => {
  it('reads Event with and without an id', () => {
    expect(must(parseEvent('refer'))).toEqual({ eventType: 'refer', params: new Map() });
    expect(must(parseEvent('refer ;id=93809824;x'))).toMatchObject({ eventType: 'refer', id: '93809824' });
    for (const bad of ['', ';id=1', 're fer', 'refer;id=']) expect(parseEvent(bad).ok).toBe(false);
  });

  it('reads and prints Subscription-State', () => {
    const text = 'terminated;reason=noresource;retry-after=5';
    const state = must(parseSubscriptionState('Terminated;Reason=NoResource;retry-after=5'));
    expect(state).toEqual({ state: 'terminated', reason: 'noresource', retryAfterSeconds: 5 });
    expect(printSubscriptionState(state)).toBe(text);
    expect(must(parseSubscriptionState('active; expires=60'))).toEqual({ state: 'active', expiresSeconds: 60 });
    expect(must(parseSubscriptionState('active;expires=soon'))).toEqual({ state: 'active' });
    expect(printSubscriptionState({ state: 'active', expiresSeconds: 60 })).toBe('active;expires=60');
    expect(parseSubscriptionState(';reason=x').ok).toBe(false);
  });

  it('caps delta-seconds at 2^32-1 and takes only digits', () => {
    expect(parseSeconds('0060')).toBe(60);
    expect(parseSeconds('4294967296')).toBe(4_294_967_295);
    for (const bad of ['', '-1', '1.5', '1 ', 'x']) expect(parseSeconds(bad)).toBeUndefined();
  });
});

describe('Replaces', () => {
  it('is read and printed with each tag in its place', () => {
    const text = 'c1@desk.test;to-tag=mine;from-tag=yours;early-only';
    const replaces = must(parseReplaces('c1@desk.test ; from-tag=yours ;early-only; to-tag=mine'));
    expect(replaces).toEqual({ callId: 'c1@desk.test', toTag: 'mine', fromTag: 'yours', earlyOnly: true });
    expect(printReplaces(replaces)).toBe(text);
  });

  it.each([
    '',
    'c1',
    'c1;to-tag=a',
    'c1;from-tag=a',
    'c1;to-tag;from-tag=a',
    'c1;to-tag=a;to-tag=b;from-tag=c',
    'a b;to-tag=a;from-tag=b',
  ])('refuses %j', (text) => {
    expect(parseReplaces(text).ok).toBe(false);
  });
});

describe('Reason', () => {
  it('is read and printed', () => {
    const reason = must(parseReason('Q.850 ;cause=16 ;text="Normal \\"clearing\\""'));
    expect(reason).toEqual({ protocol: 'Q.850', cause: 16, text: 'Normal "clearing"' });
    expect(printReason(reason)).toBe('Q.850;cause=16;text="Normal \\"clearing\\""');
    expect(must(parseReason('SIP'))).toEqual({ protocol: 'SIP' });
    for (const bad of ['', 'SIP;cause=x', 'SIP;text="open', 'a b']) expect(parseReason(bad).ok).toBe(false);
  });
});

describe('authentication', () => {
  const credentials =
    'Digest username="a\\"b", realm="patchcord", nonce="n,1", uri="sip:patchcord.test", response="0f", algorithm=MD5, cnonce="c", qop=auth, nc=00000001';

  it('reads and prints credentials', () => {
    const read = must(parseAuthentication(credentials));
    expect(read.scheme).toBe('Digest');
    expect(read.params.get('username')).toBe('a"b');
    expect(read.params.get('nonce')).toBe('n,1');
    expect(read.params.get('nc')).toBe('00000001');
    expect(printCredentials(read)).toBe(credentials);
  });

  it('reads and prints a challenge, whose qop is quoted', () => {
    const challenge = 'Digest realm="patchcord", nonce="n", algorithm=SHA-256, qop="auth", stale=true';
    expect(printChallenge(must(parseAuthentication(challenge)))).toBe(challenge);
  });

  it('takes blanks around equals signs and commas, and any scheme', () => {
    expect([...must(parseAuthentication('Odd  A = "1" ,b=2')).params]).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(must(parseAuthentication('Alone')).params.size).toBe(0);
  });

  it.each([
    '',
    '"x"',
    'Digest x',
    'Digest =x',
    'Digest x=',
    'Digest x="y',
    'Digest x=1 y=2',
    'Digest x=1,,y=2',
    'Digest x=1,x=2',
  ])('refuses %j', (text) => {
    expect(parseAuthentication(text).ok).toBe(false);
  });
});

describe('other fields', () => {
  it('reads CSeq', () => {
    expect(must(parseCSeq('0001  INVITE'))).toEqual({ number: 1, method: 'INVITE' });
    for (const bad of ['', '1', 'INVITE', '1INVITE', '-1 INVITE', '1 INV ITE', '1 I<'])
      expect(parseCSeq(bad).ok).toBe(false);
  });

  it('reads contacts, or the star that stands alone', () => {
    expect(must(parseContacts(new Headers([['m', '*']])))).toBe('*');
    expect(must(parseContacts(new Headers([['m', '<sip:a@b>, <sip:c@d>']])))).toHaveLength(2);
    expect(must(parseContacts(new Headers()))).toEqual([]);
    expect(
      parseContacts(
        new Headers([
          ['m', '*'],
          ['m', '<sip:a@b>'],
        ]),
      ).ok,
    ).toBe(false);
    expect(parseContacts(new Headers([['m', '*, <sip:a@b>']])).ok).toBe(false);
  });

  it('reads Content-Type', () => {
    const type = must(parseMediaType('Message / SipFrag ;version="2.0"'));
    expect(type.mediaType).toBe('message/sipfrag');
    expect(type.params.get('version')).toBe('2.0');
    for (const bad of ['', 'text', 'text/', '/plain', 'a/b/c', 'a b/c']) expect(parseMediaType(bad).ok).toBe(false);
  });

  it('reads Retry-After, comment or not', () => {
    expect(must(parseRetryAfter('18000;duration=3600'))).toEqual({ seconds: 18_000, durationSeconds: 3600 });
    expect(must(parseRetryAfter('120 (I am; (in) a meeting)'))).toEqual({ seconds: 120 });
    for (const bad of ['', 'soon', '12(', '12) (']) expect(parseRetryAfter(bad).ok).toBe(false);
  });

  it('reads Session-Expires', () => {
    expect(must(parseSessionExpires('1800;refresher=UAC'))).toEqual({ seconds: 1800, refresher: 'uac' });
    expect(must(parseSessionExpires('90'))).toEqual({ seconds: 90 });
    for (const bad of ['', 'x', '90;refresher=me']) expect(parseSessionExpires(bad).ok).toBe(false);
  });

  it('reads RSeq and RAck', () => {
    expect(parseRSeq('4294967295')).toBe(4_294_967_295);
    expect(parseRSeq('0')).toBeUndefined();
    expect(must(parseRAck('776656  1 INVITE'))).toEqual({ rseq: 776_656, cseq: 1, method: 'INVITE' });
    for (const bad of ['', '1 INVITE', '0 1 INVITE', '1 2147483648 INVITE', '1 2 INVITE x'])
      expect(parseRAck(bad).ok).toBe(false);
  });

  it('reads Privacy', () => {
    expect(must(parsePrivacy('Header; id ;critical'))).toEqual(['header', 'id', 'critical']);
    expect(parsePrivacy('').ok).toBe(false);
  });

  it('reads User-to-User', () => {
    const uui = must(parseUserToUser('56a390f3d2b7310023a2;encoding=hex;purpose=isdn-uui'));
    expect(uui.data).toBe('56a390f3d2b7310023a2');
    expect(uui.params.get('encoding')).toBe('hex');
    expect(parseUserToUser(';encoding=hex').ok).toBe(false);
  });

  it('reads and prints Date', () => {
    const text = 'Sat, 13 Nov 2010 23:29:00 GMT';
    expect(must(parseDate(text))).toBe(Date.UTC(2010, 10, 13, 23, 29));
    expect(printDate(must(parseDate(text)))).toBe(text);
    for (const bad of [
      '',
      'Sat, 31 Feb 2010 00:00:00 GMT',
      'Sat, 13 Nov 2010 24:00:00 GMT',
      'Sat, 13 Foo 2010 23:29:00 GMT',
      '13 Nov 2010',
    ]) {
      expect(parseDate(bad).ok).toBe(false);
    }
  });
});

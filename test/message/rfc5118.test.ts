import { describe, expect, it } from 'vitest';
import { bodyText, isSipUri, parseUri, parseVia, printMessage, printUri } from '../../src/core/message/index.ts';
import type { SipUri } from '../../src/core/message/index.ts';
import { accepted, lines, must, verdict, wire } from './wire.ts';

function sip(text: string): SipUri {
  const uri = must(parseUri(text));
  if (!isSipUri(uri)) throw new Error('not a SIP URI');
  return uri;
}

describe('RFC 5118, IPv6', () => {
  it('RFC 5118 4.1 ipv6-good: a bracketed address in Request-URI, Via and Contact is read without its brackets', () => {
    const request = accepted(
      wire(
        lines('REGISTER sip:[2001:DB8::10] SIP/2.0', {
          Via: 'SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bK1',
          Contact: '"Anna" <sip:anna@[2001:db8::1]>',
        }),
      ),
    );
    expect(sip(request.uri).host).toBe('2001:db8::10');
    expect(request.head.via.host).toBe('2001:db8::9:1');
  });

  it('RFC 5118 4.2 ipv6-bad: an address without brackets gets 400', () => {
    expect(verdict(wire(lines('REGISTER sip:2001:db8::10 SIP/2.0')))).toMatchObject({ status: 400 });
  });

  it('RFC 5118 4.3 port-ambiguous: what looks like a port inside the brackets is part of the address', () => {
    const uri = sip(accepted(wire(lines('REGISTER sip:[2001:db8::10:5070] SIP/2.0'))).uri);
    expect(uri.host).toBe('2001:db8::10:5070');
    expect(uri.port).toBeUndefined();
  });

  it('RFC 5118 4.4 port-unambiguous: a port stands after the brackets', () => {
    const uri = sip(accepted(wire(lines('REGISTER sip:[2001:db8::10]:5070 SIP/2.0'))).uri);
    expect(uri).toMatchObject({ host: '2001:db8::10', port: 5070 });
  });

  it('RFC 5118 4.5 via-received-param-with-delim: received may have brackets', () => {
    const Via = 'SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bK1';
    const request = accepted(wire(lines('BYE sip:[2001:db8::10] SIP/2.0', { Via })));
    expect(request.head.via.params.get('received')).toBe('[2001:db8::9:255]');
  });

  it('RFC 5118 4.5 via-received-param-no-delim: received may do without brackets', () => {
    const Via = 'SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bK1';
    const request = accepted(wire(lines('OPTIONS sip:[2001:db8::10] SIP/2.0', { Via })));
    expect(request.head.via.params.get('received')).toBe('2001:db8::9:255');
  });

  it('RFC 5118 4.6 ipv6-in-sdp: addresses in a body are the body’s matter', () => {
    const body = 'v=0\r\no=- 1 1 IN IP6 2001:db8::20\r\ns=-\r\nc=IN IP6 2001:db8::20\r\n';
    const request = accepted(
      wire(lines('INVITE sip:ben@[2001:db8::10] SIP/2.0', { 'Content-Type': 'application/sdp' }), body),
    );
    expect(bodyText(request)).toBe(body);
  });

  it('RFC 5118 4.7 mult-ip-in-header: Via values of both families stand side by side', () => {
    const request = accepted(
      wire([
        ...lines('BYE sip:ben@patchcord.test SIP/2.0', { Via: 'SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bK1' }),
        'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2',
        'Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK3;received=192.0.2.200',
      ]),
    );
    expect(request.headers.all('Via').map((value) => must(parseVia(value)).host)).toEqual([
      '2001:db8::9:1',
      '192.0.2.1',
      '2001:db8::9:255',
    ]);
  });

  it('RFC 5118 4.8 mult-ip-in-sdp: a body with addresses of both families is handed on unchanged', () => {
    const body =
      'v=0\r\nm=audio 22334 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\nm=video 6024 RTP/AVP 107\r\nc=IN IP6 2001:db8::1\r\n';
    const request = accepted(
      wire(lines('INVITE sip:ben@[2001:db8::10] SIP/2.0', { 'Content-Type': 'application/sdp' }), body),
    );
    expect(printMessage(request).toString()).toContain(body);
  });

  it('RFC 5118 4.9 ipv4-mapped-ipv6: an IPv4 address mapped into IPv6 is an address', () => {
    const request = accepted(
      wire(
        lines('INVITE sip:ben@patchcord.test SIP/2.0', {
          Via: 'SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bK1',
          Contact: '"T. desk" <sip:ted@[::ffff:192.0.2.2]>',
        }),
      ),
    );
    expect(request.head.via).toMatchObject({ host: '::ffff:192.0.2.10', port: 19_823 });
  });

  it('RFC 5118 4.10 ipv6-bug-abnf-3-colons: the extra colon that RFC 3261’s grammar let in is read over', () => {
    const uri = sip(accepted(wire(lines('OPTIONS sip:ben@[2001:db8:::192.0.2.1] SIP/2.0'))).uri);
    expect(uri.host).toBe('2001:db8::192.0.2.1');
    expect(printUri(uri)).toBe('sip:ben@[2001:db8::192.0.2.1]');
  });

  it('RFC 5118 4.10 ipv6-correct-abnf-2-colons: the same address with two colons', () => {
    const uri = sip(accepted(wire(lines('OPTIONS sip:ben@[2001:db8::192.0.2.1] SIP/2.0'))).uri);
    expect(uri.host).toBe('2001:db8::192.0.2.1');
  });
});

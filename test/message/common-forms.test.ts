import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNameAddr, parseUri, parseVia } from '../../src/core/message/index.ts';

/*
 * What most equipment writes is read by one expression, everything else by a reader of the whole grammar. Each text here is read as it is,
 * and again with something added that means nothing and that keeps the expression from matching: both must come to the same.
 */
const word = (...pieces: string[]) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 5 }).map((parts) => parts.join(''));
const host = fc.oneof(
  fc.constantFrom('a.test', '192.0.2.1', 'xn--bcher-kva.example', 'my_pbx', 'a.', 'B.test', '[::1]', 'a'.repeat(256)),
  word('a', '0', '-', '_', '.', 'A', '%', ' '),
);
const port = fc.constantFrom('', '', ':5060', ':0', ':65536', ':99999', ':', ':5a', ':000001', ' : 5060');
const user = fc.oneof(
  fc.constantFrom('', 'anna@', '+1-415(0)@', 'a:b@', 'a%40b@', '@', 'a@b@', ';?/@'),
  word('a', '%41', ':', ';', '"').map((each) => `${each}@`),
);
const params = fc
  .array(
    fc.constantFrom(
      ...';lr|;tag=1|;Tag=2|;tag=|;branch=z9hG4bK-1|;rport|;a="b;c"|; x = 1|;received=[::1]|;q=0.5|;=|;|;p1=ü'.split(
        '|',
      ),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
const headers = fc.constantFrom('', '', '?a=b', '?', '?a');
const sipUri = fc.tuple(user, host, port, params, headers).map((parts) => parts.join(''));
const runs = { numRuns: 3000 };

describe('a text of the usual shape means the same as in any other spelling', () => {
  it('in a URI, whose scheme may be in upper case', () => {
    fc.assert(
      fc.property(sipUri, (rest) => {
        expect(parseUri(`sip:${rest}`)).toEqual(parseUri(`SIP:${rest}`));
      }),
      runs,
    );
  });

  it('in a name-addr, before which blanks may stand', () => {
    const name = fc.constantFrom('', '', '"Anna" ', '""', '"A\\"b"\t', '"a\tb;<c>" ', 'Anna ', '"Anna', 'é ');
    fc.assert(
      fc.property(name, sipUri, params, (display, uri, rest) => {
        const text = `${display}<sip:${uri}>${rest}`;
        expect(parseNameAddr(text)).toEqual(parseNameAddr(` ${text}`));
      }),
      runs,
    );
  });

  it('in a Via, whose transport and host may be farther apart', () => {
    const transport = fc.constantFrom('UDP', 'TCP', 'WS', 'WSS', 'TLS', 'udp', 'SCTP', 'TLS-SCTP', '');
    fc.assert(
      fc.property(transport, host, port, params, (protocol, name, number, rest) => {
        const text = (gap: string) => `SIP/2.0/${protocol}${gap}${name}${number}${rest}`;
        expect(parseVia(text(' '))).toEqual(parseVia(text('  ')));
      }),
      runs,
    );
  });

  it('and most of what equipment writes is of that shape', () => {
    expect(parseVia('SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport')).toMatchObject({
      value: {
        transport: 'UDP',
        host: '192.0.2.1',
        port: 5060,
        params: new Map([
          ['branch', 'z9hG4bK1'],
          ['rport', undefined],
        ]),
      },
    });
    expect(parseNameAddr('"Anna" <sip:+14155550100@a.test:5070;user=phone>;tag=1')).toEqual({
      ok: true,
      value: {
        displayName: 'Anna',
        uri: {
          scheme: 'sip',
          user: '+14155550100',
          host: 'a.test',
          port: 5070,
          params: new Map([['user', 'phone']]),
          headers: [],
        },
        params: new Map([['tag', '1']]),
      },
    });
  });
});

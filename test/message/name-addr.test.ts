import { describe, expect, it } from 'vitest';
import {
  parseNameAddr,
  parseNameAddrList,
  parseVia,
  printNameAddr,
  printVia,
  sipUri,
} from '../../src/core/message/index.ts';
import { must } from './wire.ts';

describe('parseNameAddr', () => {
  it.each([
    ['<sip:ben@b.test>', undefined],
    ['Ben <sip:ben@b.test>', 'Ben'],
    ['Ben  van  Dam <sip:ben@b.test>', 'Ben  van  Dam'],
    ['Zoë <sip:ben@b.test>', 'Zoë'],
    ['"Ben, \\"B\\" \\\\" <sip:ben@b.test>', 'Ben, "B" \\'],
    ['""<sip:ben@b.test>', ''],
    ['"<sip:evil@x>" <sip:ben@b.test>', '<sip:evil@x>'],
    ['\t "日本 😀"\t<sip:ben@b.test>  ', '日本 😀'],
    ['sip:ben@b.test', undefined],
  ])('reads %s', (text, displayName) => {
    const address = must(parseNameAddr(text));
    expect(address.displayName).toBe(displayName);
    expect(address.uri).toMatchObject({ user: 'ben', host: 'b.test' });
  });

  it('unquotes parameter values and lowers parameter names', () => {
    const text = '<sip:a@b>;Expires=60;+sip.instance="<urn:uuid:1>";methods="INVITE, BYE";ob;x = "a;\\"b"';
    expect([...must(parseNameAddr(text)).params]).toEqual([
      ['expires', '60'],
      ['+sip.instance', '<urn:uuid:1>'],
      ['methods', 'INVITE, BYE'],
      ['ob', undefined],
      ['x', 'a;"b'],
    ]);
  });

  it.each([
    '',
    '   ',
    '<>',
    '<sip:a@b',
    'sip:a@b>',
    '"Ben <sip:a@b>',
    '"Ben" sip:a@b',
    '"Ben" x <sip:a@b>',
    'Ben, A <sip:a@b>',
    '<sip:a@b> x',
    '<sip:a@b>;',
    '<sip:a@b>;;x',
    '<sip:a@b>;x=',
    '<sip:a@b>;x="y',
    '<sip:a@b>;x="y"z',
    '<sip:a@b>;x=y z',
    '<sip:a@b>;tag=1;TAG=2',
    '<sip:a@b>,<sip:c@d>',
    'sip:a@b?x=y',
    'sip:a,c@b',
    '<<sip:a@b>>',
    '*',
  ])('refuses %j', (text) => {
    expect(parseNameAddr(text).ok).toBe(false);
  });

  it('reads lists over several fields and stops at the first that is wrong', () => {
    expect(
      must(parseNameAddrList(['<sip:a@b;lr>, "x, y" <sip:c@d>', 'sip:e@f;q=1'])).map((each) => each.displayName),
    ).toEqual([undefined, 'x, y', undefined]);
    expect(parseNameAddrList(['<sip:a@b>', 'nonsense']).ok).toBe(false);
    expect(must(parseNameAddrList([]))).toEqual([]);
  });
});

describe('printNameAddr', () => {
  it('quotes the display name and only such parameter values as need it', () => {
    const uri = sipUri({ user: 'ben', host: 'b.test', params: new Map([['lr', undefined]]) });
    const params = new Map([
      ['tag', 'a.b-1'],
      ['ob', undefined],
      ['text', 'a "b"'],
      ['empty', ''],
    ]);
    expect(printNameAddr({ displayName: 'Ben "B" \\ Ü', uri, params })).toBe(
      '"Ben \\"B\\" \\\\ Ü" <sip:ben@b.test;lr>;tag=a.b-1;ob;text="a \\"b\\"";empty=""',
    );
    expect(printNameAddr({ uri, params: new Map() })).toBe('<sip:ben@b.test;lr>');
  });

  it('cannot be made to write a line break', () => {
    const uri = sipUri({ user: 'a\r\nb', host: 'c' });
    expect(printNameAddr({ displayName: 'x\r\nVia: y', uri, params: new Map([['p', '\r\n']]) })).not.toMatch(/[\r\n]/);
  });
});

describe('Via', () => {
  it('is taken apart', () => {
    expect(must(parseVia('SIP/2.0/ws Df7.Invalid;branch=z9hG4bK1;Rport;alias'))).toEqual({
      transport: 'WS',
      host: 'df7.invalid',
      params: new Map([
        ['branch', 'z9hG4bK1'],
        ['rport', undefined],
        ['alias', undefined],
      ]),
    });
  });

  it.each([
    ['SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport=5061;received=192.0.2.2', undefined],
    ['SIP/2.0/TLS [2001:db8::1]:5061;branch=a|b=;x="a b"', undefined],
    ['sip / 2.0 / udp\tb.test : 5060 ; branch = 1', 'SIP/2.0/UDP b.test:5060;branch=1'],
  ])('prints %s', (text, printed) => {
    expect(printVia(must(parseVia(text)))).toBe(printed ?? text);
  });

  it.each([
    '',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP ',
    'SIP/2.0 b',
    'UDP b',
    'HTTP/1.1/TCP b',
    'SIP/2.0/U(P b',
    'SIP/2.0/UDPb',
    'SIP/2.0/UDP b c',
    'SIP/2.0/UDP b:x',
    'SIP/2.0/UDP b;',
    'SIP/2.0/UDP ;branch=1',
  ])('refuses %j', (text) => {
    expect(parseVia(text).ok).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { isSipUri, parseUri, printUri, sameUri, sipUri, type SipUri } from '../../src/core/message/index.ts';
import { must } from './wire.ts';

describe('parseUri', () => {
  it('takes a SIP URI apart', () => {
    expect(must(parseUri('sips:anna:secret@Desk.Patchcord.TEST:5071;transport=TCP;lr?Subject=a%20b&X-A='))).toEqual({
      scheme: 'sips',
      user: 'anna',
      password: 'secret',
      host: 'desk.patchcord.test',
      port: 5071,
      params: new Map([
        ['transport', 'TCP'],
        ['lr', undefined],
      ]),
      headers: [
        ['Subject', 'a b'],
        ['X-A', ''],
      ],
    });
  });

  it('keeps the letter case of the user and forgets that of the scheme and host', () => {
    expect(must(parseUri('SIP:Anna@HOST'))).toMatchObject({ scheme: 'sip', user: 'Anna', host: 'host' });
  });

  it('keeps other schemes opaque', () => {
    const uri = must(parseUri('TEL:+1-415-555-0100;phone-context=x'));
    expect(isSipUri(uri)).toBe(false);
    expect(uri).toEqual({ scheme: 'tel', opaque: '+1-415-555-0100;phone-context=x' });
    expect(printUri(uri)).toBe('tel:+1-415-555-0100;phone-context=x');
  });

  it('reads a Replaces in a Refer-To, escaped as it should be or not', () => {
    const escaped = must(parseUri('sip:ben@patchcord.test?Replaces=c1%40desk%3Bto-tag%3Da%3Bfrom-tag%3Db'));
    const loose = must(parseUri('sip:ben@patchcord.test?Replaces=c1@desk;to-tag=a;from-tag=b'));
    expect(escaped).toMatchObject({ headers: [['Replaces', 'c1@desk;to-tag=a;from-tag=b']] });
    expect(loose).toEqual(escaped);
    expect(printUri(loose)).toBe('sip:ben@patchcord.test?Replaces=c1%40desk%3Bto-tag%3Da%3Bfrom-tag%3Db');
  });

  it('takes host names of containers, which have underscores, and of the DNS root, which end with a dot', () => {
    expect(must(parseUri('sip:my_pbx'))).toMatchObject({ host: 'my_pbx' });
    expect(must(parseUri('sip:patchcord.test.'))).toMatchObject({ host: 'patchcord.test.' });
  });

  it('brings escapes that are no UTF-8 through unharmed', () => {
    expect(printUri(must(parseUri('sip:a%FF%C3%A9@b')))).toBe('sip:a%FF%C3%A9@b');
  });

  it.each([
    '',
    'anna',
    'sip:',
    ':anna@b',
    'sip:@b',
    'sip:a@',
    'sip:a@b@c',
    'sip:a b@c',
    'sip:a@b c',
    'sip:a%4@b',
    'sip:a%zz@b',
    'sip:é@b',
    'sip:a"@b',
    'sip:a<@b',
    'sip:a@b:',
    'sip:a@b:0',
    'sip:a@b:65536',
    'sip:a@b:5060x',
    'sip:a@b:-1',
    'sip:a@-b',
    'sip:a@b-',
    'sip:a@b..c',
    'sip:a@.',
    'sip:a@[::1',
    'sip:a@[::1]x',
    'sip:a@[]',
    'sip:a@[1:2:3:4:5:6:7]',
    'sip:a@[1:2:3:4:5:6:7:8:9]',
    'sip:a@[1::2::3]',
    'sip:a@[1:2:3:4::5:6:7:8]',
    'sip:a@[::12345]',
    'sip:a@[::g]',
    'sip:a@[:::1]',
    'sip:a@[::1.2.3.256]',
    'sip:a@[::1.2.3]',
    'sip:a@[1.2.3.4]',
    'sip:a@[1.2.3.4::1]',
    'sip:a@b;',
    'sip:a@b;;c',
    'sip:a@b;=c',
    'sip:a@b;c;C',
    'sip:a@b;c=d e',
    'sip:a@b?',
    'sip:a@b?c',
    'sip:a@b?=c',
    'sip:a@b?c%0D=d',
    'sip:a@b?c=d&',
    '1tel:5',
    'tel:',
    'tel:1 2',
    'http://a/<b>',
  ])('refuses %j', (text) => {
    expect(parseUri(text).ok).toBe(false);
  });

  it.each([
    '::',
    '::1',
    '1::',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
    '::ffff:1.2.3.4',
    '1:2:3:4:5:6:1.2.3.4',
    'FE80::A',
  ])('takes the IPv6 address %s', (address) => {
    expect(must(parseUri(`sip:[${address}]:1`))).toMatchObject({ host: address.toLowerCase(), port: 1 });
  });
});

describe('printUri', () => {
  it('escapes what must be, and brackets IPv6', () => {
    const uri = sipUri({ user: 'I am#1/ü', host: '2001:DB8::1', port: 5070, params: new Map([['p q', 'a;b=c']]) });
    expect(printUri(uri)).toBe('sip:I%20am%231/%C3%BC@[2001:db8::1]:5070;p%20q=a%3Bb%3Dc');
  });

  it.each([
    'sip:%2B14155550100@patchcord.test',
    'sip:a%3Bb@patchcord.test;x=%41',
    'sip:%61nna:se%63ret@patchcord.test;Transport=tcp;lr',
    'sip:a%3bb@patchcord.test?Subject=%61%20b&X-A=',
    'sip:a%FF@patchcord.test',
  ])('W14: writes %s as it came, whatever its escapes', (text) => {
    const uri = must(parseUri(text)) as SipUri;
    expect(printUri(uri)).toBe(text);
    expect(printUri({ ...uri, headers: [] })).toBe(text.split('?')[0]);
  });

  it('W14: what was changed since is written anew, and the rest as it came', () => {
    const uri = must(parseUri('sip:a%3Bb:c%3Bd@patchcord.test;%78=%41;Method=INVITE')) as SipUri;
    expect(printUri({ ...uri, user: 'e;f' })).toBe('sip:e;f:c%3Bd@patchcord.test;%78=%41;Method=INVITE');
    const params = new Map(uri.params);
    params.delete('method');
    expect(printUri({ ...uri, params })).toBe('sip:a%3Bb:c%3Bd@patchcord.test;%78=%41');
    expect(printUri({ ...uri, params: new Map([['x', 'B']]) })).toBe('sip:a%3Bb:c%3Bd@patchcord.test;x=B');
  });

  it('leaves parts out that are not given', () => {
    expect(printUri(sipUri({ host: 'patchcord.test' }))).toBe('sip:patchcord.test');
    expect(printUri(sipUri({ scheme: 'sips', user: undefined, host: 'a', port: undefined }))).toBe('sips:a');
  });
});

/** The examples of RFC 3261 §19.1.4, with names of our own, and its rules one by one. */
describe('sameUri, RFC 3261 §19.1.4', () => {
  const same = (a: string, b: string) => {
    const [left, right] = [must(parseUri(a)), must(parseUri(b))];
    expect(sameUri(left, right)).toBe(sameUri(right, left));
    return sameUri(left, right);
  };

  it.each([
    ['sip:%61nna@patchcord.test;transport=TCP', 'sip:anna@PatchCord.test;Transport=tcp'],
    ['sip:ben@patchcord.test', 'sip:ben@patchcord.test;newparam=5'],
    ['sip:ben@patchcord.test;a=1', 'sip:ben@patchcord.test;b=2'],
    ['sip:patchcord.test;a=1;b=2?x=1&Y=2', 'sip:patchcord.test;b=2;a=1?y=2&X=1'],
    ['sip:[2001:db8::1]', 'sip:[2001:0DB8:0:0:0:0:0:1]'],
    ['sip:[::ffff:192.0.2.1]', 'sip:[::ffff:c000:201]'],
    ['tel:+1', 'TEL:+1'],
  ])('%s is %s', (a, b) => {
    expect(same(a, b)).toBe(true);
  });

  it.each([
    ['sip:Anna@patchcord.test', 'sip:anna@patchcord.test'],
    ['sip:ben@patchcord.test', 'sip:ben@patchcord.test:5060'],
    ['sip:ben@patchcord.test', 'sip:ben@patchcord.test;transport=udp'],
    ['sip:ben@patchcord.test', 'sip:ben@patchcord.test;maddr=a'],
    ['sip:ben@patchcord.test', 'sips:ben@patchcord.test'],
    ['sip:ben@patchcord.test', 'sip:patchcord.test'],
    ['sip:ben@patchcord.test', 'sip:ben:x@patchcord.test'],
    ['sip:ben@patchcord.test', 'sip:ben@patchcord.test?Subject=x'],
    ['sip:ben@patchcord.test?Subject=x', 'sip:ben@patchcord.test?Subject=y'],
    ['sip:ben@patchcord.test;security=on', 'sip:ben@patchcord.test;security=off'],
    ['sip:ben@patchcord.test;lr', 'sip:ben@patchcord.test;lr=on'],
    ['sip:[2001:db8::1]', 'sip:[2001:db8::2]'],
    ['sip:192.0.2.1', 'sip:patchcord.test'],
    ['tel:+1', 'tel:+2'],
    ['tel:a', 'sip:a'],
  ])('%s is not %s', (a, b) => {
    expect(same(a, b)).toBe(false);
  });
});

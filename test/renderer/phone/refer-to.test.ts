import { describe, expect, it } from 'vitest';
import { readReferredBy, readReferTo } from '../../../src/renderer/phone/refer-to.ts';

const read = (...values: string[]) => readReferTo(values);
const target = (value: string) => {
  const result = read(value);
  if (!result.ok) throw new Error(`${result.status} ${result.reason}`);
  return result.target;
};

describe('a Refer-To that came to us', () => {
  it('T14: gives the headers for the new INVITE, unescaped once and otherwise as they were written', () => {
    expect(
      target(
        '<sip:+14155551234@demo.test;transport=ws?X-AcctNumber=123456&X-Note=a%2520b%26c%3Dd%C3%A9&User-to-User=3c1f%3Bencoding%3Dhex>',
      ),
    ).toEqual({
      uri: 'sip:+14155551234@demo.test;transport=ws',
      who: '+14155551234',
      headers: [
        ['X-AcctNumber', '123456'],
        ['X-Note', 'a%20b&c=dé'],
        ['User-to-User', '3c1f;encoding=hex'],
      ],
      leftOut: [],
    });
  });

  it('T14: passes nothing on that would make us say what is not so', () => {
    const { headers, leftOut } = target('<sip:a@b?From=%3Csip:x@y%3E&Route=z&x-Mine=1&USER-TO-USER=2&body=v%3D0>');
    expect(headers).toEqual([
      ['x-Mine', '1'],
      ['USER-TO-USER', '2'],
    ]);
    expect(leftOut).toEqual(['From', 'Route', 'body']);
  });

  it.each([
    ['"Billing" <sip:billing@demo.test>', 'sip:billing@demo.test', 'billing'],
    ['Billing desk <sips:b%2B1@demo.test:5061>;x=1', 'sips:b%2B1@demo.test:5061', 'b+1'],
    ['sip:+1415@demo.test;tag=1', 'sip:+1415@demo.test', '+1415'],
    ['<sip:demo.test:5080>', 'sip:demo.test:5080', 'demo.test'],
    ['<sip:a@b;method=INVITE;lr>', 'sip:a@b;lr', 'a'],
    ['<tel:+1-415-555.1234;phone-context=x>', 'tel:+1-415-555.1234;phone-context=x', '+14155551234'],
  ])('%s names %s', (value, uri, who) => {
    expect(target(value)).toMatchObject({ uri, who });
  });

  it.each([
    ['a line break hidden in a value', '<sip:a@b?X-A=1%0d%0aFrom:%20evil>', 400],
    ['a name that is no token', '<sip:a@b?X-A%3a=1>', 400],
    ['an escape that is none', '<sip:a@b?X-A=%zz>', 400],
    ['another method', '<sip:a@b;method=BYE>', 403],
    ['a call whose place is to be taken', '<sip:a@b?Replaces=1%3Bto-tag%3D2%3Bfrom-tag%3D3>', 501],
    ['another scheme', '<http://a.example/b>', 416],
    ['two addresses', '<sip:a@b>, <sip:c@d>', 400],
    ['nothing readable', 'billing', 400],
    ['nobody', '<sip:@b>', 400],
    ['no host', '<sip:a@>', 400],
  ])('refuses %s', (_what, value, status) => {
    expect(read(value)).toMatchObject({ ok: false, status });
  });

  it('has to be there, and once', () => {
    expect(read()).toMatchObject({ ok: false, status: 400 });
    expect(read('<sip:a@b>', '<sip:c@d>')).toMatchObject({ ok: false, status: 400 });
  });

  it.each([
    ['"Acme \\"IVR\\"" <sip:+14155550102@demo.test>', { name: 'Acme "IVR"', number: '+14155550102' }],
    ['<sip:ivr@demo.test;x=1>;cid=2', { name: '', number: 'ivr' }],
    ['sip:ivr@demo.test', { name: '', number: 'ivr' }],
    ['nobody', undefined],
    [undefined, undefined],
  ])('Referred-By %s', (value, who) => {
    expect(readReferredBy(value)).toEqual(who);
  });
});

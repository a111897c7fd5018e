import { expect, it } from 'vitest';
import { e164Of, numberOf, parseUri } from '../../src/core/message/index.ts';
import { must } from './wire.ts';

const read = (uri: string) => numberOf(must(parseUri(uri)));

it.each([
  ['sip:+14155550101@h', '+14155550101'],
  ['sip:+14155550101;npdi;rn=+14155550000@h', '+14155550101'],
  ['sip:+14155550101;cpc=ordinary@h;user=phone', '+14155550101'],
  ['sip:+14155550101%3Bnpdi@h', '+14155550101'],
  ['sip:%2B14155550101@h', '+14155550101'],
  ['sip:14155550142@h', '+14155550142'],
  ['sip:+1-415-555-0142@h', '+14155550142'],
  ['sip:(415)555-0142;phone-context=+1@h', '+14155550142'],
  ['sip:4155550142;phone-context=+1@h', '+14155550142'],
  ['sip:0014155550142@h', '+14155550142'],
  ['sip:4930901820000@h', '+4930901820000'],
  ['tel:+1(415)555-0142', '+14155550142'],
  ['tel:+14155550142;phone-context=x', '+14155550142'],
  ['tel:555-0142;phone-context=+1-415', '+14155550142'],
  ['tel:1-415-555-0142;cpc=payphone', '+14155550142'],
])('W14: %s stands for %s', (uri, number) => {
  expect(read(uri)).toBe(number);
});

it.each([
  ['sip:1001@h', '1001'],
  ['sip:1001;phone-context=pbx.test@h', '1001'],
  ['sip:555-0142@h', '555-0142'],
  ['sip:4155550142@h', '4155550142'],
  ['sip:911;phone-context=+1@h', '911'],
  ['tel:911;phone-context=+1', '911'],
  ['tel:555-0142;phone-context=example.com', '5550142'],
  ['sip:*72@h', '*72'],
  ['sip:alice@h', 'alice'],
  ['sip:alice;day=tuesday@h', 'alice;day=tuesday'],
  ['sip:once-4155550142@h', 'once-4155550142'],
  ['sip:+1415@h', '+1415'],
  ['sip:999999999999999@h', '999999999999999'],
  ['sip:h', ''],
  ['tel:alice', ''],
  ['http://14155550142', ''],
])('W14: %s stays %j: it is no number that the world knows', (uri, text) => {
  expect(read(uri)).toBe(text);
});

it('W14: reads numbers as equipment writes them', () => {
  expect(e164Of('+1 (415) 555-0142')).toBe('+14155550142');
  expect(e164Of('1.415.555.0142')).toBe('+14155550142');
  expect(e164Of('+0123456789')).toBeUndefined();
  expect(e164Of('')).toBeUndefined();
});

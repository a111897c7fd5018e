import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTyped, toE164, type Typed } from '../../src/core/api/typed.ts';

/** `+1415… ,5` for a number with keys, `code #4`, `emergency 911`, `sip:…`, or the reason. */
function brief(typed: Typed): string {
  switch (typed.kind) {
    case 'number':
      return `${typed.number}${typed.keys && ` ${typed.keys}`}`;
    case 'code':
      return `code ${typed.code}${typed.keys && ` ${typed.keys}`}`;
    case 'uri':
      return typed.uri;
    case 'emergency':
      return `emergency ${typed.code}`;
    case 'nothing':
      return 'nothing';
    case 'unreadable':
      return typed.why;
    default:
      return typed satisfies never;
  }
}

const NAME = 'nobody here has this name, and it is no number';

describe('O11: numbers as people type and paste them', () => {
  it.each<[typed: string, country: string, read: string]>([
    // National numbers, by the country of the trunk.
    // Possible in Germany, and shorter than any number with its country: within the trunk then.
    ['1000', 'DE', 'code 1000'],
    ['(415) 555-1234', 'US', '+14155551234'],
    ['415 555 1234', 'US', '+14155551234'],
    ['415.555.1234', 'US', '+14155551234'],
    ['1 415 555 1234', 'US', '+14155551234'],
    ['1/415/5551234', 'US', '+14155551234'],
    ['14155551234', 'GB', '+14155551234'],
    ['020 7946 0958', 'GB', '+442079460958'],
    ['0114 496 0123', 'GB', '+441144960123'],
    ['030 901820', 'DE', '+4930901820'],
    ['0412 345 678', 'AU', '+61412345678'],
    // International prefixes.
    ['+14155551234', 'DE', '+14155551234'],
    ['001 415 555 1234', 'US', '+14155551234'],
    ['0014155551234', 'GB', '+14155551234'],
    ['011 44 20 7946 0958', 'US', '+442079460958'],
    ['00 44 20 7946 0958', 'DE', '+442079460958'],
    ['0011 44 20 7946 0958', 'AU', '+442079460958'],
    ['001 44 20 7946 0958', 'SG', '+442079460958'],
    ['010 44 20 7946 0958', 'JP', '+442079460958'],
    ['8 10 44 20 7946 0958', 'RU', '+442079460958'],
    ['441632960000', 'US', '+441632960000'],
    ['+44 (0)20 7946 0958', 'US', '+442079460958'],
    ['+39 (0)6 1234 5678', 'US', '+390612345678'],
    // What copying brings along.
    ['+1\u00a0415\u00a0555\u00a01234', 'US', '+14155551234'],
    ['＋１（４１５）５５５－１２３４', 'US', '+14155551234'],
    ['٤١٥ ٥٥٥ ١٢٣٤', 'US', '+14155551234'],
    ['\u202a+1 415\u2011555\u20111234\u202c', 'US', '+14155551234'],
    ['+1\u200b415\u2009555\u20131234', 'US', '+14155551234'],
    ['“415 555 1234”', 'US', '+14155551234'],
    [' \t+1 415 555 1234\r\n', 'US', '+14155551234'],
    ['Tel.: +1 415 555 1234', 'US', '+14155551234'],
    ['Dana Reyes <+14155550142>', 'US', '+14155550142'],
    ['1-800-FLOWERS', 'US', '+18003569377'],
    // Links and addresses.
    ['tel:+1-415-555-1234', 'US', '+14155551234'],
    ['TEL:+1(415)555-1234', 'US', '+14155551234'],
    ['tel:%2B14155551234', 'US', '+14155551234'],
    ['tel:555-1234;phone-context=+1415', 'US', '+14155551234'],
    ['tel:+1-415-555-1234;ext=5', 'US', '+14155551234 ,5'],
    ['callto:+14155551234', 'US', '+14155551234'],
    ['sip:sales@elsewhere.example', 'US', 'sip:sales@elsewhere.example'],
    ['sips:+14155551234@elsewhere.example:5061', 'US', 'sips:+14155551234@elsewhere.example:5061'],
    ['"Sales" <sip:sales@elsewhere.example>', 'US', 'sip:sales@elsewhere.example'],
    ['sip://sales@elsewhere.example', 'US', 'sip:sales@elsewhere.example'],
    ['sales@elsewhere.example', 'US', 'sip:sales@elsewhere.example'],
    // Extensions, by DTMF after the answer.
    ['(415) 555-1234 ext. 5', 'US', '+14155551234 ,5'],
    ['(415) 555-1234 Ext 204', 'US', '+14155551234 ,204'],
    ['415-555-1234x5', 'US', '+14155551234 ,5'],
    ['415-555-1234 extension: 5', 'US', '+14155551234 ,5'],
    ['415-555-1234 #5', 'US', '+14155551234 ,5'],
    ['030 901820 Durchwahl 12', 'DE', '+4930901820 ,12'],
    ['415 555 1234,5', 'US', '+14155551234 ,5'],
    ['415 555 1234,,5#', 'US', '+14155551234 ,,5#'],
    ['+14155551234;5', 'US', '+14155551234 ,5'],
    ['+14155551234p5w6', 'US', '+14155551234 ,5,6'],
    ['415 555 1234,', 'US', '+14155551234'],
    // Short codes.
    ['#4', 'US', 'code #4'],
    ['*97', 'US', 'code *97'],
    ['204', 'US', 'code 204'],
    ['*67 415 555 1234', 'US', 'code *674155551234'],
    ['999', 'US', 'code 999'],
    // Emergencies.
    ['911', 'US', 'emergency 911'],
    ['9 1 1', 'US', 'emergency 911'],
    ['112', 'US', 'emergency 112'],
    ['911', 'DE', 'emergency 911'],
    ['110', 'DE', 'emergency 110'],
    ['999', 'GB', 'emergency 999'],
    ['000', 'AU', 'emergency 000'],
    ['tel:911', 'US', 'emergency 911'],
    ['sip:911@demo.zt.patchcord.test', 'US', 'emergency 911'],
    ['１１２', 'FR', 'emergency 112'],
    // Neither.
    ['', 'US', 'nothing'],
    [' \u00a0 ', 'US', 'nothing'],
    ['Dana', 'US', NAME],
    ['Billing 2', 'US', NAME],
    ['+', 'US', NAME],
    ['tel:', 'US', NAME],
    ['555-1234', 'US', 'no number has 7 digits here (United States): is the area code missing'],
    [
      '123456789012345678',
      'US',
      'no number has 18 digits here (United States): for another country, begin with a plus sign',
    ],
    ['+1', 'US', 'a number with its country has at least 7 digits'],
    ['+1234567890123456', 'US', 'a number has 15 digits at most'],
    ['+0123456789', 'US', 'no country begins with 0: after the plus sign comes the country’s code'],
    ['1+415 555 1234', 'US', 'a plus sign stands only at the beginning of a number'],
    ['sip:', 'US', 'this SIP address cannot be read: the host is missing'],
    ['\ufdfa'.repeat(100), 'US', 'this is too long for a number'],
    ['4'.repeat(201), 'US', 'this is too long for a number'],
  ])('O11: %j in %s is %s', (typed, country, read) => {
    expect(brief(readTyped(typed, country))).toBe(read);
  });

  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(fc.constantFrom(...'0123456789+*#()-., x;pwext:@<>"sip:tel:~\u00a0１５٤\u202e'.split('')), {
        maxLength: 30,
      })
      .map((parts) => parts.join('')),
  );
  const country = fc.constantFrom(undefined, 'US', 'GB', 'DE', 'IT', 'JP', 'RU', 'AU', 'SG', 'ZZ');

  it('O11: never throws, and gives E.164, an address, a code or a reason', () => {
    fc.assert(
      fc.property(anything, country, (input, where) => {
        const typed = readTyped(input, where);
        if ('keys' in typed) expect(typed.keys).toMatch(/^(,[\d*#,]*\d[\d*#,]*)?$/);
        if (typed.kind === 'number') expect(typed.number).toMatch(/^\+[1-9]\d{6,14}$/);
        if (typed.kind === 'code') expect(typed.code).toMatch(/^[\d*#]{1,32}$/);
        if (typed.kind === 'uri') expect(typed.uri).toMatch(/^sips?:/i);
        if (typed.kind === 'unreadable') expect(typed.why).not.toBe('');
        // What was read reads the same again, anywhere.
        if (typed.kind === 'number') {
          expect(readTyped(typed.number, 'GB')).toEqual({ ...typed, keys: '' });
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('O11: no emergency number is ever taken for another number', () => {
    const spaced = fc.constantFrom('', ' ', '-', '\u00a0', '.');
    fc.assert(
      fc.property(fc.constantFrom('911', '112'), spaced, country, (number, separator, where) => {
        expect(readTyped(number.split('').join(separator), where).kind).toBe('emergency');
      }),
    );
  });
});

it.each([
  ['+1 (415) 555-1234', '+14155551234'],
  ['004930901820', '+4930901820'],
  ['14155551234', '+14155551234'],
  ['4155551234', '+14155551234'],
  ['415 555 1234 ext. 5', undefined],
  ['555', undefined],
  ['', undefined],
])('a program’s %j is the number %j', (input, number) => {
  expect(toE164(input)).toBe(number);
});

/**
 * What a person typed or pasted as somebody to call: a number, a short code, a SIP address, or why it is none of them.
 * Pure, and never throws. (O11)
 */
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import { E164, numberOf, parseUri } from '../message/index.ts';
import { countryName } from '../b2bua/country.ts';
import { isEmergency } from './emergency.ts';

export type Typed =
  /** E.164. `keys` are pressed after the answer: a comma waits two seconds. */
  | { readonly kind: 'number'; readonly number: string; readonly keys: string }
  /** A number within the trunk: `#4`, `*97`, `204`. */
  | { readonly kind: 'code'; readonly code: string; readonly keys: string }
  | { readonly kind: 'uri'; readonly uri: string }
  | { readonly kind: 'emergency'; readonly code: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** More is no number that anybody copied. The patterns below go over a text more than once. */
const LONGEST = 200;
/** Up to here a number without a country is an extension or a code. */
const LONGEST_CODE = 6;

/** @param country ISO 3166-1 code of the country whose national numbers are meant */
export function readTyped(input: string, country: string | undefined): Typed {
  if (input.length > LONGEST) return unreadable('this is too long for a number');
  const text = cleaned(input);
  // A single character may stand for a whole sentence.
  if (text.length > LONGEST) return unreadable('this is too long for a number');
  if (text === '') return { kind: 'nothing' };
  const inside = /^[^<>]*<([^<>]+)>[^<>]*$/.exec(text)?.[1]?.trim();
  return inside === undefined ? readClean(text, country) : readClean(inside, country);
}

function readClean(text: string, country: string | undefined): Typed {
  if (/^sips?:/i.test(text)) return readSip(text.replace(/^(sips?:)\/+/i, '$1'));
  const link = /^(?:tel|callto|phone):\/*(.*)$/i.exec(text)?.[1];
  if (link !== undefined) return readTel(link, country);
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return readSip(`sip:${text}`);
  return readNumber(text.replace(/^(?:tel|telephone|phone|mobile|cell|fax|t|m|p)\s*[.:]+\s*/i, ''), country);
}

function readSip(text: string): Typed {
  const parsed = parseUri(text);
  if (!parsed.ok) return unreadable(`this SIP address cannot be read: ${parsed.error}`);
  const number = numberOf(parsed.value);
  return isEmergency(number, undefined) ? { kind: 'emergency', code: number } : { kind: 'uri', uri: text };
}

/** RFC 3966: `+1-415-555-1234;ext=5`, `555-1234;phone-context=+1415`. */
function readTel(text: string, country: string | undefined): Typed {
  const plain = decoded(text);
  const [head = '', ...params] = plain.split(';');
  const value = (name: string) =>
    params.find((param) => param.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const extension = value('ext');
  const context = value('phone-context');
  // A context that is no number names a domain: the number is one of ours then.
  const parsed = context === undefined ? undefined : parseUri(`tel:${head};phone-context=${context}`);
  const number = parsed?.ok ? numberOf(parsed.value) : '';
  return readNumber(
    `${E164.test(number) ? number : head}${extension === undefined ? '' : ` ext ${extension}`}`,
    country,
  );
}

const EXTENSION =
  /^(.*?\d.*?)[\s,;]*(?:\b(?:extension|extn|ext|durchwahl|dw|poste|int)|[xX])\s*[.:=#]*\s*(\d{1,9})[\s.]*$/i;
const AFTER_ANSWER = /^(.*?[\d*#])\s*([,;pw][\d*#,;pw\s]*)$/i;
const SHARP = /^(.*\d.{5,}\d)\s*[-–]?\s*#\s*(\d{1,9})$/;

function readNumber(text: string, country: string | undefined): Typed {
  const { main, keys } = split(text);
  if (!/\d/.test(main)) {
    if (/^[*#\s]+$/.test(main)) return code(main.replaceAll(/\s/g, ''), keys);
    return unreadable('nobody here has this name, and it is no number');
  }
  if (!/^[+\d\s().\-/*#~[\]]+$/.test(main)) return spelled(main, keys, country);
  return readDigits(main, keys, country);
}

function split(text: string): { main: string; keys: string } {
  const extension = EXTENSION.exec(text) ?? SHARP.exec(text);
  if (extension) return { main: extension[1]!.trim(), keys: `,${extension[2]}` };
  const after = AFTER_ANSWER.exec(text);
  if (!after || !/\d/.test(after[2]!)) return { main: text.replace(/[\s,;]+$/, ''), keys: '' };
  // `;` and `w` ask to wait, as a telephone's `p` and `,` do.
  return { main: after[1]!.trim(), keys: after[2]!.replaceAll(/[;pw]/gi, ',').replaceAll(/\s/g, '') };
}

function readDigits(main: string, keys: string, country: string | undefined): Typed {
  const digits = withoutTrunkZero(main).replaceAll(/[^+\d*#]/g, '');
  if (/[*#]/.test(digits)) {
    return /^[\d*#]{1,32}$/.test(digits)
      ? code(digits, keys)
      : unreadable('* and # stand in no number with a plus sign');
  }
  if (isEmergency(digits, country)) return { kind: 'emergency', code: digits };
  if (digits.lastIndexOf('+') > 0) return unreadable('a plus sign stands only at the beginning of a number');
  if (digits.startsWith('+')) return international(digits, keys);
  const national = country === undefined ? undefined : parsePhoneNumberFromString(digits, country as CountryCode);
  if (national?.isValid() && E164.test(national.number)) return { kind: 'number', number: national.number, keys };
  if (digits.startsWith('00')) return international(`+${digits.slice(2)}`, keys);
  if (national?.isPossible() && E164.test(national.number)) return { kind: 'number', number: national.number, keys };
  if (digits.length <= LONGEST_CODE) return code(digits, keys);
  // People and equipment leave out the plus sign.
  const whole = parsePhoneNumberFromString(`+${digits}`);
  if (whole?.isPossible() && digits.length >= 10) return { kind: 'number', number: whole.number, keys };
  return unreadable(tooShortOrLong(digits, country));
}

function international(digits: string, keys: string): Typed {
  if (E164.test(digits)) return { kind: 'number', number: digits, keys };
  if (digits.startsWith('+0'))
    return unreadable('no country begins with 0: after the plus sign comes the country’s code');
  return unreadable(
    digits.length < 8 ? 'a number with its country has at least 7 digits' : 'a number has 15 digits at most',
  );
}

/** `+44 (0)20 …`: the zero is for calls within the country. In Italy it is part of the number. */
function withoutTrunkZero(main: string): string {
  return main.replace(/^((?:\+|00)\s*(?!39|378|379)\d{1,3})\s*[([]0[)\]]/, '$1');
}

/** 1-800-FLOWERS. */
function spelled(main: string, keys: string, country: string | undefined): Typed {
  const reads = /^\+?[\d\s().-]{3,}[a-z][\da-z\s().-]*$/i.test(main) && /^\D*\d\D*\d\D*\d/.test(main);
  const digits = main
    .toLowerCase()
    .replaceAll(/[a-z]/g, (letter) => '22233344455566677778889999'[letter.charCodeAt(0) - 97]!);
  const typed = reads ? readDigits(digits, keys, country) : undefined;
  return typed?.kind === 'number' ? typed : unreadable('nobody here has this name, and it is no number');
}

function tooShortOrLong(digits: string, country: string | undefined): string {
  const here = country === undefined ? '' : ` (${countryName(country)})`;
  if (digits.length < 10) return `no number has ${digits.length} digits here${here}: is the area code missing`;
  return `no number has ${digits.length} digits here${here}: for another country, begin with a plus sign`;
}

function code(digits: string, keys: string): Typed {
  return { kind: 'code', code: digits, keys };
}

function unreadable(why: string): Typed {
  return { kind: 'unreadable', why };
}

/** Full-width forms, digits of other scripts, blanks and dashes of all kinds, and what cannot be seen. */
function cleaned(input: string): string {
  return input
    .normalize('NFKC')
    .replaceAll(/\p{Cf}|\p{Mn}/gu, '')
    .replaceAll(/\p{Nd}/gu, asciiDigit)
    .replaceAll(/\p{Pd}|\u2212/gu, '-')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/^["'“”„«»]+|["'“”„«»]+$/g, '')
    .trim();
}

/** Decimal digits stand in runs of ten, from zero to nine. */
function asciiDigit(digit: string): string {
  let start = digit.codePointAt(0)!;
  const point = start;
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start -= 1;
  return String((point - start) % 10);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A number that a program gave: without keys to press. Ten digits are a number of the North American plan. */
export function toE164(input: string): string | undefined {
  const typed = readTyped(input, 'US');
  return typed.kind === 'number' && typed.keys === '' ? typed.number : undefined;
}

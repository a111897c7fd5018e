/** Telephone numbers as people write them. */

/** ITU-T E.164: country codes of one and of two digits; all others have three. */
const ONE_DIGIT_CODES = ['1', '7'];
const TWO_DIGIT_CODES =
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  );

/** `+14155551234` → `+1 415 555 1234`. Anything but E.164 comes back as it is. */
export function formatNumber(number: string): string {
  const digits = /^\+([1-9]\d{6,14})$/.exec(number)?.[1];
  if (digits === undefined) return number;
  const code = countryCode(digits);
  const rest = digits.slice(code.length);
  return ['+' + code, ...group(rest)].join(' ');
}

/** What somebody typed or pasted, without the marks that only help the eye. */
export function compactNumber(input: string): string {
  const trimmed = input.trim();
  return /^\+?[\d\s().\-/]+$/.test(trimmed) ? trimmed.replace(/[\s().\-/]/g, '') : trimmed;
}

function countryCode(digits: string): string {
  if (ONE_DIGIT_CODES.includes(digits.slice(0, 1))) return digits.slice(0, 1);
  return TWO_DIGIT_CODES.includes(digits.slice(0, 2)) ? digits.slice(0, 2) : digits.slice(0, 3);
}

/** Threes with the remainder in the last group: 555 1234, 415 555 1234, 20 7946 0958 is not attempted. */
function group(digits: string): string[] {
  if (digits.length <= 4) return [digits];
  if (digits.length === 8) return [digits.slice(0, 4), digits.slice(4)];
  const groups: string[] = [];
  let rest = digits;
  while (rest.length > 4) {
    groups.push(rest.slice(0, 3));
    rest = rest.slice(3);
  }
  return [...groups, rest];
}

/** A sentence with its E.164 numbers as people write them; those inside addresses stay as they are. */
export function formatNumbersIn(sentence: string): string {
  return sentence.replaceAll(/(?<![\w:+@])\+[1-9]\d{6,14}(?![\w@])/g, formatNumber);
}

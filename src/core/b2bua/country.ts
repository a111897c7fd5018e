/** The country behind a number, by its E.164 prefix. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

const names = new Intl.DisplayNames(['en'], { type: 'region' });

/** The numbers last asked for: a call asks several times, and a trunk has few numbers of its own. Let go when there are too many. */
const MOST_KNOWN = 4096;
const answers = new Map<string, string | undefined>();

/**
 * ISO 3166-1 code of two letters; undefined for a number of no country (+800, satellite, unassigned).
 * Where countries share a prefix, as in +1 and +44, the digits after it decide; a number that none of them has given
 * out counts as the first one's.
 */
export function countryOf(number: string): string | undefined {
  if (answers.has(number)) return answers.get(number);
  if (answers.size >= MOST_KNOWN) answers.clear();
  const country = lookUp(number);
  answers.set(number, country);
  return country;
}

function lookUp(number: string): string | undefined {
  const parsed = parsePhoneNumberFromString(number);
  return parsed?.country ?? parsed?.getPossibleCountries()[0] ?? sharedBy(number);
}

/** A number of a length that nobody has is placed by its prefix all the same; of the shared ones, +1 is made up most. */
function sharedBy(number: string): string | undefined {
  return number.startsWith('+1') ? 'US' : undefined;
}

export function countryName(code: string): string {
  return names.of(code) ?? code;
}

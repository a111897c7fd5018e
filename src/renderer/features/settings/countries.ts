/** Countries as people look for them. Which number belongs to which is the trunk's to know. */

const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
/** Groups of countries, and codes for tests. */
const NO_COUNTRIES = ['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ'];
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');

export interface Country {
  /** ISO 3166-1, two letters. */
  code: string;
  name: string;
}

export function countryName(code: string): string {
  return names.of(code) ?? code;
}

/** Every country, by name; codes of the past are left out. */
export const countries: readonly Country[] = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
  .filter((code) => !NO_COUNTRIES.includes(code) && names.of(code) !== undefined)
  .filter((code) => new Intl.Locale(`und-${code}`).region === code)
  .map((code) => ({ code, name: countryName(code) }))
  .toSorted((a, b) => a.name.localeCompare(b.name, 'en'));

/** Those whose name has the words, or whose code they are; the enabled ones first. */
export function searchCountries(search: string, enabled: readonly string[]): Country[] {
  const text = search.trim().toLowerCase();
  const found = countries.filter(({ code, name }) => code.toLowerCase() === text || name.toLowerCase().includes(text));
  return [
    ...found.filter(({ code }) => enabled.includes(code)),
    ...found.filter(({ code }) => !enabled.includes(code)),
  ];
}

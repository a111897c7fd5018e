/**
 * Character classes of the SIP grammar (RFC 3261 §25.1), one bit each, so that a scan costs a table look-up a character.
 * Only ASCII is in the table; what lies beyond it is decided where it is read.
 */
const table = new Uint8Array(128);

export const TOKEN = 1;
/** What may stand unescaped in a URI's user part, password, parameters and headers. */
export const URI_USER = 2;
export const URI_PASSWORD = 4;
export const URI_PARAM = 8;
export const URI_HEADER = 16;
/** URI_HEADER and what phones leave unescaped in a Replaces inside a Refer-To; accepted, never written. */
export const URI_HEADER_LOOSE = 32;
/** A parameter value that needs no quotes: wider than token or host, because branches and tags in the field are. */
export const RAW_VALUE = 64;
export const ALPHANUMERIC = 128;

function allow(bits: number, characters: string): void {
  for (const character of characters) table[character.charCodeAt(0)]! |= bits;
}

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const uriClasses = URI_USER | URI_PASSWORD | URI_PARAM | URI_HEADER | URI_HEADER_LOOSE;
allow(TOKEN | uriClasses | RAW_VALUE | ALPHANUMERIC, alphanumeric);
allow(TOKEN, "-.!%*_+`'~");
allow(uriClasses, "-_.!~*'()");
allow(URI_USER, '&=+$,;?/');
allow(URI_PASSWORD, '&=+$,');
allow(URI_PARAM, '[]/:&+$');
allow(URI_HEADER | URI_HEADER_LOOSE, '[]/?:+$');
allow(URI_HEADER_LOOSE, '@;=,');
allow(RAW_VALUE, "-.!%*_+`'~[]:/?@&=$#|^{}()");

/** Whether every character of text[start, end) is of the class. True for the empty range. */
export function every(text: string, bit: number, start = 0, end = text.length): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || (table[code]! & bit) === 0) return false;
  }
  return true;
}

export function is(code: number, bit: number): boolean {
  return code < 128 && (table[code]! & bit) !== 0;
}

export function isToken(text: string): boolean {
  return text.length > 0 && every(text, TOKEN);
}

/** Space or horizontal tab: all that is left of SIP's LWS once folding is undone. */
export function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** The first position from `at` on that is not blank. */
export function skipBlanks(text: string, at: number): number {
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/**
 * text[start, end) without blanks around it. String.prototype.trim will not do: it also eats a byte order mark,
 * which is content here (RFC 4475 §3.1.1.2 sends one).
 */
export function trimmed(text: string, start = 0, end = text.length): string {
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** 1*DIGIT up to `max`, leading zeros allowed; undefined when it is anything else or larger. */
export function parseNumber(text: string, max: number): number | undefined {
  if (text.length === 0) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
    if (value > max) return undefined;
  }
  return value;
}

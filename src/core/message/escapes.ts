import { Buffer } from 'node:buffer';
import { every, is } from './chars.ts';
import { decodeText, encodeText } from './text.ts';

/**
 * Undoes the %-escapes of a URI component (RFC 3261 §19.1.2).
 * @returns undefined when a character is not of the class `allowed` or an escape is not two hexadecimal digits
 */
export function percentDecode(text: string, allowed: number): string | undefined {
  if (every(text, allowed)) return text;
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 37) {
      const high = hexDigit(text.charCodeAt(i + 1));
      const low = hexDigit(text.charCodeAt(i + 2));
      if (high < 0 || low < 0) return undefined;
      bytes[length++] = high * 16 + low;
      i += 2;
    } else {
      if (!is(code, allowed)) return undefined;
      bytes[length++] = code;
    }
  }
  return decodeText(bytes, 0, length);
}

/** What is wrong with a component that `percentDecode` does not take, in words. */
export function unescaped(text: string, allowed: number): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 37) {
      if (hexDigit(text.charCodeAt(i + 1)) < 0 || hexDigit(text.charCodeAt(i + 2)) < 0)
        return 'holds a percent sign without two hexadecimal digits';
      i += 2;
    } else if (!is(code, allowed)) {
      return `holds a character that must be escaped, as ${percentEncode(text.slice(i, i + (code > 0xd7ff ? 2 : 1)), 0).slice(0, 12)}`;
    }
  }
  return 'is malformed';
}

/** Escapes every byte that may not stand as it is. */
export function percentEncode(text: string, allowed: number): string {
  if (every(text, allowed)) return text;
  const bytes = encodeText(text);
  let out = '';
  let plain = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (is(bytes[i]!, allowed)) continue;
    out += `${bytes.toString('latin1', plain, i)}%${hexDigits[bytes[i]! >> 4]}${hexDigits[bytes[i]! & 15]}`;
    plain = i + 1;
  }
  return out + bytes.toString('latin1', plain);
}

const hexDigits = '0123456789ABCDEF';

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

import { Buffer, isAscii, isUtf8 } from 'node:buffer';

/**
 * SIP text is UTF-8 (RFC 3261 §7). What is not valid UTF-8 must still pass through us unharmed, so each stray byte becomes the lone
 * surrogate U+DC00 + byte, which no valid text holds, and turns back into that byte when printed.
 */
const STRAY = 0xdc00;

/** The whole as text when it is nothing but ASCII, so that a place in the one is the same place in the other; else undefined. */
export function asciiText(bytes: Buffer): string | undefined {
  return isAscii(bytes) ? bytes.toString('latin1') : undefined;
}

export function decodeText(bytes: Buffer, start = 0, end = bytes.length): string {
  const text = bytes.toString('utf8', start, end);
  if (!text.includes('\uFFFD')) return text;
  const part = bytes.subarray(start, end);
  return isUtf8(part) ? text : decodeStray(part);
}

/**
 * The same text in memory of its own: what was cut out of a message keeps the whole message's text alive. Text beyond
 * Latin-1 is left as it is.
 */
export function detached(text: string): string {
  const copy = Buffer.from(text, 'latin1').toString('latin1');
  return copy === text ? copy : text;
}

export function encodeText(text: string): Buffer {
  return text.isWellFormed() ? Buffer.from(text, 'utf8') : encodeStray(text);
}

/** Decodes what is not UTF-8. Takes the longest valid sequence at each position, else one stray byte. */
function decodeStray(bytes: Buffer): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at]!);
    const sequence = bytes.subarray(at, at + length);
    if (sequence.length === length && isUtf8(sequence)) {
      text += sequence.toString('utf8');
      at += length;
    } else {
      text += String.fromCharCode(STRAY + bytes[at]!);
      at++;
    }
  }
  return text;
}

function sequenceLength(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

function encodeStray(text: string): Buffer {
  const parts: Buffer[] = [];
  let plain = '';
  for (const character of text) {
    const stray = character.charCodeAt(0) - STRAY;
    if (character.length === 1 && stray >= 0x80 && stray <= 0xff) {
      parts.push(Buffer.from(plain, 'utf8'), Buffer.of(stray));
      plain = '';
    } else {
      plain += character;
    }
  }
  parts.push(Buffer.from(plain, 'utf8'));
  return Buffer.concat(parts);
}

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
  let valid = 0;
  for (let at = 0; at < bytes.length;) {
    const length = validSequence(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += bytes.toString('utf8', valid, at) + String.fromCharCode(STRAY + bytes[at]!);
    at++;
    valid = at;
  }
  return text + bytes.toString('utf8', valid);
}

/** The bytes of the character at `at`; 0 when there is none. */
function validSequence(bytes: Buffer, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const sequence = bytes.subarray(at, at + length);
  return lead >= 0xc2 && sequence.length === length && isUtf8(sequence) ? length : 0;
}

/** Lone surrogates alone: a pair is one character to this expression. */
const strays = /[\udc80-\udcff]/gu;

function encodeStray(text: string): Buffer {
  const parts: Buffer[] = [];
  let plain = 0;
  for (const { 0: stray, index } of text.matchAll(strays)) {
    parts.push(Buffer.from(text.slice(plain, index), 'utf8'), Buffer.of(stray.charCodeAt(0) - STRAY));
    plain = index + 1;
  }
  parts.push(Buffer.from(text.slice(plain), 'utf8'));
  return Buffer.concat(parts);
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeText, encodeText } from '../../src/core/message/text.ts';

const stray = fc.constantFrom([0x80], [0xc1, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff]);
const valid = fc.string({ unit: 'binary', maxLength: 8 }).map((text) => Array.from(Buffer.from(text, 'utf8')));
const mixed = fc
  .array(fc.oneof(valid, stray), { maxLength: 12 })
  .map((parts) => Buffer.from(parts.flat().concat(0xfe)));

it('bytes that are not UTF-8 come back as they were, and what is UTF-8 between them reads as such', () => {
  fc.assert(
    fc.property(mixed, (bytes) => {
      expect(encodeText(decodeText(bytes))).toEqual(bytes);
    }),
  );
  expect(decodeText(Buffer.concat([Buffer.from('é€'), Buffer.of(0xe9), Buffer.from('😀a')]))).toBe('é€\udce9😀a');
});

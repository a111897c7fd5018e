import { describe, expect, it } from 'vitest';
import { parseMultipart } from '../../src/core/message/index.ts';

const text = new TextDecoder();
const read = (body: string, boundary: string | undefined = 'b') => {
  const parts = parseMultipart(Buffer.from(body), boundary);
  return parts.ok
    ? parts.value.map(({ headers, body: part }) => [headers.get('Content-Type'), text.decode(part)])
    : parts.error;
};

describe('parseMultipart, RFC 2046 §5.1.1', () => {
  it('W12: takes the parts with their own headers', () => {
    expect(
      read('--b\r\nContent-Type: a/b\r\n\r\none\r\n--b\r\nc: c/d;\r\n e=f\r\n\r\ntwo\r\nlines\r\n\r\n--b--\r\n'),
    ).toEqual([
      ['a/b', 'one'],
      ['c/d; e=f', 'two\r\nlines\r\n'],
    ]);
  });

  it('W12: leaves aside what stands before and after', () => {
    expect(read('a preamble\r\n--b\r\nContent-Type: a/b\r\n\r\none\r\n--b--\r\nan epilogue\r\n--b\r\n\r\n')).toEqual([
      ['a/b', 'one'],
    ]);
  });

  it('W12: takes line ends without carriage return, and blanks after a boundary', () => {
    expect(read('--b \t\nContent-Type: a/b\n\none\n--b--')).toEqual([['a/b', 'one']]);
  });

  it('W12: knows a boundary from what only begins like one, or stands in a line', () => {
    expect(read('--b\r\n\r\n--bc\r\nx --b\r\n--b x\r\n--b--')).toEqual([[undefined, '--bc\r\nx --b\r\n--b x']]);
  });

  it('W12: a part may be empty, and have no headers', () => {
    expect(read('--b\r\n\r\n\r\n--b\r\n\r\n--b--')).toEqual([
      [undefined, ''],
      [undefined, ''],
    ]);
  });

  it.each([
    ['--b--', 'a multipart body has no part'],
    ['', 'a multipart body lacks its boundary'],
    ['--c\r\n\r\n--c--', 'a multipart body lacks its boundary'],
    ['--b\r\n\r\none\r\n', 'a multipart body does not end with its boundary'],
    ['--b\r\nContent-Type: a/b\r\n--b--', 'no empty line ends the header fields of a body part'],
    ['--b\r\nno header\r\n\r\n--b--', 'a header field of a body part is malformed'],
    ['--b\r\n: x\r\n\r\n--b--', 'a header field of a body part is malformed'],
    [`--b\r\n${'X: y\r\n'.repeat(40)}\r\n\r\n--b--`, 'a body part has more than 32 lines of header fields'],
    [`${'--b\r\n\r\n\r\n'.repeat(33)}--b--`, 'a multipart body has more than 32 parts'],
  ])('W12: says what is wrong with %j', (body, error) => {
    expect(read(body)).toBe(error);
  });

  it.each([undefined, '', 'b ', 'é', 'x'.repeat(71), 'a\r\nb'])('W12: refuses the boundary %j', (boundary) => {
    expect(parseMultipart(Buffer.from('--b\r\n\r\n\r\n--b--'), boundary).ok).toBe(false);
  });

  it('W12: 64 kB of boundaries take no time', () => {
    const began = process.cpuUsage().user;
    read('--b'.repeat(21_000));
    read('\n--b'.repeat(16_000));
    read('\n--b \t'.repeat(10_000));
    read(`--b\r\n${' \r\n'.repeat(20_000)}`);
    expect(process.cpuUsage().user - began).toBeLessThan(300_000);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAMER_LIMITS, StreamFramer, type Piece } from '../../src/core/transport/stream-framer.ts';

function message(body: string, { head = '', length = `Content-Length: ${Buffer.byteLength(body)}` } = {}): string {
  return `OPTIONS sip:bob@192.0.2.2 SIP/2.0\r\nCall-ID: a@b\r\n${head}${length}\r\n\r\n${body}`;
}

/** What the framer makes of the text, as text. */
function cut(text: string, framer = new StreamFramer()): string[] {
  return framer.push(Buffer.from(text)).map(shown);
}

function shown(piece: Piece): string {
  if (piece.kind === 'message') return piece.bytes.toString();
  return piece.kind === 'refusal' ? `${piece.problem.status}` : piece.kind;
}

const bodies = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 1, maxLength: 5 });

describe('cutting a stream into messages', () => {
  it('gives the same messages however the bytes were split', () => {
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (texts, sizes) => {
        const stream = Buffer.from(texts.map((text) => message(text)).join(''));
        const framer = new StreamFramer();
        const pieces: Piece[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          pieces.push(...framer.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(pieces.map(shown)).toEqual(texts.map((text) => message(text)));
        expect(framer.midMessage).toBe(false);
      }),
    );
  });

  it('never throws, and cuts nothing after it refused, whatever comes', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .constantFrom('\r\n', '\r\n\r\n', 'SIP/2.0 200 OK\r\n', 'l: 3\r\n', 'l: -1\r\n', message('abc'))
        .map(Buffer.from),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 30 }), (chunks) => {
        const framer = new StreamFramer({ headBytes: 200, bodyBytes: 50 });
        const kinds = chunks.flatMap((bytes) => framer.push(bytes)).map(({ kind }) => kind);
        const last = kinds.findIndex((kind) => kind === 'junk' || kind === 'refusal');
        expect(last === -1 || last === kinds.length - 1).toBe(true);
      }),
    );
  });

  it('takes a message of the greatest size in single bytes within a second', () => {
    const bytes = Buffer.from(
      message('x'.repeat(FRAMER_LIMITS.bodyBytes), { head: `Subject: ${'y'.repeat(30_000)}\r\n` }),
    );
    const framer = new StreamFramer();
    const started = performance.now();
    const pieces = [...bytes].flatMap((byte) => framer.push(Uint8Array.of(byte)));
    expect(pieces).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it.each([
    ['the compact form', 'l: 3'],
    ['any letter case, and blanks', 'CONTENT-length \t:  3 '],
    ['a value on the next line', 'Content-Length:\r\n 3'],
  ])('reads Content-Length in %s', (_what, length) => {
    expect(cut(message('abc', { length }) + message('def'))).toHaveLength(2);
  });

  it('does not take the end of a folded line for Content-Length', () => {
    expect(cut(message('', { head: 'Subject: one\r\n l: 9\r\n' }))).toHaveLength(1);
  });
});

describe('between messages', () => {
  it('RFC 5626 3.5.1: a double CRLF is a ping, also in two parts, and a single one is passed over', () => {
    expect(cut('\r\n\r\n')).toEqual(['ping']);
    expect(cut(`\r\n${message('')}\r\n\r\n${message('')}`)).toEqual([message(''), 'ping', message('')]);
    const framer = new StreamFramer();
    expect(['\r', '\n', '\r', '\n'].flatMap((character) => cut(character, framer))).toEqual(['ping']);
    expect(framer.midMessage).toBe(false);
  });

  it('an incomplete message counts as begun', () => {
    const framer = new StreamFramer();
    cut('OPT', framer);
    expect(framer.midMessage).toBe(true);
  });
});

describe('limits', () => {
  it.each([
    ['no Content-Length: 400', message('', { length: 'Subject: none' }), '400'],
    ['a negative Content-Length: 400', message('', { length: 'Content-Length: -999' }), '400'],
    ['two of them: 400', message('', { length: 'l: 0\r\nContent-Length: 0' }), '400'],
    ['a body that is too long: 413', message('', { length: `l: ${FRAMER_LIMITS.bodyBytes + 1}` }), '413'],
    [
      'a head that is too long: 513',
      message('', { head: `Subject: ${'x'.repeat(FRAMER_LIMITS.headBytes)}\r\n` }),
      '513',
    ],
    ['a head without end: 513', `OPTIONS sip:b SIP/2.0\r\nSubject: ${'x'.repeat(FRAMER_LIMITS.headBytes)}`, '513'],
  ])('%s, and nothing after it is read', (_what, text, answer) => {
    expect(cut(text + message('abc'))).toEqual([answer]);
  });

  it('a head and a body of the greatest size are taken', () => {
    const room = FRAMER_LIMITS.headBytes - message('', { head: 'Subject: \r\n', length: 'l: 32767' }).length;
    const longest = message('x'.repeat(FRAMER_LIMITS.bodyBytes), {
      head: `Subject: ${'y'.repeat(room)}\r\n`,
      length: 'l: 32767',
    });
    expect(cut(longest)).toEqual([longest]);
  });

  it.each([
    ['HTTP', 'GET / HTTP/1.1\r\n'],
    ['a TLS handshake', '\u0016\u0003\u0001'],
    ['a first line without end', 'A'.repeat(9000)],
    ['a lone carriage return', '\rx'],
    ['a line feed', '\n'],
  ])('%s is junk', (_what, text) => {
    expect(cut(text)).toEqual(['junk']);
  });

  it('leaves another SIP version to those who read the message', () => {
    const text = message('').replace('SIP/2.0', 'SIP/7.0');
    expect(cut(text)).toEqual([text]);
  });
});

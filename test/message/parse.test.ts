import { describe, expect, it } from 'vitest';
import { createResponse, parseMessage, printMessage } from '../../src/core/message/index.ts';
import { accepted, failure, lines, parsedRequest, parsedResponse, verdict, wire } from './wire.ts';

const options = 'OPTIONS sip:ben@patchcord.test SIP/2.0';

describe('framing', () => {
  it.each([1, 2, 3])('skips %i empty lines before the start-line, as RFC 3261 §7.5 asks', (count) => {
    const bytes = Buffer.concat([Buffer.from('\r\n'.repeat(count)), wire(lines(options), 'ab')]);
    expect(accepted(bytes)).toMatchObject({ method: 'OPTIONS', body: Buffer.from('ab') });
  });

  it('takes all bytes as the body where there is no Content-Length', () => {
    expect(accepted(wire(lines(options), 'abc')).body).toHaveLength(3);
  });

  it('drops the bytes beyond Content-Length', () => {
    expect(Buffer.from(accepted(wire(lines(options, { 'Content-Length': '2' }), 'abc')).body).toString()).toBe('ab');
  });

  it('counts the body in bytes and not in characters', () => {
    expect(accepted(wire(lines(options, { l: '4' }), 'éé')).body).toHaveLength(4);
    expect(failure(wire(lines(options, { l: '5' }), 'éé')).problem.status).toBe(400);
  });

  it.each(['', '-1', '+1', '1.0', '0x1', '1 2', '99999999999999999999999999', 'one'])(
    'refuses Content-Length %j',
    (value) => {
      expect(failure(wire(lines(options, { 'Content-Length': value }), 'a'.repeat(20))).problem.status).toBe(400);
    },
  );

  it('takes a view into a larger buffer for what it is', () => {
    const bytes = wire(lines(options), 'abc');
    const around = new Uint8Array(bytes.length + 20).fill(65);
    around.set(bytes, 10);
    const message = accepted(around.subarray(10, 10 + bytes.length));
    expect(Buffer.from(message.body).toString()).toBe('abc');
  });

  it('refuses a message whose header fields no empty line ends, and can answer it', () => {
    const found = failure(Buffer.from(lines(options).join('\r\n')));
    expect(found.problem.status).toBe(400);
    expect(found.request?.headers.get('CSeq')).toBe('1 OPTIONS');
  });

  it.each([
    ['nothing', ''],
    ['a keep-alive', '\r\n\r\n'],
    ['one line break', '\r\n'],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a STUN binding request', '\0\u0001\0\0!\u0012¤B'],
    ['a request without a version', 'OPTIONS sip:a@b\r\n\r\n'],
    ['a method alone', 'OPTIONS\r\n\r\n'],
  ])('finds nothing to answer in %s', (_, text) => {
    const found = failure(Buffer.from(text, 'latin1'));
    expect(found.request).toBeUndefined();
    expect(found.isResponse).toBe(false);
  });
});

describe('start-lines', () => {
  it('takes the version in any letter case', () => {
    expect(accepted(wire(lines('OPTIONS sip:ben@patchcord.test sip/2.0'))).uri).toBe('sip:ben@patchcord.test');
  });

  it('takes a Status-Line that ends after its status', () => {
    expect(parsedResponse(wire(lines('SIP/2.0 486', { CSeq: '1 INVITE' })))).toMatchObject({ status: 486, reason: '' });
  });

  it.each([
    'SIP/2.0 99 Low',
    'SIP/2.0 700 High',
    'SIP/2.0 20 OK',
    'SIP/2.0 2000 OK',
    'SIP/2.0  200 OK',
    'SIP/7.0 200 OK',
    'SIP/2.0',
    'SIP/2.0 abc',
  ])('drops the response %j', (line) => {
    expect(failure(wire(lines(line, { CSeq: '1 INVITE' })))).toMatchObject({ isResponse: true });
  });

  it.each(['OPT(IONS', 'OPT"S', 'OPTIÖNS'])('refuses the method %j, which is no token', (method) => {
    const found = failure(wire(lines(`${method} sip:ben@patchcord.test SIP/2.0`)));
    expect(found.problem.status).toBe(400);
  });
});

describe('header fields', () => {
  it('undoes folds, leaving one space for each, whatever blanks it had', () => {
    const request = accepted(wire([...lines(options), 'Subject: one  ', '\t two', ' three']));
    expect(request.headers.get('Subject')).toBe('one two three');
  });

  it('does not let the first header line pass for a fold of the start-line', () => {
    expect(failure(wire([options, ' folded: x', ...lines(options).slice(1)])).problem.status).toBe(400);
  });

  it.each([
    ['v', 'Via'],
    ['f', 'From'],
    ['t', 'To'],
    ['i', 'Call-ID'],
    ['m', 'Contact'],
    ['c', 'Content-Type'],
    ['l', 'Content-Length'],
    ['e', 'Content-Encoding'],
    ['k', 'Supported'],
    ['s', 'Subject'],
    ['o', 'Event'],
    ['u', 'Allow-Events'],
    ['r', 'Refer-To'],
    ['b', 'Referred-By'],
    ['x', 'Session-Expires'],
  ])('expands the compact form %s to %s, in either letter case', (compact, name) => {
    for (const written of [compact, compact.toUpperCase()]) {
      const { headers } = parsedRequest(wire([options, `${written}: 0`]));
      expect([...headers.entries()]).toEqual([[name, '0']]);
    }
  });

  it('keeps the order of fields, and unknown fields as they were written', () => {
    const extra = ['X-Zed:  a ,"b;  c', 'x-alpha: \t1  2\t', 'Subject: hi', 'X-Zed: 2'];
    const names = [...parsedRequest(wire([...lines(options), ...extra])).headers.entries()].slice(-4);
    expect(names).toEqual([
      ['X-Zed', 'a ,"b;  c'],
      ['x-alpha', '1  2'],
      ['Subject', 'hi'],
      ['X-Zed', '2'],
    ]);
  });

  it('brings bytes that are no UTF-8 through unharmed', () => {
    const odd = Buffer.concat([
      Buffer.from('X-Odd: a'),
      Buffer.from([0xff, 0xc3, 0x28, 0xe2, 0x82]),
      Buffer.from('é€😀\uFFFD b\r\n'),
    ]);
    const bytes = Buffer.concat([Buffer.from(`${lines(options).join('\r\n')}\r\n`), odd, Buffer.from('\r\n')]);
    expect(printMessage(accepted(bytes)).includes(odd)).toBe(true);
  });

  it.each(['no colon here', ': no name', 'two words: x', 'na(me: x', 'Ünknown: x'])('refuses the line %j', (line) => {
    const found = failure(wire([...lines(options), line]));
    expect(found.problem.status).toBe(400);
    expect(found.request).toBeDefined();
  });

  it.each([
    ['a lone line feed in a value', 'Subject: a\nContact: <sip:evil@x>'],
    ['a lone carriage return in a value', 'Subject: a\rContact: <sip:evil@x>'],
    ['a lone line feed in a fold', 'Subject: a\r\n b\nContact: <sip:evil@x>'],
  ])('refuses %s: some readers would see another field there', (_, line) => {
    expect(failure(wire([...lines(options), line])).problem.status).toBe(400);
  });

  it.each(['OPTIONS sip:ben@patch\ncord.test SIP/2.0', 'OPTIONS sip:ben@patch\rcord.test SIP/2.0', 'SIP/2.0 200 O\nK'])(
    'refuses a lone line break in the start-line %j',
    (line) => {
      expect(parseMessage(wire(lines(line, { CSeq: '1 OPTIONS' }))).ok).toBe(false);
    },
  );

  it('takes names that objects inherit as fields and parameters like any other', () => {
    const request = accepted(
      wire([
        ...lines(options, { From: '<sip:anna@patchcord.test;__proto__=1>;constructor=2;tag=3' }),
        '__proto__: x',
        'constructor: y',
      ]),
    );
    expect(request.headers.get('__proto__')).toBe('x');
    expect(request.headers.get('toString')).toBeUndefined();
    expect(request.head.from.params.get('constructor')).toBe('2');
    expect(request.head.from.params.get('hasownproperty')).toBeUndefined();
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('limits', () => {
  it('takes 500 header fields and refuses 501', () => {
    const fields = (count: number) => [...lines(options), ...Array.from({ length: count - 6 }, (_, i) => `X-${i}: 1`)];
    expect(verdict(wire(fields(500)))).toBeUndefined();
    expect(failure(wire(fields(501))).problem.status).toBe(400);
  });

  it('gives up after 500 lines that are no fields at all', () => {
    const [start, ...fields] = lines(options);
    const noise = (count: number) => failure(wire([start!, ...Array<string>(count).fill('noise'), ...fields]));
    expect(noise(490).request).toBeDefined();
    expect(noise(500).request).toBeUndefined();
  });

  it('refuses more than 65535 bytes with 513, and can answer', () => {
    expect(verdict(wire(lines(options), 'x'.repeat(65_000)))).toBeUndefined();
    const found = failure(wire(lines(options), 'x'.repeat(66_000)));
    expect(found.problem.status).toBe(513);
    expect(createResponse(found.request!, 513).reason).toBe('Message Too Large');
  });

  // Quadratic work on 64 KB would take seconds; linear work takes about a millisecond.
  it.each([
    ['angle brackets', '<'.repeat(64_000)],
    ['closing brackets', '>'.repeat(64_000)],
    ['quotes', '"'.repeat(64_000)],
    ['escaped quotes', '\\"'.repeat(32_000)],
    ['open quotes in a list', '",'.repeat(32_000)],
    ['open brackets in a list', '<,'.repeat(32_000)],
    ['commas', ','.repeat(64_000)],
    ['semicolons', ';'.repeat(64_000)],
    ['parameters', ';a'.repeat(32_000)],
    ['different parameters', Array.from({ length: 10_000 }, (_, i) => `;p${i}`).join('')],
    ['blanks', `a${' '.repeat(64_000)}b`],
    ['colons', ':'.repeat(64_000)],
    ['an address of colons', `<sip:[${':'.repeat(63_000)}]>`],
    ['a host of dots', `<sip:${'.'.repeat(63_000)}>`],
    ['a host of labels', `<sip:${'a.'.repeat(31_000)}>`],
    ['escapes', `<sip:${'%41'.repeat(21_000)}@a>`],
    ['at signs', `sip:${'@'.repeat(63_000)}`],
    ['URIs', 'sip:a,'.repeat(10_000)],
    ['tokens', 'a '.repeat(32_000)],
    ['digits', '9'.repeat(64_000)],
    ['slashes', 'SIP / '.repeat(10_000)],
    ['bytes that are no text', '\xff'.repeat(64_000)],
  ])('reads 64 KB of %s in no time', (_, value) => {
    const started = performance.now();
    for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Contact', 'Route', 'X-Any']) {
      const fields = lines(options).filter((line) => !line.startsWith(`${name}:`));
      const bytes = Buffer.from(`${fields.join('\r\n')}\r\n${name}: ${value}\r\n\r\n`, 'latin1');
      verdict(bytes);
      const message = parseMessage(bytes);
      if (message.ok) message.value.headers.all(name);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each([
    ['lines without a colon', 'a\r\n'.repeat(21_000)],
    ['folds', `Subject: a\r\n${' b\r\n'.repeat(15_000)}`],
    ['empty folds', `Subject: a\r\n${' \r\n'.repeat(20_000)}`],
    ['carriage returns', '\r'.repeat(64_000)],
    ['line feeds', '\n'.repeat(64_000)],
    ['contacts', 'm:a\r\n'.repeat(12_000)],
  ])('reads 64 KB of %s in no time', (_, text) => {
    const started = performance.now();
    verdict(Buffer.from(`${lines(options).join('\r\n')}\r\n${text}\r\n`, 'latin1'));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

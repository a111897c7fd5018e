import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DOCUMENT_BYTES, parseTwiml } from '../../src/core/twiml/parse.ts';
import { read, refusal } from './read.ts';

const laughs = `<?xml version="1.0"?>
<!DOCTYPE lolz [
  <!ENTITY lol "lol">
  <!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
  <!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">
]>
<Response><Say>&lol3;</Say></Response>`;

describe('a hostile document', () => {
  it('with entities that multiply is refused for its DOCTYPE, before any is expanded', () => {
    expect(refusal(laughs)).toEqual({ code: 12100, text: 'A DOCTYPE is not allowed in TwiML.', line: 6, fatal: true });
  });

  it('that names a file or a URL as an entity is refused', () => {
    const external = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><Response><Say>&x;</Say></Response>';
    expect(refusal(external)).toMatchObject({ code: 12100, text: 'A DOCTYPE is not allowed in TwiML.' });
    expect(refusal('<!DOCTYPE r SYSTEM "http://127.0.0.1/r.dtd"><Response/>')).toMatchObject({ code: 12100 });
  });

  it('that declares entities without a DOCTYPE is refused', () => {
    expect(refusal('<!ENTITY x "y"><Response/>')).toMatchObject({ code: 12100 });
    expect(refusal('<Response><!ENTITY x "y"></Response>')).toMatchObject({ code: 12100 });
  });

  it.each(['&lol;', '&nbsp;', '&#0;', '&#x1F;', '&#xD800;', '&#x110000;', '&', '&#;'])(
    'with the reference %s is refused',
    (text) => {
      expect(refusal(`<Response>\n<Say>a${text}b</Say></Response>`)).toMatchObject({ code: 12100, line: 2 });
      expect(refusal(`<Response>\n<Say voice="a${text}b">x</Say></Response>`)).toMatchObject({ code: 12100, line: 2 });
    },
  );

  it('may use the five entities of XML and character references', () => {
    expect(read('<Response><Say>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;&#x1F4DE;</Say></Response>').verbs).toMatchObject([
      { text: `<>&"'AB\u{1F4DE}` },
    ]);
  });

  it('of 10 MB is refused by its size alone', () => {
    const text = `<Response>${'<Say>x</Say>'.repeat(870_000)}</Response>`;
    const begun = process.cpuUsage();
    expect(refusal(text)).toMatchObject({ code: 11750 });
    expect(refusal(Buffer.alloc(10_000_000, 'x'))).toEqual({
      code: 11750,
      text: 'The document has 10000000 bytes; 65536 are allowed.',
      fatal: true,
    });
    expect(process.cpuUsage(begun).user).toBeLessThan(500_000);
  });

  it('may have 64 kB and not one byte more', () => {
    const padded = (size: number): string => `<Response>${' '.repeat(size - 21)}</Response>`;
    expect(padded(MAX_DOCUMENT_BYTES)).toHaveLength(65_536);
    expect(read(padded(MAX_DOCUMENT_BYTES)).verbs).toEqual([]);
    expect(refusal(padded(MAX_DOCUMENT_BYTES + 1))).toMatchObject({ code: 11750 });
  });

  it('counts bytes, not characters', () => {
    const text = `<Response><Say>${'é'.repeat(40_000)}</Say></Response>`;
    expect(text.length).toBeLessThan(MAX_DOCUMENT_BYTES);
    expect(refusal(text)).toMatchObject({ code: 11750 });
  });

  it('with elements in one another without end is refused where it goes too deep', () => {
    const deep = `<Response>${'\n<Say>'.repeat(9000)}`;
    expect(refusal(deep)).toMatchObject({ code: 12100, text: 'More than 16 elements within one another.', line: 17 });
  });

  it('with thousands of attributes on one element is refused', () => {
    const many = Array.from({ length: 4000 }, (_, index) => `a${index}="1"`).join(' ');
    expect(refusal(`<Response><Say ${many}>x</Say></Response>`)).toMatchObject({
      code: 12100,
      text: 'More than 32 attributes of one element.',
    });
  });

  it.each(['hasOwnProperty', '__proto__', 'constructor', 'toString'])('with the attribute %s does no harm', (name) => {
    const result = parseTwiml(`<Response><Say ${name}="x" loop="2">a</Say></Response>`);
    if (result.ok) expect(result.value.verbs).toMatchObject([{ text: 'a', loop: 2 }]);
    else expect(result.error).toMatchObject({ code: 12100, line: 1 });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty'])(
    'with an element %s is read, and the element skipped',
    (name) => {
      expect(read(`<Response><${name}/><Hangup/></Response>`).verbs).toEqual([{ name: 'Hangup', line: 1 }]);
    },
  );

  it.each([
    ['a declaration', '<!', 'A'],
    ['a declaration behind what looks like a comment', '<Say voice="<!--"><!', '%41'],
    ['a declaration behind an instruction', '<?xml <!-- ?><!', 'x '],
    ['a DOCTYPE', '<!DOCTYPE ', '['],
    ['a comment', '<!--', '- '],
    ['character data', '<![CDATA[', ']'],
    ['an attribute', '<Say voice="', "' "],
    ['a name', '<', 'a'],
    ['an instruction', '<?xml ', '?'],
    ['white space', '', ' '],
    ['a reference', '&', 'a'],
    ['references', '', '&#65;'],
    ['empty elements', '', '<a/>'],
  ])('with %s without end takes no longer than it is long', (_, start, piece) => {
    const text = `<Response>${start}${piece.repeat(65_400 / piece.length - start.length)}`;
    const before = process.threadCpuUsage();
    parseTwiml(text);
    const { user } = process.threadCpuUsage(before);
    expect(user / 1000).toBeLessThan(150);
  });

  it('with a processing instruction is refused', () => {
    expect(refusal('<Response><?php echo 1 ?></Response>')).toMatchObject({ code: 12100 });
    expect(refusal('<?xml-stylesheet href="x"?><Response/>')).toMatchObject({ code: 12100 });
  });

  it('never makes the reader throw, whatever its bytes', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      '/>',
      '<Response>',
      '</Response>',
      '<Say ',
      'a="',
      '"',
      '&',
      ';',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?',
      '?>',
      '<!',
      '[',
      ']',
      '\u0000',
      '\uFEFF',
      ' ',
      '\n',
      'x',
      '=',
      "'",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 40 }), (parts) => {
        const result = parseTwiml(parts.join(''));
        if (!result.ok) expect(result.error).toMatchObject({ fatal: true, text: expect.stringMatching(/\.$/) });
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseTwiml(bytes)),
      { numRuns: 500 },
    );
  });
});

describe('a document that is not well-formed', () => {
  it.each([
    ['an unclosed element', '<Response>\n<Say>x\n</Response>', 3],
    ['no end', '<Response>\n\n<Say>x', 3],
    ['the wrong case in an end tag', '<Response>\n<Say>x</say></Response>', 2],
    ['an attribute without quotes', '<Response>\n<Say loop=2>x</Say></Response>', 2],
    ['an attribute without a value', '<Response>\n<Say loop>x</Say></Response>', 2],
    ['an attribute that comes twice', '<Response>\n<Say loop="1" loop="2">x</Say></Response>', 2],
    ['a second root', '<Response/>\n<Response/>', 2],
    ['text after the root', '<Response/>\nhello', 2],
    ['no element', 'hello', 1],
    ['something before the XML declaration', '\n<?xml version="1.0"?><Response/>', 1],
    ['a control character', '<Response>\n<Say>\u0007</Say></Response>', 2],
  ])('has %s: 12100 with its line', (_, xml, line) => {
    expect(refusal(xml)).toMatchObject({ code: 12100, line, fatal: true });
  });

  it('is not in UTF-8: 12100', () => {
    expect(refusal(Buffer.from('<Response><Say>caf\u00E9</Say></Response>', 'latin1'))).toMatchObject({ code: 12100 });
  });

  it('is empty: 11770', () => {
    expect(refusal('')).toMatchObject({ code: 11770 });
    expect(refusal(' \n ')).toMatchObject({ code: 11770 });
  });

  it('has another root: 12102 with its name', () => {
    expect(refusal('<!-- x -->\n<html><body>It works!</body></html>')).toEqual({
      code: 12102,
      text: 'The root element is <html>; it must be <Response>.',
      line: 2,
      fatal: true,
    });
  });
});

describe('what is no problem', () => {
  it.each([
    ['a byte order mark', '\uFEFF<?xml version="1.0" encoding="UTF-8"?><Response/>'],
    ['the same in bytes', Buffer.from('\uFEFF<?xml version="1.0"?><Response/>')],
    ['comments', '<!-- a --><Response><!-- <Say> --></Response><!-- b -->'],
    ['schema references', '<Response xmlns:xsi="http://x" xsi:noNamespaceSchemaLocation="twiml.xsd"/>'],
    ['an equals sign and a > in quotes', `<Response><Hangup/></Response>`],
  ])('%s', (_, xml) => {
    expect(read(xml).warnings).toEqual([]);
  });

  it('an equals sign, a > and the other quote within an attribute', () => {
    const [gather] = read(`<Response><Gather action="a=b>c'd"/><Gather action='e="f"'/></Response>`).verbs;
    expect(gather).toMatchObject({ action: `a=b>c'd` });
    expect(read(`<Response><Gather action='e="f"'/></Response>`).verbs).toMatchObject([{ action: 'e="f"' }]);
  });
});

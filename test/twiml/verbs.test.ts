import { describe, expect, it } from 'vitest';
import { parseTwiml } from '../../src/core/twiml/parse.ts';
import { read, refusal, verb, warned } from './read.ts';

describe('the verbs with their defaults', () => {
  it.each([
    ['Say', '<Say>Hello</Say>', { text: 'Hello', loop: 1 }],
    ['Play', '<Play> https://example.com/a.wav\n</Play>', { url: 'https://example.com/a.wav', loop: 1 }],
    ['Play', '<Play digits="1w2#"/>', { url: '', digits: '1w2#', loop: 1 }],
    ['Pause', '<Pause/>', { seconds: 1 }],
    [
      'Gather',
      '<Gather/>',
      { input: 'dtmf', method: 'POST', timeoutSeconds: 5, finishOnKey: '#', actionOnEmptyResult: false, nested: [] },
    ],
    ['Hangup', '<Hangup/>', {}],
    ['Reject', '<Reject/>', { reason: 'rejected' }],
    ['Redirect', '<Redirect>../next?a=1&amp;b=2</Redirect>', { url: '../next?a=1&b=2', method: 'POST' }],
    ['Redirect', '<Redirect/>', { url: '', method: 'POST' }],
  ] as const)('<%s>: %s', (name, xml, rest) => {
    expect(verb(name, xml)).toEqual({ name, line: 1, ...rest });
  });

  it('<Dial> with a number as its text', () => {
    expect(verb('Dial', '<Dial>+14155551234</Dial>')).toEqual({
      name: 'Dial',
      line: 1,
      method: 'POST',
      timeoutSeconds: 30,
      referMethod: 'POST',
      hangupOnStar: false,
      answerOnBridge: false,
      targets: [{ kind: 'number', line: 1, number: '+14155551234', method: 'POST' }],
    });
  });

  it('T2: <Refer> has no action by default, and POST', () => {
    expect(verb('Refer', '<Refer><Sip>sip:alice@example.com</Sip></Refer>')).toEqual({
      name: 'Refer',
      line: 1,
      method: 'POST',
      sip: 'sip:alice@example.com',
    });
    expect(verb('Refer', '<Refer action="/done" method="GET"><Sip>sip:a@b.example</Sip></Refer>')).toMatchObject({
      action: '/done',
      method: 'GET',
    });
  });

  it('T3: the URI of <Refer> is kept as it was written, with &amp; read as &', () => {
    const uri =
      'sip:alice@example.com?X-AcctNumber=123456&X-ReasonForCalling=billing&User-to-User=3132%3Bencoding%3Dhex';
    expect(verb('Refer', `<Refer><Sip>\n  ${uri.replaceAll('&', '&amp;')}\n</Sip></Refer>`).sip).toBe(uri);
    expect(verb('Refer', `<Refer><Sip><![CDATA[${uri}]]></Sip></Refer>`).sip).toBe(uri);
  });

  it('every attribute of <Gather>, <Dial> and its nouns', () => {
    expect(
      verb(
        'Gather',
        '<Gather action="g" method="get" timeout="7" numDigits="4" finishOnKey="" actionOnEmptyResult="true"><Say>a</Say><Pause length="2"/><Play loop="0">b</Play></Gather>',
      ),
    ).toEqual({
      name: 'Gather',
      line: 1,
      input: 'dtmf',
      action: 'g',
      method: 'GET',
      timeoutSeconds: 7,
      numDigits: 4,
      finishOnKey: '',
      actionOnEmptyResult: true,
      nested: [
        { name: 'Say', line: 1, text: 'a', loop: 1 },
        { name: 'Pause', line: 1, seconds: 2 },
        { name: 'Play', line: 1, url: 'b', loop: 0 },
      ],
    });
    expect(
      verb(
        'Dial',
        `<Dial action="/d" method="GET" timeout="12" callerId="+14155550100" referUrl="/r" referMethod="GET" hangupOnStar="true" timeLimit="60" answerOnBridge="true">
<Number sendDigits="wwww1928" url="/whisper" method="GET">415-555-1234</Number>
<Sip username="u" password="p" url="/w">sip:agent@example.com;transport=tcp?X-A=1</Sip></Dial>`,
      ),
    ).toEqual({
      name: 'Dial',
      line: 1,
      action: '/d',
      method: 'GET',
      timeoutSeconds: 12,
      callerId: '+14155550100',
      referUrl: '/r',
      referMethod: 'GET',
      hangupOnStar: true,
      timeLimitSeconds: 60,
      answerOnBridge: true,
      targets: [
        { kind: 'number', line: 2, number: '415-555-1234', sendDigits: 'wwww1928', url: '/whisper', method: 'GET' },
        {
          kind: 'sip',
          line: 3,
          uri: 'sip:agent@example.com;transport=tcp?X-A=1',
          username: 'u',
          password: 'p',
          url: '/w',
          method: 'POST',
        },
      ],
    });
  });

  it('keeps their order and their lines', () => {
    const { verbs } = read('<Response>\n  <Say>a</Say>\n\n  <Play\n    loop="2">b</Play>\r\n<Hangup/></Response>');
    expect(verbs.map(({ name, line }) => [name, line])).toEqual([
      ['Say', 2],
      ['Play', 4],
      ['Hangup', 6],
    ]);
  });

  it('reads the text of speech markup', () => {
    expect(
      verb('Say', '<Say>One<break strength="x-weak"/><emphasis>two</emphasis> <prosody>three</prosody>\n four</Say>')
        .text,
    ).toBe('One two three four');
  });
});

describe("a wrong value has Twilio's code and its line, and the default holds", () => {
  it.each([
    ['13510@2', '<Say loop="-1">x</Say>', { loop: 1 }],
    ['13510@2', '<Say loop="1.5">x</Say>', { loop: 1 }],
    ['13511@2', '<Say voice="-f /etc/passwd">x</Say>', { text: 'x' }],
    ['13512@2', '<Say language="English (US)">x</Say>', { text: 'x' }],
    ['13321@2', '<Gather><Say voice="a b">x</Say></Gather>', { nested: [{ text: 'x' }] }],
    ['13322@2', '<Gather><Say loop="x">x</Say></Gather>', { nested: [{ loop: 1 }] }],
    ['13249@2', '<Dial><Sip username="a&#10;b">sip:a@b.example</Sip></Dial>', {}],
    ['13410@2', '<Play loop="many">x</Play>', { loop: 1 }],
    ['13430@2', '<Play digits="12x">x</Play>', { url: 'x' }],
    ['13910@2', '<Pause length="0"/>', { seconds: 1 }],
    ['13910@2', '<Pause length="1e3"/>', { seconds: 1 }],
    ['13310@2', '<Gather finishOnKey="x"/>', { finishOnKey: '#' }],
    ['13311@2', '<Gather finishOnKey="12"/>', { finishOnKey: '#' }],
    ['13312@2', '<Gather method="PUT"/>', { method: 'POST' }],
    ['13313@2', '<Gather timeout="soon"/>', { timeoutSeconds: 5 }],
    ['13314@2', '<Gather numDigits="0"/>', {}],
    ['13326@2', '<Gather input="dtmf speech"/>', { input: 'dtmf' }],
    ['13338@2', '<Gather actionOnEmptyResult="yes"/>', { actionOnEmptyResult: false }],
    ['13210@2', '<Dial method="HEAD">1</Dial>', { method: 'POST' }],
    ['13212@2', '<Dial timeout="601">1</Dial>', { timeoutSeconds: 30 }],
    ['13213@2', '<Dial hangupOnStar="1">1</Dial>', { hangupOnStar: false }],
    ['13214@2', '<Dial callerId="a&#13;&#10;X: y">1</Dial>', {}],
    ['13216@2', '<Dial timeLimit="x">1</Dial>', {}],
    ['13219@2', '<Dial answerOnBridge="on">1</Dial>', { answerOnBridge: false }],
    ['13221@2', '<Dial><Number method="X">1</Number></Dial>', {}],
    ['13222@2', '<Dial><Number sendDigits="1 2">1</Number></Dial>', {}],
    ['13241@2', '<Dial><Sip method="X">sip:a@b.example</Sip></Dial>', {}],
    ['13710@2', '<Redirect method="X">/a</Redirect>', { method: 'POST' }],
    ['13810@2', '<Reject reason="tired"/>', { reason: 'rejected' }],
    ['12200@2', '<Refer method="X"><Sip>sip:a@b.example</Sip></Refer>', { method: 'POST' }],
  ])('%s: %s', (problem, xml, rest) => {
    const { verbs, warnings } = read(`<Response>\n${xml}</Response>`);
    expect(warnings.map(({ code, line }) => `${code}@${line}`)).toEqual([problem]);
    expect(warnings[0]).toMatchObject({
      fatal: false,
      text: expect.stringMatching(/^(The attribute \w+ of <|<Gather>)/),
    });
    expect(verbs).toMatchObject([rest]);
  });

  it('says which attribute, of which element, and what it must be', () => {
    expect(read('<Response>\n\n<Dial timeout="x">1</Dial></Response>').warnings).toEqual([
      {
        code: 13212,
        text: 'The attribute timeout of <Dial> must be a whole number from 1 to 600; it is ignored.',
        line: 3,
        fatal: false,
      },
    ]);
  });
});

describe('what does not belong', () => {
  it.each([
    ['an unknown verb', '<Hangup/>\n<Shout>x</Shout>', '12200@2'],
    ['a noun as a verb', '\n<Sip>sip:a@b.example</Sip>', '12200@2'],
    ['text between verbs', 'hello', '12200@1'],
    ['an unknown attribute', '<Say>a</Say>\n<Pause lenght="2"/>', '12200@2'],
    ['an attribute that is not built', '\n<Dial record="true">1</Dial>', '12200@2'],
    ['an attribute of another case', '<Dial callerid="1">1</Dial>', '12200@1'],
    ['a verb in <Gather> that cannot be there', '<Gather>\n<Dial>1</Dial></Gather>', '13320@2'],
    ['a verb in <Dial>', '<Dial>\n<Say>a</Say><Number>1</Number></Dial>', '13215@2'],
    ['text beside nouns', '<Dial>1<Number>2</Number></Dial>', '13215@1'],
    ['nobody to call', '<Dial/>', '13223@1'],
    ['an empty number', '<Dial>\n<Number/><Number>1</Number></Dial>', '13223@2'],
    ['an attribute on <Hangup>', '<Hangup reason="x"/>', '12200@1'],
    ['an empty <Say>', '<Say> </Say>', '13520@1'],
    ['a <Play> of nothing', '<Play/>', '11100@1'],
    ['a <Refer> of nothing', '<Refer/>', '12200@1'],
    ['a <Refer> with its URI as text', '<Refer>sip:a@b.example</Refer>', '12200@1'],
    ['a <Refer> to a number', '<Refer><Number>+14155551234</Number></Refer>', '12200@1'],
    ['a second <Sip> in <Refer>', '<Refer><Sip>sip:a@b.example</Sip>\n<Sip>sip:c@d.example</Sip></Refer>', '12200@2'],
  ])('%s is a warning: %s', (_, inner, problem) => {
    expect(warned(inner)).toEqual([problem]);
  });

  it.each([
    'tel:+14155551234',
    'alice',
    'sip:',
    'http://example.com',
    'sip:a b@c.example',
    'sip:a@b.example&#13;&#10;X-Evil: 1',
    '&lt;sip:a@b.example&gt;',
  ])('a <Refer> and a <Dial> to %s: 13243, and the verb is skipped', (uri) => {
    expect(warned(`<Refer>\n<Sip>${uri}</Sip></Refer>`)).toEqual(['13243@2']);
    expect(read(`<Response><Refer><Sip>${uri}</Sip></Refer><Hangup/></Response>`).verbs).toMatchObject([
      { name: 'Hangup' },
    ]);
    expect(warned(`<Dial>\n<Sip>${uri}</Sip></Dial>`)).toEqual(['13243@2', '13223@1']);
  });

  it('a URI with a line break, wherever it stands, never reaches a header field', () => {
    const uri = 'sip:al%20ice:pw@example.com:5060;transport=tcp;lr?X-A=1&amp;X-B=2';
    for (let at = 1; at < uri.length; at++) {
      for (const character of ['&#13;', '&#10;', '\n', '&#9;', '&#127;']) {
        const xml = `<Response><Refer><Sip>${uri.slice(0, at)}${character}${uri.slice(at)}</Sip></Refer></Response>`;
        const result = parseTwiml(xml);
        expect(result.ok ? result.value.verbs : []).toEqual([]);
      }
    }
  });

  it('a name in the wrong case is answered with the right one', () => {
    expect(read('<Response><say>x</say></Response>').warnings[0]!.text).toBe(
      '<say> is not a verb, <Say> is: names are case-sensitive; it is skipped.',
    );
  });

  it('leaves the rest of the document as it is', () => {
    expect(read('<Response><Shout/><Say>a</Say><Play/><Hangup/></Response>').verbs).toMatchObject([
      { name: 'Say' },
      { name: 'Hangup' },
    ]);
  });

  it('is cut where <Say> is too long', () => {
    const { verbs, warnings } = read(`<Response><Say>${'a'.repeat(5000)}</Say></Response>`);
    expect(warnings).toMatchObject([{ code: 13521 }]);
    expect(verbs).toMatchObject([{ text: 'a'.repeat(4096) }]);
  });
});

describe('what is not built', () => {
  it.each(['Enqueue', 'Record', 'Connect', 'Start', 'Pay', 'Leave', 'Sms'])(
    '<%s> refuses the document and is named',
    (name) => {
      expect(refusal(`<Response>\n<Say>a</Say>\n<${name}>x</${name}></Response>`)).toEqual({
        code: 13750,
        text: `<${name}> is not supported here.`,
        line: 3,
        fatal: true,
      });
    },
  );

  it.each(['Client', 'Conference', 'Queue'])('so does <%s> in <Dial>', (name) => {
    expect(refusal(`<Response><Dial>\n<${name}>x</${name}></Dial></Response>`)).toMatchObject({ code: 13750, line: 2 });
  });
});

import { describe, expect, it } from 'vitest';
import {
  bodyText,
  isSipUri,
  parseContacts,
  parseNameAddr,
  parseUri,
  parseVia,
  printMessage,
} from '../../src/core/message/index.ts';
import type { SipUri } from '../../src/core/message/index.ts';
import { accepted, lines, must, parsedResponse, verdict, wire } from './wire.ts';

function sip(text: string): SipUri {
  const uri = must(parseUri(text));
  if (!isSipUri(uri)) throw new Error('not a SIP URI');
  return uri;
}

describe('RFC 4475 §3.1.1, valid messages', () => {
  it('RFC 4475 3.1.1.1 wsinv: blanks, folds, compact forms and odd letter case are read as if written plainly', () => {
    const request = accepted(
      wire(
        [
          'INVITE sip:ben@patchcord.test;oddparam SIP/2.0',
          'tO :',
          ' sip:ben@patchcord.test ;   tag    = 77',
          'f   : "Anna \\\\\\""    <sip:anna@patchcord.test>',
          '  ;',
          '  tag = a1',
          'mAx-fOrWaRdS: 0070',
          'i: ws.1@desk.patchcord.test',
          'Content-Length   : 4',
          'cseq: 0007',
          '  INVITE',
          'vIA  : SIP  /   2.0',
          ' /UDP',
          '    192.0.2.9;branch=abc',
          's :',
          'FutureField:   one',
          ' two',
          'FieldOfSigns: ;;,,;;,;',
          'Route:',
          ' <sip:proxy.patchcord.test;lr;x=y;z>',
          'v:  SIP  / 2.0  / TCP     second.patchcord.test   ;',
          '  branch  =   z9hG4bK2  ,',
          ' SIP  /    2.0   / UDP  192.0.2.77   ; branch=',
          ' z9hG4bK3',
          'm:"Quoted \\"\\"" <sip:anna@patchcord.test> ; fresh =',
          '      value ;',
          '  flag ; q = 0.5',
        ],
        'v=0\n',
      ),
    );
    const { head } = request;
    expect(head.toTag).toBe('77');
    expect(head.from.displayName).toBe('Anna \\"');
    expect(head.fromTag).toBe('a1');
    expect(head.cseq).toEqual({ number: 7, method: 'INVITE' });
    expect(head.via).toMatchObject({ transport: 'UDP', host: '192.0.2.9' });
    expect(request.headers.get('Subject')).toBe('');
    expect(request.headers.get('futurefield')).toBe('one two');
    expect(request.headers.get('FieldOfSigns')).toBe(';;,,;;,;');
    const vias = request.headers.all('Via').map((value) => must(parseVia(value)));
    expect(vias.map((via) => [via.transport, via.params.get('branch')])).toEqual([
      ['UDP', 'abc'],
      ['TCP', 'z9hG4bK2'],
      ['UDP', 'z9hG4bK3'],
    ]);
    const contact = must(parseNameAddr(request.headers.get('Contact')!));
    expect(contact.displayName).toBe('Quoted ""');
    expect([...contact.params]).toEqual([
      ['fresh', 'value'],
      ['flag', undefined],
      ['q', '0.5'],
    ]);
  });

  it('RFC 4475 3.1.1.2 intmeth: every character the grammar allows in methods, names, tags and URIs is taken', () => {
    const method = "!Odd-Method0123456789_*+`.%really'~";
    const request = accepted(
      wire(
        lines(`${method} sip:1_x~(to-be!)&isn't+it$/crazy?,/;;*:&pass=1,weird!*$wo~d_(so)@patchcord.test SIP/2.0`, {
          CSeq: `99 ${method}`,
          To: '"BEL:\\\u0007 NUL:\\\u0000 DEL:\\\u007F" <sip:1_x?,/;;*@patchcord.test>',
          From: `tok~\` tok'+_ tok*%!.- <sip:anna@patchcord.test>;odd'~+*_!.-%="работающий";tag=_t~1'+\`*%!-.`,
          'Call-ID': 'word%ZK-!.*_+\'@word`~)(><:\\/"][?}{',
          "field-!.%*+_`'~": '\uFEFF大停電',
        }),
      ),
    );
    expect(request.method).toBe(method);
    const uri = sip(request.uri);
    expect(uri.user).toBe("1_x~(to-be!)&isn't+it$/crazy?,/;;*");
    expect(uri.password).toBe('&pass=1,weird!*$wo~d_(so)');
    expect(request.head.to.displayName).toBe('BEL:\u0007 NUL:\u0000 DEL:\u007F');
    expect(request.head.from.params.get("odd'~+*_!.-%")).toBe('работающий');
    expect(request.headers.get("field-!.%*+_`'~")).toBe('\uFEFF大停電');
  });

  it('RFC 4475 3.1.1.3 esc01: escapes in URIs are undone once, and only where they have meaning', () => {
    const request = accepted(
      wire(
        lines('INVITE sip:sips%3Aanna%40patchcord.test@other.test SIP/2.0', {
          To: 'sip:%62%65n@patchcord.test',
          From: '<sip:I%20have%20blanks@patchcord.test>;tag=1',
          Contact: '<sip:c%6Cer@patchcord.test;%6C%72;n%61me=v%61lue%25%34%31>',
        }),
      ),
    );
    expect(sip(request.uri)).toMatchObject({ user: 'sips:anna@patchcord.test', host: 'other.test' });
    expect(request.head.to.uri).toMatchObject({ user: 'ben' });
    expect(request.head.from.uri).toMatchObject({ user: 'I have blanks' });
    const contact = must(parseNameAddr(request.headers.get('Contact')!)).uri as SipUri;
    expect([...contact.params]).toEqual([
      ['lr', undefined],
      ['name', 'value%41'],
    ]);
  });

  it('RFC 4475 3.1.1.4 escnull: an escaped null is a character of the user part and ends nothing', () => {
    const request = accepted(
      wire([
        ...lines('REGISTER sip:patchcord.test SIP/2.0', { To: 'sip:a-%00-b@patchcord.test' }),
        'Contact: <sip:%00@desk.patchcord.test>',
        'Contact: <sip:%00%00@desk.patchcord.test>',
      ]),
    );
    expect(request.head.to.uri).toMatchObject({ user: 'a-\0-b' });
    const contacts = must(parseContacts(request.headers));
    expect(contacts).toMatchObject([{ uri: { user: '\0' } }, { uri: { user: '\0\0' } }]);
  });

  it('RFC 4475 3.1.1.5 esc02: a percent sign outside URIs escapes nothing', () => {
    const request = accepted(
      wire([
        ...lines('RE%47IST%45R sip:patchcord.test SIP/2.0', {
          To: '"%Z%45" <sip:ben@patchcord.test>',
          Via: 'SIP/2.0/TCP desk.patchcord.test;branch=z9hG4bK209%fzsnel234',
        }),
        'Contact: <sip:one@patchcord.test>',
        'C%6Fntact: <sip:two@patchcord.test>',
        'Contact: <sip:three@patchcord.test>',
      ]),
    );
    expect(request.method).toBe('RE%47IST%45R');
    expect(request.head.to.displayName).toBe('%Z%45');
    expect(request.head.via.params.get('branch')).toBe('z9hG4bK209%fzsnel234');
    expect(request.headers.count('Contact')).toBe(2);
  });

  it('RFC 4475 3.1.1.6 lwsdisp: a display name needs no blank before its bracket', () => {
    const request = accepted(
      wire(lines('OPTIONS sip:ben@patchcord.test SIP/2.0', { From: 'anna<sip:anna@patchcord.test>;tag=3' })),
    );
    expect(request.head.from).toMatchObject({ displayName: 'anna', uri: { user: 'anna' } });
  });

  it('RFC 4475 3.1.1.7 longreq: long values of every kind are read in full', () => {
    const long = 'extreme'.repeat(60);
    const request = accepted(
      wire(
        [
          ...lines('INVITE sip:ben@patchcord.test SIP/2.0', {
            To: `"A name of ${long} length"<sip:ben@patchcord.test:6000;p1=${long};p2=b${long}>`,
            From: `sip:${long}@patchcord.test;tag=${long};x=${long}`,
            'Call-ID': `${long}@patchcord.test`,
            [`Unknown-${long}`]: `unknown-${long}; x=${long}`,
          }),
          ...Array.from({ length: 30 }, (_, i) => `Via: SIP/2.0/TCP sip${i}.patchcord.test;x=${long}`),
        ],
        'v=0\r\n',
      ),
    );
    expect(request.head.fromTag).toBe(long);
    expect(request.head.callId).toBe(`${long}@patchcord.test`);
    expect(request.headers.all('Via')).toHaveLength(31);
    expect(request.head.to.uri).toMatchObject({ port: 6000 });
  });

  it('RFC 4475 3.1.1.8 dblreq: what follows the announced body in a datagram is no part of the message', () => {
    const first = wire(lines('REGISTER sip:patchcord.test SIP/2.0', { 'Content-Length': '0' }));
    const second = wire(lines('INVITE sip:ben@patchcord.test SIP/2.0'));
    const request = accepted(Buffer.concat([first, Buffer.from('\r\n'), second]));
    expect(request.method).toBe('REGISTER');
    expect(request.body).toHaveLength(0);
  });

  it('RFC 4475 3.1.1.9 semiuri: a semicolon before the @ belongs to the user part', () => {
    const request = accepted(wire(lines('OPTIONS sip:ben;par=u%40other.test@patchcord.test SIP/2.0')));
    const uri = sip(request.uri);
    expect(uri).toMatchObject({ user: 'ben;par=u@other.test', host: 'patchcord.test' });
    expect(uri.params.size).toBe(0);
  });

  it('RFC 4475 3.1.1.10 transports: Via names any transport, known or not', () => {
    const names = ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'];
    const request = accepted(
      wire([
        ...lines('OPTIONS sip:ben@patchcord.test SIP/2.0', { Via: null }),
        ...names.map((name, i) => `Via: SIP/2.0/${name} t${i}.patchcord.test;branch=z9hG4bK${i}`),
      ]),
    );
    expect(request.headers.all('Via').map((value) => must(parseVia(value)).transport)).toEqual(names);
  });

  it('RFC 4475 3.1.1.11 mpart01: a multipart body with binary parts survives parsing and printing', () => {
    const body = Buffer.concat([
      Buffer.from(
        '--edge\r\nContent-Type: text/plain\r\n\r\nHello\r\n--edge\r\nContent-Type: application/octet-stream\r\n\r\n',
      ),
      Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
      Buffer.from('\r\n\r\n--edge--\r\n'),
    ]);
    const request = accepted(
      wire(
        lines('MESSAGE sip:ben@patchcord.test SIP/2.0', {
          'Content-Type': 'multipart/mixed;boundary=edge',
          'Content-Length': String(body.length),
        }),
        body,
      ),
    );
    expect(Buffer.from(request.body).equals(body)).toBe(true);
    expect(printMessage(request).subarray(-body.length).equals(body)).toBe(true);
  });

  it('RFC 4475 3.1.1.12 unreason: a reason phrase of signs and Cyrillic letters is kept', () => {
    const reason = '= 2**3 * 5**2 но сто девяносто девять - простое';
    const bytes = wire(
      lines(`SIP/2.0 200 ${reason}`, { CSeq: '35 INVITE', 'Max-Forwards': null, 'Content-Length': '3' }),
      'v=0',
    );
    const response = parsedResponse(bytes);
    expect(verdict(bytes)).toBeUndefined();
    expect(response.reason).toBe(reason);
    expect(bodyText(response)).toBe('v=0');
    expect(printMessage(response).toString('utf8')).toContain(`SIP/2.0 200 ${reason}\r\n`);
  });

  it('RFC 4475 3.1.1.13 noreason: the reason phrase may be empty', () => {
    const bytes = wire(lines('SIP/2.0 100 ', { CSeq: '35 INVITE' }));
    expect(verdict(bytes)).toBeUndefined();
    expect(parsedResponse(bytes)).toMatchObject({ status: 100, reason: '' });
    expect(printMessage(parsedResponse(bytes)).toString('utf8')).toMatch(/^SIP\/2\.0 100 \r\n/);
  });
});

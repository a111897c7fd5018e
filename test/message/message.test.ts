import { describe, expect, it } from 'vitest';
import {
  SipRequest,
  Headers,
  bodyText,
  checkRequest,
  createRequest,
  createResponse,
  printMessage,
  readHead,
  reasonPhrase,
} from '../../src/core/message/index.ts';
import { accepted, lines, parsedRequest, verdict, wire } from './wire.ts';

const invite = 'INVITE sip:ben@patchcord.test SIP/2.0';

describe('head', () => {
  it('is read once and kept as long as the headers stay the same', () => {
    const request = accepted(wire(lines(invite)));
    expect(request.head).toBe(request.head);
  });

  it('is read again after a field was set, appended, prepended or deleted', () => {
    const request = accepted(wire(lines(invite)));
    expect(request.head.toTag).toBeUndefined();
    request.headers.set('To', '<sip:ben@patchcord.test>;tag=t');
    expect(request.head.toTag).toBe('t');
    request.headers.prepend('Via', 'SIP/2.0/TCP proxy.test;branch=z9hG4bK9');
    expect(request.head.via.host).toBe('proxy.test');
    request.headers.delete('Via');
    expect(readHead(request)).toMatchObject({ ok: false, error: { status: 400 } });
  });

  it('is read again when the message got other headers', () => {
    const request = accepted(wire(lines(invite)));
    expect(request.head.callId).toBe('c1@desk.patchcord.test');
    request.headers = accepted(wire(lines(invite, { 'Call-ID': 'c2' }))).headers;
    expect(request.head.callId).toBe('c2');
  });

  it('throws only for who did not check', () => {
    const request = new SipRequest('INVITE', 'sip:a@b', new Headers());
    expect(readHead(request).ok).toBe(false);
    expect(() => request.head).toThrow(/unchecked/);
  });
});

describe('a response', () => {
  it.each([undefined, Number.NaN, 0, 99, 700, 1000, 200.5, '486'])('has no status %j: it is 500', (status) => {
    const request = accepted(wire(lines(invite)));
    const [line] = printMessage(createResponse(request, status as number))
      .toString()
      .split('\r\n');
    expect(line).toBe('SIP/2.0 500 Server Internal Error');
  });
});

describe('checkRequest', () => {
  it.each(['Via', 'From', 'To', 'Call-ID', 'CSeq'])('asks for %s', (name) => {
    const problem = verdict(wire(lines(invite, { [name]: null })));
    expect(problem?.status).toBe(400);
    expect(problem?.detail).toContain(name);
    expect(verdict(wire(lines(invite, { [name]: '' })))?.status).toBe(400);
  });

  it.each(['INVITE sip:a%@b SIP/2.0', 'INVITE sip: SIP/2.0', 'INVITE ben SIP/2.0', 'INVITE sip:a@b:99999 SIP/2.0'])(
    'refuses %s with 400',
    (line) => {
      expect(verdict(wire(lines(line)))?.status).toBe(400);
    },
  );

  it('leaves a tel Request-URI to those who route numbers', () => {
    expect(verdict(wire(lines('INVITE tel:+14155550100 SIP/2.0')))).toBeUndefined();
  });

  it.each([
    ['From', '<sip:a@b'],
    ['To', '<sip:a b@c>'],
    ['Contact', '<sip:a@b:0>'],
    ['Contact', '*'],
    ['Route', '<sip:a@b>, nonsense'],
    ['Record-Route', '<>'],
    ['Call-ID', 'a b'],
    ['Max-Forwards', '256'],
    ['Max-Forwards', '-1'],
    ['CSeq', '1 invite'],
    ['Via', 'SIP/2.0/UDP'],
  ])('refuses %s: %s with 400', (name, value) => {
    expect(verdict(wire(lines(invite, { [name]: value })))?.status).toBe(400);
  });

  it('allows Contact: * in REGISTER alone', () => {
    expect(verdict(wire(lines('REGISTER sip:patchcord.test SIP/2.0', { Contact: '*', Expires: '0' })))).toBeUndefined();
  });

  it.each(['Content-Type: a/b', 'Expires: 5', 'Event: refer'])('refuses %s twice', (line) => {
    expect(verdict(wire([...lines(invite), line, line]))?.status).toBe(400);
  });

  it('leaves two Refer-To to the transfer, which says more about it', () => {
    const request = accepted(wire([...lines('REFER sip:a@b SIP/2.0'), 'Refer-To: <sip:c@d>', 'r: <sip:e@f>']));
    expect(request.headers.count('Refer-To')).toBe(2);
  });

  it('finds a Content-Length beyond a body that was cut afterwards', () => {
    const request = accepted(wire(lines(invite, { 'Content-Length': '3' }), 'abc'));
    request.body = request.body.subarray(1);
    expect(checkRequest(request)?.status).toBe(400);
  });
});

describe('createRequest', () => {
  it('keeps the fields in their order and adds Max-Forwards where it is missing', () => {
    const headers: [string, string][] = [
      ['To', '<sip:ben@patchcord.test>'],
      ['f', '<sip:anna@patchcord.test>;tag=1'],
    ];
    const request = createRequest({ method: 'OPTIONS', uri: 'sip:ben@patchcord.test', headers, body: 'é' });
    expect([...request.headers.entries()].map(([name]) => name)).toEqual(['To', 'From', 'Max-Forwards']);
    expect(request.headers.get('Max-Forwards')).toBe('70');
    expect(request.body).toHaveLength(2);
    const forwarded = createRequest({ method: 'OPTIONS', uri: 'sip:a', headers: [['Max-Forwards', '9']] });
    expect(forwarded.headers.fields('Max-Forwards')).toEqual(['9']);
  });
});

describe('createResponse, RFC 3261 §8.2.6', () => {
  const request = parsedRequest(
    wire([
      ...lines(invite, { Via: 'SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b;branch=2', Timestamp: '54', Subject: 'x' }),
      'v: SIP/2.0/UDP c;branch=3',
    ]),
  );

  it('copies every Via in order, From, To, Call-ID and CSeq, and tags To', () => {
    const response = createResponse(request, 180, undefined, {
      toTag: 'mine',
      headers: [['Contact', '<sip:me@x>']],
      body: 'v=0',
    });
    expect(response).toMatchObject({ status: 180, reason: 'Ringing' });
    expect([...response.headers.entries()]).toEqual([
      ['Via', 'SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b;branch=2'],
      ['Via', 'SIP/2.0/UDP c;branch=3'],
      ['From', '<sip:anna@patchcord.test>;tag=a1'],
      ['To', '<sip:ben@patchcord.test>;tag=mine'],
      ['Call-ID', 'c1@desk.patchcord.test'],
      ['CSeq', '1 INVITE'],
      ['Contact', '<sip:me@x>'],
    ]);
    expect(bodyText(response)).toBe('v=0');
    expect(response.head.toTag).toBe('mine');
  });

  it('adds no tag to a 100, and copies Timestamp', () => {
    const response = createResponse(request, 100, undefined, { toTag: 'mine' });
    expect(response.head.toTag).toBeUndefined();
    expect(response.headers.get('Timestamp')).toBe('54');
  });

  it('leaves a To tag that the request has', () => {
    const inDialog = parsedRequest(wire(lines('BYE sip:a@b SIP/2.0', { To: 'sip:ben@patchcord.test ; Tag=theirs' })));
    const response = createResponse(inDialog, 200, 'Fine', { toTag: 'mine' });
    expect(response.headers.get('To')).toBe('sip:ben@patchcord.test ; Tag=theirs');
    expect(response.reason).toBe('Fine');
  });

  it('tags a To without angle brackets, where the tag is the header’s', () => {
    const bare = parsedRequest(wire(lines(invite, { To: 'sip:ben@patchcord.test' })));
    expect(createResponse(bare, 486, undefined, { toTag: 'mine' }).head.toTag).toBe('mine');
  });

  it('knows reason phrases, and falls back on those of the class', () => {
    expect([200, 202, 299, 486, 499, 603, 699, 999].map(reasonPhrase)).toEqual([
      'OK',
      'Accepted',
      'OK',
      'Busy Here',
      'Bad Request',
      'Decline',
      'Busy Everywhere',
      'Unknown',
    ]);
  });
});

describe('printMessage', () => {
  it('writes the length of the body in place of whatever Content-Length said', () => {
    const request = createRequest({
      method: 'MESSAGE',
      uri: 'sip:a@b',
      headers: [
        ['l', '7'],
        ['Subject', 'x'],
        ['Content-Length', '8'],
      ],
      body: 'né',
    });
    expect(printMessage(request).toString()).toBe(
      'MESSAGE sip:a@b SIP/2.0\r\nContent-Length: 3\r\nSubject: x\r\nMax-Forwards: 70\r\n\r\nné',
    );
  });

  it('adds Content-Length last where there is none', () => {
    const request = createRequest({ method: 'BYE', uri: 'sip:a@b', headers: [] });
    expect(printMessage(request).toString()).toBe(
      'BYE sip:a@b SIP/2.0\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n',
    );
  });

  it('cannot be made to write fields by a URI or a reason with line breaks', () => {
    const request = createRequest({ method: 'BYE', uri: 'sip:a@b SIP/2.0\r\nX-Evil: 1\r\n', headers: [] });
    const response = createResponse(request, 500, 'a\r\nX-Evil: 1');
    for (const message of [request, response]) expect(printMessage(message).toString()).not.toContain('\r\nX-Evil');
  });
});

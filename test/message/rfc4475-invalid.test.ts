import { describe, expect, it } from 'vitest';
import { createResponse, parseContacts, parseDate, parseSeconds, printMessage } from '../../src/core/message/index.ts';
import type { NameAddr } from '../../src/core/message/index.ts';
import { accepted, failure, lines, must, parsedRequest, verdict, wire } from './wire.ts';

const options = 'OPTIONS sip:ben@patchcord.test SIP/2.0';
const invite = 'INVITE sip:ben@patchcord.test SIP/2.0';

/** The only contact of a REGISTER with this Contact. */
function registered(contact: string): NameAddr {
  const request = accepted(wire(lines('REGISTER sip:patchcord.test SIP/2.0', { Contact: contact })));
  const contacts = must(parseContacts(request.headers));
  if (contacts === '*' || contacts.length !== 1) throw new Error('not one contact');
  return contacts[0]!;
}

describe('RFC 4475 §3.1.2, invalid messages', () => {
  it.each([
    ['Via', { Via: 'SIP/2.0/UDP 192.0.2.15;;,;,,' }],
    ['Contact', { Contact: '"Joe" <sip:joe@patchcord.test>;;;;' }],
  ])('RFC 4475 3.1.2.1 badinv01: stray separators in %s get 400', (_, changes) => {
    expect(verdict(wire(lines(invite, changes)))).toMatchObject({ status: 400 });
  });

  it('RFC 4475 3.1.2.2 clerr: fewer bytes than Content-Length announces get 400, and the request can be answered', () => {
    const found = failure(wire(lines(invite, { 'Content-Length': '9999' }), 'v=0\r\n'));
    expect(found.problem).toMatchObject({ status: 400, reason: 'Bad Request' });
    const response = createResponse(found.request!, found.problem.status, found.problem.reason, { toTag: 't' });
    expect(printMessage(response).toString()).toContain('To: <sip:ben@patchcord.test>;tag=t\r\n');
  });

  it('RFC 4475 3.1.2.3 ncl: a negative Content-Length gets 400', () => {
    const found = failure(wire(lines(invite, { 'Content-Length': '-999' }), 'v=0\r\n'));
    expect(found).toMatchObject({ problem: { status: 400 }, isResponse: false });
    expect(found.request?.method).toBe('INVITE');
  });

  it('RFC 4475 3.1.2.4 scalar02: a CSeq beyond its range gets 400; an Expires beyond its range is capped', () => {
    expect(verdict(wire(lines(options, { CSeq: '36893488147419103232 OPTIONS' })))).toMatchObject({ status: 400 });
    expect(verdict(wire(lines(options, { CSeq: '2147483648 OPTIONS' })))).toMatchObject({ status: 400 });
    expect(accepted(wire(lines(options, { CSeq: '2147483647 OPTIONS' }))).head.cseq.number).toBe(2_147_483_647);
    expect(verdict(wire(lines(options, { 'Max-Forwards': '300' })))).toMatchObject({ status: 400 });
    expect(parseSeconds('1'.padEnd(101, '0'))).toBe(4_294_967_295);
  });

  it('RFC 4475 3.1.2.5 scalarlg: a response whose CSeq is beyond its range is to be dropped', () => {
    const bytes = wire(lines('SIP/2.0 503 Service Unavailable', { CSeq: '9292394834772304023312 OPTIONS' }));
    expect(verdict(bytes)).toMatchObject({ status: 400 });
  });

  it('RFC 4475 3.1.2.6 quotbal: a display name whose quote is never closed gets 400', () => {
    expect(verdict(wire(lines(invite, { To: '"Mr. Ben <sip:ben@patchcord.test>' })))).toMatchObject({ status: 400 });
  });

  it('RFC 4475 3.1.2.7 ltgtruri: a Request-URI in angle brackets gets 400', () => {
    expect(verdict(wire(lines('INVITE <sip:ben@patchcord.test> SIP/2.0')))).toMatchObject({ status: 400 });
  });

  it('RFC 4475 3.1.2.8 lwsruri: a blank inside the Request-URI gets 400', () => {
    const found = failure(wire(lines('INVITE sip:ben@patchcord.test; lr SIP/2.0')));
    expect(found.problem.status).toBe(400);
    expect(found.request?.method).toBe('INVITE');
  });

  it('RFC 4475 3.1.2.9 lwsstart: more than one space between the parts of the Request-Line gets 400', () => {
    const found = failure(wire(lines('INVITE  sip:ben@patchcord.test  SIP/2.0', { CSeq: '1 INVITE' })));
    expect(found.problem.status).toBe(400);
    expect(found.request).toBeDefined();
  });

  it('RFC 4475 3.1.2.10 trws: spaces at the end of the Request-Line get 400', () => {
    const found = failure(wire(lines('OPTIONS sip:ben@patchcord.test SIP/2.0  ')));
    expect(found.problem.status).toBe(400);
    expect(found.request?.uri).toBe('sip:ben@patchcord.test');
  });

  it('RFC 4475 3.1.2.11 escruri: headers in the Request-URI get 400', () => {
    const bytes = wire(lines('INVITE sip:ben@patchcord.test?Route=%3Csip:patchcord.test%3E SIP/2.0'));
    expect(verdict(bytes)).toMatchObject({ status: 400 });
  });

  it('RFC 4475 3.1.2.12 baddate: a Date that is not in GMT is an error to whoever needs it, and to nobody else', () => {
    const request = accepted(wire(lines(invite, { Date: 'Fri, 01 Jan 2010 16:00:00 EST' })));
    expect(parseDate(request.headers.get('Date')!).ok).toBe(false);
    expect(must(parseDate('Fri, 01 Jan 2010 16:00:00 GMT'))).toBe(1_262_361_600_000);
  });

  it('RFC 4475 3.1.2.13 regbadct: a Contact whose URI has headers but no angle brackets gets 400', () => {
    const changes = { Contact: 'sip:ben@patchcord.test?Route=%3Csip:proxy.test%3E' };
    expect(verdict(wire(lines('REGISTER sip:patchcord.test SIP/2.0', changes)))).toMatchObject({ status: 400 });
  });

  it('RFC 4475 3.1.2.14 badaspec: blanks within the angle brackets get 400', () => {
    expect(verdict(wire(lines(options, { To: '"Watson" < sip:ben@patchcord.test >' })))).toMatchObject({ status: 400 });
  });

  it('RFC 4475 3.1.2.15 baddn: a comma in a display name without quotes gets 400', () => {
    expect(verdict(wire(lines(options, { From: 'Bell, Anna <sip:anna@patchcord.test>;tag=1' })))).toMatchObject({
      status: 400,
    });
  });

  it('RFC 4475 3.1.2.16 badvers: a request of another SIP version gets 505', () => {
    const found = failure(
      wire(lines('OPTIONS sip:ben@patchcord.test SIP/7.0', { Via: 'SIP/7.0/UDP desk.patchcord.test;branch=z9hG4bK1' })),
    );
    expect(found.problem).toMatchObject({ status: 505, reason: 'Version Not Supported' });
    expect(found.request?.head.via.host).toBe('desk.patchcord.test');
  });

  it('RFC 4475 3.1.2.17 mismatch01: a CSeq that names another known method gets 400', () => {
    expect(verdict(wire(lines(options, { CSeq: '8 INVITE' })))).toMatchObject({ status: 400 });
  });

  it('RFC 4475 3.1.2.18 mismatch02: a CSeq that names another method than the unknown one gets 501', () => {
    expect(verdict(wire(lines('NEWMETHOD sip:ben@patchcord.test SIP/2.0', { CSeq: '8 INVITE' })))).toMatchObject({
      status: 501,
    });
  });

  it('RFC 4475 3.1.2.19 bigcode: a response whose status is beyond three digits is no message', () => {
    const found = failure(wire(lines('SIP/2.0 4294967301 better not break the receiver', { CSeq: '1 INVITE' })));
    expect(found.isResponse).toBe(true);
    expect(found.request).toBeUndefined();
  });
});

describe('RFC 4475 §3.2 to §3.4, messages that upper layers decide about', () => {
  it('RFC 4475 3.2.1 badbranch: a branch that is the magic cookie alone is read as it is', () => {
    const request = accepted(wire(lines(options, { Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK' })));
    expect(request.head.via.params.get('branch')).toBe('z9hG4bK');
  });

  it('RFC 4475 3.3.1 insuf: a request without Call-ID, From and To gets 400', () => {
    const bytes = wire(lines(invite, { 'Call-ID': null, From: null, To: null }));
    expect(verdict(bytes)).toMatchObject({ status: 400 });
    expect(createResponse(parsedRequest(bytes), 400).headers.get('CSeq')).toBe('1 INVITE');
  });

  it('RFC 4475 3.3.2 unkscm: an unknown scheme in the Request-URI gets 416', () => {
    expect(verdict(wire(lines('OPTIONS nobodyknows:opaque SIP/2.0')))).toMatchObject({ status: 416 });
  });

  it('RFC 4475 3.3.3 novelsc: a known scheme that is not for SIP gets 416', () => {
    expect(verdict(wire(lines('OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0')))).toMatchObject({ status: 416 });
  });

  it('RFC 4475 3.3.4 unksm2: other schemes in From and Contact are read; an address-of-record has to be a SIP URI', () => {
    const strange = { From: '<http://www.patchcord.test>;tag=1', Contact: '<name:Anna_Bell>' };
    const request = accepted(wire(lines(options, { ...strange, To: 'isbn:2983792873' })));
    expect(request.head.to.uri).toEqual({ scheme: 'isbn', opaque: '2983792873' });
    const register = lines('REGISTER sip:patchcord.test SIP/2.0', { ...strange, To: 'isbn:2983792873' });
    expect(verdict(wire(register))).toMatchObject({ status: 400 });
  });

  it('RFC 4475 3.3.5 bext01: unknown option tags are handed on, for the 420', () => {
    const request = accepted(wire(lines(options, { Require: 'noneA, noneB', 'Proxy-Require': 'noneC , noneD' })));
    expect(request.headers.all('Require')).toEqual(['noneA', 'noneB']);
    expect(request.headers.all('Proxy-Require')).toEqual(['noneC', 'noneD']);
  });

  it('RFC 4475 3.3.6 invut: an unknown body type is handed on, for the 415', () => {
    const body = '<audio>\r\n <pcmu port="443"/>\r\n</audio>\r\n';
    const request = accepted(wire(lines(invite, { 'Content-Type': 'application/unknownformat' }), body));
    expect(request.headers.get('c')).toBe('application/unknownformat');
    expect(request.body).toHaveLength(body.length);
  });

  it('RFC 4475 3.3.7 regaut01: an unknown authorization scheme is handed on, for the 401', () => {
    const changes = { Authorization: 'NobodyKnowsThis data=here' };
    expect(verdict(wire(lines('REGISTER sip:patchcord.test SIP/2.0', changes)))).toBeUndefined();
  });

  it.each([
    'CSeq: 59 INVITE',
    'Call-ID: other@patchcord.test',
    'To: sip:other@patchcord.test',
    'From: sip:other@patchcord.test;tag=2',
    'Max-Forwards: 5',
  ])('RFC 4475 3.3.8 multi01: a second single-value field (%s) gets 400', (second) => {
    expect(verdict(wire([...lines(invite), second]))).toMatchObject({ status: 400 });
  });

  it('RFC 4475 3.3.9 mcl01: two values of Content-Length get 400', () => {
    const found = failure(
      wire([...lines(options, { 'Content-Length': '13' }), 'Content-Length: 5'], 'nobody knows how long this is'),
    );
    expect(found.problem.status).toBe(400);
    expect(found.request).toBeDefined();
  });

  it('RFC 4475 3.3.10 bcast: a response whose second Via is a broadcast address is read; its Via is not ours to judge', () => {
    const bytes = wire([
      ...lines('SIP/2.0 200 OK', { CSeq: '35 INVITE' }),
      'Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23',
    ]);
    expect(verdict(bytes)).toBeUndefined();
  });

  it('RFC 4475 3.3.11 zeromf: Max-Forwards 0 is a number like others, for those who do not forward', () => {
    expect(verdict(wire(lines(options, { 'Max-Forwards': '0' })))).toBeUndefined();
  });

  it('RFC 4475 3.3.12 cparam01: without angle brackets a parameter is the Contact’s', () => {
    const contact = registered('sip:+19725552222@gw.patchcord.test;odd');
    expect([...contact.params.keys()]).toEqual(['odd']);
    expect(contact.uri).toMatchObject({ user: '+19725552222', params: new Map() });
  });

  it('RFC 4475 3.3.13 cparam02: within angle brackets a parameter is the URI’s', () => {
    const contact = registered('<sip:+19725552222@gw.patchcord.test;odd>');
    expect(contact.params.size).toBe(0);
    expect(contact.uri).toMatchObject({ params: new Map([['odd', undefined]]) });
  });

  it('RFC 4475 3.3.14 regescrt: headers in the URI of a bracketed Contact are kept with it', () => {
    const contact = registered('<sip:anna@patchcord.test?Route=%3Csip:sip.patchcord.test%3E>');
    expect(contact.uri).toMatchObject({ headers: [['Route', '<sip:sip.patchcord.test>']] });
  });

  it('RFC 4475 3.3.15 sdp01: an Accept we cannot meet is handed on, for the 406', () => {
    const request = accepted(wire(lines(invite, { Accept: 'text/nobodyKnowsThis' })));
    expect(request.headers.all('Accept')).toEqual(['text/nobodyKnowsThis']);
  });

  it('RFC 4475 3.4.1 inv2543: an RFC 2543 request without branch, tag, Contact and Max-Forwards is taken', () => {
    const request = accepted(
      wire(
        lines(invite, {
          Via: 'SIP/2.0/UDP gw.patchcord.test',
          'Max-Forwards': null,
          From: '<sip:+13035551111@patchcord.test;user=phone>',
          To: 'sip:+16505552222@patchcord.test;user=phone',
          'Record-Route': '<sip:ben@patchcord.test;maddr=ss1.patchcord.test>',
        }),
        'v=0\r\n',
      ),
    );
    expect(request.head.fromTag).toBeUndefined();
    expect(request.head.via.params.size).toBe(0);
    expect(request.head.to.params.get('user')).toBe('phone');
    expect(request.body).toHaveLength(5);
  });
});

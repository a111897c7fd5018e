import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Headers,
  SipRequest,
  SipResponse,
  checkRequest,
  checkResponse,
  createResponse,
  parseAuthentication,
  parseContacts,
  parseDate,
  parseEvent,
  parseMediaType,
  parseMessage,
  parseNameAddr,
  parseNameAddrList,
  parsePrivacy,
  parseRAck,
  parseReason,
  parseReplaces,
  parseRetryAfter,
  parseSessionExpires,
  parseSubscriptionState,
  parseUri,
  parseUserToUser,
  parseVia,
  printCredentials,
  printMessage,
  printNameAddr,
  printReason,
  printUri,
  printVia,
  readHead,
} from '../../src/core/message/index.ts';
import type { NameAddr, Params, SipMessage, SipUri, Via } from '../../src/core/message/index.ts';
import { lines, must, wire } from './wire.ts';

/** What the grammar gives a meaning, so that random text comes near it. */
const fragments =
  String.raw`" \ < > ; , = : @ ? & % %4 %41 [ ] / * . - sip: sips: tel: a b.test [::1] 5060 tag=1 ;lr SIP/2.0/ UDP 1 INVITE`
    .split(' ')
    .concat(' ', '\t', 'é', '\uDC80', '\r\n', '\n');
const nearSip = fc.array(fc.constantFrom(...fragments), { maxLength: 30 }).map((parts) => parts.join(''));
const anyText = fc.oneof(nearSip, fc.string({ unit: 'binary', maxLength: 60 }));

const token = fc.string({ unit: fc.constantFrom(...Array.from("abcXYZ019-.!%*_+`'~")), minLength: 1, maxLength: 12 });
const lowerToken = token.map((text) => text.toLowerCase());
/** Any characters a field can carry: not line breaks. */
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((each) => each.replace(/[\r\n]/g, ' '));
const number = (max: number, min = 0) => fc.integer({ min, max });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const params = (name: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<Params> =>
  fc.array(fc.tuple(name, optional(value)), { maxLength: 4 }).map((entries) => new Map(entries));
const host = fc.oneof(
  fc.constantFrom('b.test', 'a-1.b.test', '192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1', 'my_pbx'),
  fc.domain().map((name) => name.toLowerCase()),
  fc.ipV4(),
);
const someText = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });

const sipUri: fc.Arbitrary<SipUri> = fc
  .record({
    scheme: fc.constantFrom('sip' as const, 'sips' as const),
    user: optional(someText),
    password: optional(someText),
    host,
    port: optional(number(65_535, 1)),
    params: params(
      someText.filter((name) => name.toLowerCase() === name),
      someText,
    ),
    headers: fc.array(fc.tuple(token, text), { maxLength: 3 }),
  })
  .map(({ user, password, port, ...uri }) => ({
    ...uri,
    ...(user === undefined ? {} : { user }),
    ...(user === undefined || password === undefined ? {} : { password }),
    ...(port === undefined ? {} : { port }),
  }));

const nameAddr: fc.Arbitrary<NameAddr> = fc
  .record({ displayName: optional(text), uri: sipUri, params: params(lowerToken, text) })
  .map(({ displayName, ...address }) => (displayName === undefined ? address : { displayName, ...address }));

const via: fc.Arbitrary<Via> = fc
  .record({
    transport: fc.constantFrom('UDP', 'TCP', 'TLS', 'WS', 'X-1'),
    host,
    port: optional(number(65_535, 1)),
    params: params(lowerToken, text),
  })
  .map(({ port, ...rest }) => (port === undefined ? rest : { ...rest, port }));

const fields = fc.array(
  fc.tuple(
    fc
      .oneof(token, fc.constantFrom('Via', 'v', 'SUBJECT', 'Contact', 'X-A', '__proto__', 'constructor'))
      .filter((name) => !/^(l|content-length)$/i.test(name)),
    text,
  ),
  { maxLength: 8 },
);
const body = fc.uint8Array({ maxLength: 40 });
const message: fc.Arbitrary<SipMessage> = fc.oneof(
  fc
    .tuple(token, sipUri, fields, body)
    .map(([method, uri, entries, bytes]) => new SipRequest(method, printUri(uri), new Headers(entries), bytes)),
  fc
    .tuple(number(699, 100), text, fields, body)
    .map(([status, reason, entries, bytes]) => new SipResponse(status, reason, new Headers(entries), bytes)),
);

function startOf(sip: SipMessage): unknown[] {
  return sip.kind === 'request' ? [sip.method, sip.uri] : [sip.status, sip.reason];
}

/** Everything that upper layers do with bytes from the network before they know what they are. */
function handle(bytes: Uint8Array): SipMessage | undefined {
  const result = parseMessage(bytes);
  const request = result.ok ? result.value : result.error.request;
  if (request === undefined) return undefined;
  if (request.kind === 'request') {
    checkRequest(request);
    printMessage(createResponse(request, 400, undefined, { toTag: 't' }));
  } else {
    checkResponse(request);
  }
  readHead(request);
  parseContacts(request.headers);
  for (const [name] of request.headers.entries()) request.headers.all(name);
  return result.ok ? result.value : undefined;
}

describe('whatever comes', () => {
  it('random bytes are read without throwing', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void handle(bytes)));
  });

  it('a request with arbitrary field values is read without throwing', () => {
    const name = fc.constantFrom(
      'Via',
      'From',
      'To',
      'Call-ID',
      'CSeq',
      'Contact',
      'Route',
      'Max-Forwards',
      'Content-Length',
    );
    fc.assert(
      fc.property(name, anyText, (field, value) => {
        handle(wire(lines('INVITE sip:a@b SIP/2.0', { [field]: value })));
      }),
      { numRuns: 500 },
    );
  });

  it('valid messages with bytes changed, dropped or doubled are read without throwing, and what is read prints stably', () => {
    const valid = wire(
      [
        ...lines('INVITE sip:ben@[2001:db8::1]:5070;transport=tcp SIP/2.0', {
          From: '"Änna, \\"A\\"" <sip:anna:x@patchcord.test?a=b>;tag=1',
          Contact: '<sip:anna@desk;lr>;q=0.5, sip:b@c',
          Subject: 'one\r\n two',
        }),
        'v: SIP/2.0/TCP a;branch=1',
        'Content-Length: 4',
      ],
      'v=0\n',
    );
    const edit = fc.record({ at: fc.nat(valid.length - 1), drop: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let bytes = valid;
        for (const { at, drop, insert } of edits)
          bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + drop)]);
        const read = handle(bytes);
        if (read === undefined) return;
        const printed = printMessage(read);
        expect(printMessage(must(parseMessage(printed))).equals(printed)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('arbitrary text is read by every field’s parser without throwing', () => {
    const parsers: ((value: string) => unknown)[] = [
      parseUri,
      parseNameAddr,
      (value) => parseNameAddrList([value]),
      parseVia,
      parseAuthentication,
      parseEvent,
      parseSubscriptionState,
      parseReplaces,
      parseReason,
      parseMediaType,
      parseRetryAfter,
      parseSessionExpires,
      parseRAck,
      parsePrivacy,
      parseUserToUser,
      parseDate,
    ];
    fc.assert(
      fc.property(anyText, (value) => {
        for (const parse of parsers) parse(value);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what we printed', () => {
  it('parses to the same message, and prints the same again', () => {
    fc.assert(
      fc.property(message, (original) => {
        const printed = printMessage(original);
        const read = must(parseMessage(printed));
        expect(read.kind).toBe(original.kind);
        expect(startOf(read)).toEqual(startOf(original));
        expect([...read.headers.entries()]).toEqual([
          ...original.headers.entries(),
          ['Content-Length', String(original.body.length)],
        ]);
        expect(Buffer.from(read.body).equals(original.body)).toBe(true);
        expect(printMessage(read).equals(printed)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('as a URI parses to the same URI', () => {
    fc.assert(
      fc.property(sipUri, (uri) => {
        expect(must(parseUri(printUri(uri)))).toEqual(uri);
      }),
      { numRuns: 500 },
    );
  });

  it('as a name-addr parses to the same, alone or in a list', () => {
    fc.assert(
      fc.property(fc.array(nameAddr, { minLength: 1, maxLength: 3 }), (addresses) => {
        expect(must(parseNameAddr(printNameAddr(addresses[0]!)))).toEqual(addresses[0]);
        expect(must(parseNameAddrList([addresses.map(printNameAddr).join(', ')]))).toEqual(addresses);
      }),
      { numRuns: 300 },
    );
  });

  it('as a Via parses to the same Via', () => {
    fc.assert(
      fc.property(via, (each) => {
        expect(must(parseVia(printVia(each)))).toEqual(each);
      }),
    );
  });

  it('as a Reason parses to the same Reason', () => {
    const reason = fc.record({ protocol: token, cause: number(65_535), text });
    fc.assert(
      fc.property(reason, (each) => {
        expect(must(parseReason(printReason(each)))).toEqual(each);
      }),
    );
  });

  it('as credentials parses to the same credentials', () => {
    const entries = fc.uniqueArray(fc.tuple(lowerToken, text), {
      selector: ([name]) => name,
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(token, entries, (scheme, pairs) => {
        const credentials = { scheme, params: new Map(pairs) };
        expect(must(parseAuthentication(printCredentials(credentials)))).toEqual(credentials);
      }),
    );
  });
});

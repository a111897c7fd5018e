/** Realistic messages to spoil. */
import { lines, wire } from '../message/wire.ts';
import { isupPart, MIXED, multipart, pidfPart, sdpPart } from '../support/multipart.ts';

export const sdp = [
  'v=0',
  'o=- 20518 0 IN IP4 10.0.0.2',
  's=-',
  'c=IN IP4 10.0.0.2',
  't=0 0',
  'm=audio 54400 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join('\r\n');

export const browserSdp = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=msid-semantic: WMS stream',
  'm=audio 50000 UDP/TLS/RTP/SAVPF 111 63 0 8 13 110 126',
  'c=IN IP4 127.0.0.1',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=candidate:1 1 udp 2113937151 6a1f.local 50000 typ host generation 0',
  'a=candidate:2 1 udp 2113937151 127.0.0.1 50001 typ host generation 0 network-cost 999',
  'a=ice-ufrag:4ZcD',
  'a=ice-pwd:2/1muCWoOi3uLifh0NuRHlZz',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, i) => (i * 7).toString(16).padStart(2, '0').toUpperCase()).join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=sendrecv',
  'a=msid:stream track',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:110 telephone-event/48000',
  'a=rtpmap:126 telephone-event/8000',
  'a=ssrc:1001 cname:c',
  '',
].join('\r\n');

const dialog = { From: '<sip:anna@patchcord.test>;tag=a1', To: '<sip:ben@patchcord.test>;tag={tag}' };
const digest = (algorithm: string): string =>
  `Digest username="anna", realm="patchcord.test", nonce="{nonce}", uri="sip:patchcord.test", qop=auth, nc=00000001, cnonce="0a4f113b", response="{response}", algorithm=${algorithm}`;

function seed(startLine: string, changes: Record<string, string | null> = {}, body = ''): Buffer {
  return wire(lines(startLine, { ...changes, 'Content-Length': String(Buffer.byteLength(body)) }), body);
}

const offer = { 'Content-Type': 'application/sdp', Contact: '<sip:anna@10.0.0.2:5060>' };
const to = 'sip:ben@10.0.0.1:5060';
const branch = (name: string): string => `SIP/2.0/UDP 10.0.0.2:5060;rport;branch=z9hG4bK${name}`;

/**
 * One dialog and what goes with it. `{tag}` stands for the To tag that the other side gave, `{nonce}` for that of
 * its last challenge, and `{response}` for what the right password makes of it.
 */
export const requests: readonly Buffer[] = [
  seed(
    `INVITE ${to} SIP/2.0`,
    {
      Via: branch('i1'),
      ...offer,
      Supported: '100rel, timer, replaces',
      'Session-Expires': '1800',
      Allow: 'INVITE, ACK, BYE, UPDATE, PRACK',
    },
    sdp,
  ),
  seed(`PRACK ${to} SIP/2.0`, { Via: branch('p1'), ...dialog, CSeq: '2 PRACK', RAck: '1 1 INVITE' }),
  seed(`ACK ${to} SIP/2.0`, { Via: branch('a1'), ...dialog }),
  seed(`UPDATE ${to} SIP/2.0`, { Via: branch('u1'), ...dialog, ...offer, CSeq: '3 UPDATE' }, sdp),
  seed(
    `INVITE ${to} SIP/2.0`,
    { Via: branch('i2'), ...dialog, ...offer, CSeq: '4 INVITE' },
    sdp.replace('sendrecv', 'sendonly'),
  ),
  seed(`ACK ${to} SIP/2.0`, { Via: branch('a2'), ...dialog, CSeq: '4 ACK' }),
  // A re-INVITE that asks for an offer: the answer comes in the ACK.
  seed(`INVITE ${to} SIP/2.0`, { Via: branch('i5'), ...dialog, Contact: '<sip:anna@10.0.0.2>', CSeq: '4 INVITE' }),
  seed(`ACK ${to} SIP/2.0`, { Via: branch('a5'), ...dialog, ...offer, CSeq: '4 ACK' }, sdp),
  seed(`REFER ${to} SIP/2.0`, {
    Via: branch('r1'),
    ...dialog,
    CSeq: '5 REFER',
    Contact: '<sip:anna@10.0.0.2>',
    'Refer-To': '<sip:+14155551234@patchcord.test>',
    'Referred-By': '<sip:anna@patchcord.test>',
  }),
  seed(
    `NOTIFY ${to} SIP/2.0`,
    {
      Via: branch('n1'),
      ...dialog,
      CSeq: '6 NOTIFY',
      Contact: '<sip:anna@10.0.0.2>',
      Event: 'refer;id=2',
      'Subscription-State': 'active;expires=60',
      'Content-Type': 'message/sipfrag;version=2.0',
    },
    'SIP/2.0 180 Ringing\r\n',
  ),
  seed(`SUBSCRIBE ${to} SIP/2.0`, {
    Via: branch('s1'),
    ...dialog,
    CSeq: '7 SUBSCRIBE',
    Contact: '<sip:anna@10.0.0.2>',
    Event: 'refer',
    Expires: '0',
  }),
  seed(
    `INFO ${to} SIP/2.0`,
    { Via: branch('f1'), ...dialog, CSeq: '8 INFO', 'Content-Type': 'application/dtmf-relay' },
    'Signal=5\r\nDuration=160\r\n',
  ),
  seed(`OPTIONS ${to} SIP/2.0`, { Via: branch('o1'), ...dialog, CSeq: '9 OPTIONS', Accept: 'application/sdp' }),
  seed(`BYE ${to} SIP/2.0`, { Via: branch('b1'), ...dialog, CSeq: '10 BYE', Reason: 'Q.850;cause=16;text="Normal"' }),
  seed(
    `INVITE ${to} SIP/2.0`,
    { Via: branch('i3'), 'Call-ID': 'c2@desk', ...offer, Replaces: 'c1@desk.patchcord.test;to-tag={tag};from-tag=a1' },
    sdp,
  ),
  seed(`CANCEL ${to} SIP/2.0`, { Via: branch('i3'), 'Call-ID': 'c2@desk' }),
  seed(`INVITE ${to} SIP/2.0`, { Via: branch('i4'), 'Call-ID': 'c3@desk', Contact: '<sip:anna@10.0.0.2>' }),
  seed('REGISTER sip:patchcord.test SIP/2.0', {
    Via: branch('g1'),
    'Call-ID': 'r1@desk',
    To: '<sip:anna@patchcord.test>',
    Contact: '<sip:anna@10.0.0.2>;expires=60, <sip:anna@10.0.0.2:5070>;q=0.5',
    Authorization: digest('MD5'),
  }),
  seed('REGISTER sip:patchcord.test SIP/2.0', {
    Via: branch('g2'),
    'Call-ID': 'r1@desk',
    CSeq: '2 REGISTER',
    To: '<sip:anna@patchcord.test>',
    Contact: '*',
    Expires: '0',
    Authorization: digest('SHA-256'),
  }),
  seed('OPTIONS sip:patchcord.test SIP/2.0', {
    Via: branch('o2'),
    'Call-ID': 'o2@desk',
    'Proxy-Authorization': digest('MD5'),
  }),
];

const responses: readonly Buffer[] = [
  seed('SIP/2.0 100 Trying', { CSeq: '1 INVITE' }),
  seed(
    'SIP/2.0 183 Session Progress',
    { ...offer, CSeq: '1 INVITE', To: '<sip:ben@patchcord.test>;tag=b1', Require: '100rel', RSeq: '1' },
    sdp,
  ),
  seed(
    'SIP/2.0 200 OK',
    { ...offer, CSeq: '1 INVITE', To: '<sip:ben@patchcord.test>;tag=b1', 'Record-Route': '<sip:10.0.0.9;lr>' },
    sdp,
  ),
  seed('SIP/2.0 401 Unauthorized', {
    CSeq: '1 REGISTER',
    'WWW-Authenticate': 'Digest realm="x", nonce="n", qop="auth,auth-int", algorithm=MD5, stale=true',
  }),
  seed('SIP/2.0 422 Session Interval Too Small', { CSeq: '1 INVITE', 'Min-SE': '1800' }),
  seed('SIP/2.0 503 Service Unavailable', { CSeq: '1 OPTIONS', 'Retry-After': '18 (in a meeting);duration=3600' }),
];

/** A description beside other parts, in requests and responses. */
export const multiparts: readonly Buffer[] = [
  seed(
    `INVITE ${to} SIP/2.0`,
    { Via: branch('m1'), ...offer, 'Content-Type': MIXED },
    multipart([sdpPart(sdp), isupPart('signal;handling=optional'), pidfPart('render;handling=optional')]),
  ),
  seed(
    'SIP/2.0 200 OK',
    { ...offer, CSeq: '1 INVITE', 'Content-Type': 'multipart/alternative;boundary="out er"' },
    multipart([isupPart(), { type: MIXED, body: multipart([pidfPart(), sdpPart(sdp)]) }], { boundary: 'out er' }),
  ),
  seed(
    `UPDATE ${to} SIP/2.0`,
    { Via: branch('m2'), ...dialog, ...offer, CSeq: '3 UPDATE', 'Content-Type': MIXED },
    multipart([sdpPart(sdp)], { lineEnd: '\n' }),
  ),
];

export const everyMessage: readonly Buffer[] = [...requests, ...responses, ...multiparts];

export const sipfrags: readonly Buffer[] = [
  'SIP/2.0 100 Trying',
  'SIP/2.0 200 OK\r\nContact: <sip:a@b>\r\n',
  'SIP/2.0 503',
].map((text) => Buffer.from(text));

/** Twelve messages as equipment sends them: what a parser of this trunk meets in an hour. */

const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

/** @param head without the empty line; Content-Length is added */
function message(head: string, body = ''): Buffer {
  const content = crlf(body);
  return Buffer.from(`${crlf(head)}\r\nContent-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`);
}

const via = (branch: string): string =>
  `Via: SIP/2.0/UDP 198.51.100.20:5060;branch=z9hG4bK${branch};rport=5060;received=198.51.100.20`;
const proxied = (branch: string): string =>
  `${via(branch)}\nVia: SIP/2.0/UDP 192.0.2.44:5062;branch=z9hG4bK-524287-1---${branch}7f2a;rport=41022`;

/** What session border controllers add to everything. */
const carrier = `P-Charging-Vector: icid-value="1f2b9c70a4d14e0f8c35";icid-generated-at=198.51.100.20;orig-ioi=sip.example.net
Date: Fri, 20 Nov 2026 09:41:07 GMT
X-Leg-ID: 6f0d1c52-9a6e-4c55-b7a4-0e6f2f6f9a11`;

const dialog = `From: "Dana Reyes" <sip:+14155550142@sip.example.net>;tag=9fxced76sl
To: <sip:+14155550100@demo.example.org>;tag=a6c85cf1b2d0
Call-ID: 3848276298220188511@sbc1.example.net
${carrier}`;
const fresh = `From: "Dana Reyes" <sip:+14155550142@sip.example.net>;tag=9fxced76sl
To: <sip:+14155550100@demo.example.org>
Call-ID: 3848276298220188511@sbc1.example.net
${carrier}`;
const contact = 'Contact: <sip:+14155550142@198.51.100.20:5060;transport=udp>';
const allow = 'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, REFER, NOTIFY, SUBSCRIBE, UPDATE, INFO, MESSAGE';

const sdp = (host: string, version: number): string => `v=0
o=sbc 1731590404 ${version} IN IP4 ${host}
s=-
c=IN IP4 ${host}
t=0 0
m=audio 24680 RTP/AVP 0 8 18 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:18 G729/8000
a=fmtp:18 annexb=no
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv
`;

const browserSdp = `v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=msid-semantic: WMS 7a1c
m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:4ZcD
a=ice-pwd:2/1muCWoOi3uLifh0NuRHlNO
a=ice-options:trickle
a=fingerprint:sha-256 49:66:12:17:0D:1C:91:AE:57:4C:C6:36:DD:D5:97:D2:7D:62:C9:9A:7F:B9:A3:F4:70:03:E7:43:91:73:23:5E
a=setup:actpass
a=mid:0
a=sendrecv
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:3570614608 cname:4TOk42mSjXCkVIa6
`;

export const corpus: readonly Buffer[] = [
  message(
    `INVITE sip:+14155550100@demo.example.org SIP/2.0
${proxied('a1')}
Record-Route: <sip:198.51.100.20;lr;ftag=9fxced76sl>
Max-Forwards: 68
${fresh}
CSeq: 101 INVITE
${contact}
${allow}
Supported: timer, replaces, 100rel
Session-Expires: 1800;refresher=uac
Min-SE: 90
P-Asserted-Identity: "Dana Reyes" <sip:+14155550142@sip.example.net>
User-Agent: Example SBC 7.2.1
Content-Type: application/sdp`,
    sdp('198.51.100.20', 1),
  ),
  message(`SIP/2.0 100 Trying\n${proxied('a1')}\n${fresh}\nCSeq: 101 INVITE\nServer: Patchcord`),
  message(
    `SIP/2.0 180 Ringing
${proxied('a1')}
Record-Route: <sip:198.51.100.20;lr;ftag=9fxced76sl>
${dialog}
CSeq: 101 INVITE
Contact: <sip:trunk@203.0.113.5:5060>
${allow}
Server: Patchcord`,
  ),
  message(
    `SIP/2.0 200 OK
${proxied('a1')}
Record-Route: <sip:198.51.100.20;lr;ftag=9fxced76sl>
${dialog}
CSeq: 101 INVITE
Contact: <sip:trunk@203.0.113.5:5060>
${allow}
Supported: replaces, timer
Session-Expires: 1800;refresher=uac
Require: timer
Server: Patchcord
Content-Type: application/sdp`,
    sdp('203.0.113.5', 7),
  ),
  message(
    `ACK sip:trunk@203.0.113.5:5060 SIP/2.0
${proxied('b2')}
Route: <sip:203.0.113.4;lr>
Max-Forwards: 69
${dialog}
CSeq: 101 ACK
User-Agent: Example SBC 7.2.1`,
  ),
  message(
    `REFER sip:trunk@203.0.113.5:5060 SIP/2.0
${proxied('c3')}
Max-Forwards: 70
${dialog}
CSeq: 102 REFER
${contact}
Refer-To: <sip:+14155551234@demo.example.org?Replaces=12345%40192.0.2.9%3Bto-tag%3D5f35a3%3Bfrom-tag%3D8675309>
Referred-By: <sip:agent@demo.example.org>
Proxy-Authorization: Digest username="endpoint", realm="demo.example.org", nonce="f84f1cec41e6cbe5aea9c8e88d359", uri="sip:trunk@203.0.113.5:5060", response="42ce3cef44b22f50c6a6071bc8b2f6a1", algorithm=MD5, qop=auth, cnonce="0a4f113b", nc=00000001
${allow}
Supported: replaces, norefersub
User-Agent: Example SBC 7.2.1`,
  ),
  message(`SIP/2.0 202 Accepted\n${proxied('c3')}\n${dialog}\nCSeq: 102 REFER\nContact: <sip:trunk@203.0.113.5:5060>`),
  message(
    `NOTIFY sip:+14155550142@198.51.100.20:5060;transport=udp SIP/2.0
Via: SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bKd41d8cd98f;rport
Max-Forwards: 70
From: <sip:+14155550100@demo.example.org>;tag=a6c85cf1b2d0
To: "Dana Reyes" <sip:+14155550142@sip.example.net>;tag=9fxced76sl
Call-ID: 3848276298220188511@sbc1.example.net
CSeq: 2 NOTIFY
Contact: <sip:trunk@203.0.113.5:5060>
Event: refer;id=102
Subscription-State: active;expires=60
${allow}
User-Agent: Patchcord
Content-Type: message/sipfrag;version=2.0`,
    'SIP/2.0 180 Ringing\n',
  ),
  message(
    `REGISTER sip:demo.example.org SIP/2.0
Via: SIP/2.0/UDP 192.0.2.77:5060;branch=z9hG4bK-d8754z-7;rport
Max-Forwards: 70
From: "Desk 12" <sip:desk12@demo.example.org>;tag=3f9e1b22
To: "Desk 12" <sip:desk12@demo.example.org>
Call-ID: OGY0MzE1NTAyNTk3ZDk2MTc1OTA0OTk5@192.0.2.77
CSeq: 1826 REGISTER
Contact: <sip:desk12@192.0.2.77:5060;rinstance=6d1a>;reg-id=1;+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>"
Expires: 300
Authorization: Digest username="desk12", realm="demo.example.org", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="sip:demo.example.org", response="e966c932a9242554e42c8ee200cec7f6c32b0e8b11d0f600bfb0c0938b11d0f6", algorithm=SHA-256, qop=auth, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", nc=0000000a, opaque="5ccc069c403ebaf9f0171e9517f40e41"
${allow}
Supported: path, outbound, gruu
User-Agent: DeskPhone/4.19`,
  ),
  message(
    `INVITE sip:+14155551234@demo.example.org SIP/2.0
Via: SIP/2.0/WS 8fk2l1qd3vsa.invalid;branch=z9hG4bK7312054
Max-Forwards: 70
From: "Operator" <sip:console@demo.example.org>;tag=u5m0c1v9te
To: <sip:+14155551234@demo.example.org>
Call-ID: 9k7ftmlm0ah31q5b8s2r
CSeq: 1 INVITE
Contact: <sip:q3c1l8sd@8fk2l1qd3vsa.invalid;transport=ws;ob>
Allow: ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER
Supported: outbound
User-Agent: SIP.js/0.21.2
Content-Type: application/sdp`,
    browserSdp,
  ),
  message(
    `BYE sip:trunk@203.0.113.5:5060 SIP/2.0
${proxied('e5')}
Route: <sip:203.0.113.4;lr>
Max-Forwards: 69
${dialog}
CSeq: 103 BYE
Reason: Q.850;cause=16;text="Normal call clearing"
User-Agent: Example SBC 7.2.1`,
  ),
  message(`SIP/2.0 200 OK\n${proxied('e5')}\n${dialog}\nCSeq: 103 BYE\nServer: Patchcord`),
];

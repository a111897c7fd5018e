import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDescription } from '../../src/core/sdp/description.ts';
import { readPlain } from '../../src/core/sdp/plain.ts';

const usual = [
  'o=sbc 1 1 IN IP4 192.0.2.7',
  's=-',
  'c=IN IP4 192.0.2.7',
  't=0 0',
  'm=audio 5004 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=ptime:20',
  'a=sendrecv',
];
const others = [
  'c=IN IP6 2001:db8::1',
  'c=IN IP4 0.0.0.0',
  'c=IN IP4 1.5',
  'c=IN IP4 a.test',
  'c=IN IP4',
  'm=audio 5006 RTP/AVPF 8 08 0',
  'm=audio 05004 RTP/AVP 0',
  'm=audio 70000 RTP/AVP 0',
  'm=audio 0 RTP/AVP 0',
  'm=audio 5004 RTP/AVP',
  'm=audio 5004/2 RTP/AVP 0',
  'm=audio 5004 UDP/TLS/RTP/SAVPF 0',
  'm=video 5008 RTP/AVP 34',
  'a=rtpmap:0 L16/44100/2',
  'a=rtpmap:8 pcma/8000/1',
  'a=rtpmap:08 PCMU/8000',
  'a=rtpmap:8 PCMU/08000',
  'a=rtpmap:8 PCMU',
  'a=rtpmap:9 PCMU /8000',
  'a=rtpmap:',
  'a=sendonly',
  'a=inactive now',
  'a=inactivex',
  'a=recvonly',
  'a=rtcp-mux',
  'a=rtcp-muxed',
  'a=rtcp:5005 IN IP4 192.0.2.8',
  'a=rtcp:5005',
  'a=rtcp:99999',
  'a=rtcp:x IN IP4 192.0.2.8',
  'a=rtcp-fb:* nack',
  'a=x-odd',
  'b=AS:64',
  'i=x',
  'v=0',
  'k',
  '',
];
const crlf = (lines: readonly string[]): string => ['v=0', ...lines, ''].join('\r\n');

describe('a description of plain audio', () => {
  it('is read without the library', () => {
    expect(readPlain(crlf(usual))).toMatchObject({
      media: [{ port: 5004, payloads: '0 8 101', direction: 'sendrecv' }],
    });
  });

  it.each(others.filter((line) => /^m=video|SAVP|^a=(rtcp-fb|x-odd|inactive )|^i=|^$/.test(line)))(
    'is left to the library where it has the line %j',
    (line) => {
      expect(readPlain(crlf([...usual, line]))).toBeUndefined();
    },
  );

  it('means what the library reads, which alone takes lines that end with LF', () => {
    const edits = fc.array(
      fc.record({ at: fc.nat(usual.length), drop: fc.nat(2), line: fc.constantFrom(...others, ...usual) }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(edits, (changes) => {
        const lines = [...usual];
        for (const { at, drop, line } of changes) lines.splice(at, drop, line);
        expect(parseDescription(crlf(lines))).toEqual(parseDescription(crlf(lines).replaceAll('\r\n', '\n')));
      }),
      { numRuns: 3000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWebRtcOffer, onlyCandidatesAt, reduceBrowserSdp } from '../../src/core/sdp/webrtc.ts';

const lines = [
  'v=0',
  'o=- 4611 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 126 8 0 13 110',
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=candidate:1 1 udp 2113937151 3f7a2a52-11d2-4c3c-9b65-9f3a1f6d2f71.local 50000 typ host generation 0',
  'a=candidate:2 1 udp 2113937151 127.0.0.1 50001 typ host generation 0',
  'a=ice-ufrag:Ab1c',
  'a=ice-pwd:0123456789012345678901',
  'a=fingerprint:sha-256 AA:BB',
  'a=setup:actpass',
  'a=mid:0',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=sendrecv',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:63 red/48000/2',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:126 telephone-event/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:13 CN/8000',
  'a=rtpmap:110 telephone-event/48000',
  'a=ssrc:77 cname:x',
];
const text = (edit: (line: string) => string = (line) => line): string => [...lines.map(edit), ''].join('\r\n');

function reduced(sdp: string) {
  const result = reduceBrowserSdp(sdp);
  if (!result.ok) throw result.error;
  return result.value;
}

function refusal(sdp: string): number | undefined {
  const result = reduceBrowserSdp(sdp);
  return result.ok ? undefined : result.error.status;
}

describe('a browser’s description', () => {
  it('is told from a plain one by its fingerprint and ICE', () => {
    expect(isWebRtcOffer(text())).toBe(true);
    expect(isWebRtcOffer('v=0\r\nm=audio 4000 RTP/SAVP 0\r\na=fingerprint:sha-256 AA')).toBe(false);
    expect(isWebRtcOffer('v=0\r\nm=audio 4000 RTP/AVP 0\r\na=ice-ufrag:x')).toBe(false);
  });

  it('is reduced to G.711 and telephone events at 8 kHz, speech first', () => {
    const { sdp, formats } = reduced(text());
    expect(sdp).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 8 0 126\r\n');
    expect(sdp.match(/^a=rtpmap:.*$/gm)).toEqual([
      'a=rtpmap:126 telephone-event/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:0 PCMU/8000',
    ]);
    expect(formats.map((format) => format.name)).toEqual(['PCMA', 'PCMU', 'telephone-event']);
    expect(sdp).not.toMatch(/fmtp|rtcp-fb|extmap:/);
  });

  it('keeps what identifies the browser and its media', () => {
    const { sdp } = reduced(text());
    for (const kept of [
      'a=ice-ufrag:Ab1c',
      'a=ice-pwd:',
      'a=fingerprint:sha-256 AA:BB',
      'a=setup:actpass',
      'a=mid:0',
      'a=ssrc:77',
      'a=rtcp-mux',
    ]) {
      expect(sdp).toContain(kept);
    }
  });

  it('loses the candidates that only mDNS resolves', () => {
    expect(reduced(text()).sdp.match(/^a=candidate:.*$/gm)).toEqual([
      expect.stringContaining(' 127.0.0.1 50001 typ host'),
    ]);
  });

  it('is not held by its placeholder address', () => {
    expect(reduced(text()).direction).toBe('sendrecv');
    expect(reduced(text((line) => line.replace('sendrecv', 'sendonly'))).direction).toBe('sendonly');
  });

  it('is refused without our codecs (488), without audio (488) and without sense (400)', () => {
    expect(refusal(text((line) => line.replace(' 8 0 13', ' 13')))).toBe(488);
    expect(refusal(text((line) => line.replace('m=audio', 'm=video')))).toBe(488);
    expect(refusal(text((line) => line.replace('m=audio 9', 'm=audio 0')))).toBe(488);
    expect(refusal(text((line) => line.replace(/^a=fingerprint.*/, 'a=x')))).toBe(400);
    expect(refusal('')).toBe(400);
  });

  it('never makes us throw, whatever was changed in it', () => {
    const whole = text();
    const edit = fc.tuple(fc.nat(whole.length), fc.nat(30), fc.string({ maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        const broken = edits.reduce((sdp, [at, length, put]) => sdp.slice(0, at) + put + sdp.slice(at + length), whole);
        expect([400, 488, undefined]).toContain(refusal(broken));
      }),
      { numRuns: 300 },
    );
  });
});

it('our own description names only candidates where we are bound', () => {
  const candidate = (host: string): string => `a=candidate:1 1 udp 1 ${host} 5000 typ host`;
  const sdp = ['m=audio 9', candidate('10.0.0.5'), candidate('127.0.0.1'), ''].join('\r\n');
  expect(onlyCandidatesAt('127.0.0.1', sdp)).toBe(['m=audio 9', candidate('127.0.0.1'), ''].join('\r\n'));
});

/** What the fuzzer has found, each as small as it made it. */
import { describe, expect, it } from 'vitest';
import { WebRtcSession } from '../../src/core/gateway/webrtc-session.ts';
import { silent } from '../../src/core/log/logger.ts';
import { BadSdp } from '../../src/core/sdp/failure.ts';
import { answerMedia } from '../../src/core/sdp/negotiate.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import { StreamFramer } from '../../src/core/transport/stream-framer.ts';

describe('found by the fuzzer', () => {
  it('an m= line without media type is refused, since the answer repeated it as a line that nobody could read', () => {
    const offer = 'v=0\nc=IN IP4 192.0.2.2\nm= 4 =\nm=audio 5 RTP/AVP 0';
    const answer = answerMedia(offer, { host: '127.0.0.1', port: 4000, direction: 'sendrecv' });
    expect(answer).toMatchObject({ ok: false, error: { status: 400 } });
  });

  it.each([
    ['begins with no method', '; sip:ben@10.0.0.1 SIP/2.0\r\n'],
    ['is longer than any that is meant', `INVITE sip:${'b'.repeat(9000)} SIP/2.0\r\n`],
  ])('a first line that %s is junk at once as it is byte by byte', (_, line) => {
    const head = Buffer.from(`${line}Content-Length: 0\r\n\r\n`);
    const [atOnce, inBytes] = [new StreamFramer(), new StreamFramer()];
    expect(atOnce.push(head)).toEqual([{ kind: 'junk' }]);
    expect(Array.from(head).flatMap((byte) => inBytes.push(Uint8Array.of(byte)))).toEqual([{ kind: 'junk' }]);
  });

  it('a browser’s offer that the WebRTC stack takes and then cannot answer is a bad description, not a bug of ours', async () => {
    const session = new WebRtcSession({ clock: new RealClock(), log: silent });
    const offer = 'v=0\nm=audio 5 UDP/TLS/RTP/SAVP 8\na=ice-ufrag:\na=fingerprint:s';
    await expect(session.answerOffer(offer)).rejects.toBeInstanceOf(BadSdp);
    await session.close();
  });
});

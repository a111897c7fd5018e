import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerMedia, offerMedia, readAnswer, type LocalAudio } from '../../src/core/sdp/negotiate.ts';
import { Origin } from '../../src/core/sdp/origin.ts';

const local: LocalAudio = { host: '192.0.2.1', port: 20_000, direction: 'sendrecv' };

const sdp = (...lines: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.7', 's=-', 'c=IN IP4 192.0.2.7', 't=0 0', ...lines, ''].join('\r\n');

function answered(offer: string, to: LocalAudio = local) {
  const answer = answerMedia(offer, to);
  if (!answer.ok) throw answer.error;
  return answer.value;
}

/** The status with which an offer is refused. */
function refusal(offer: string, to: LocalAudio = local): number | undefined {
  const answer = answerMedia(offer, to);
  return answer.ok ? undefined : answer.error.status;
}

describe('W22: an offer that closes every stream (RFC 3264 §8.2)', () => {
  const offer = sdp('m=audio 0 RTP/AVP 0', 'm=video 0 RTP/AVP 96');

  it('is answered so where there is a stream, which falls silent', () => {
    const running = answered(sdp('m=audio 5004 RTP/AVP 0')).agreement;
    const answer = answerMedia(offer, local, running);
    expect(answer.ok && answer.value.lines).toEqual(['m=audio 0 RTP/AVP 0', 'm=video 0 RTP/AVP 96']);
    expect(answer.ok && answer.value.agreement).toEqual({
      ...running,
      direction: 'inactive',
      remoteDirection: 'inactive',
    });
  });

  it('begins no session', () => {
    expect(refusal(offer)).toBe(488);
  });

  it('is none when a stream is left that we cannot serve', () => {
    const running = answered(sdp('m=audio 5004 RTP/AVP 0')).agreement;
    expect(answerMedia(sdp('m=audio 0 RTP/AVP 0', 'm=video 5006 RTP/AVP 96'), local, running).ok).toBe(false);
  });
});

describe('an answer', () => {
  it('keeps the order and payload types of the offer and leaves out what we do not speak', () => {
    const { agreement, lines } = answered(
      sdp('m=audio 5004 RTP/AVP 9 8 18 96 0', 'a=rtpmap:96 telephone-event/8000', 'a=ptime:30'),
    );
    expect(lines).toEqual([
      'm=audio 20000 RTP/AVP 8 96 0',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:96 telephone-event/8000',
      'a=rtpmap:0 PCMU/8000',
      'a=fmtp:96 0-15',
      'a=ptime:20',
      'a=sendrecv',
    ]);
    expect(agreement).toMatchObject({
      codec: 'PCMA',
      payloadType: 8,
      telephoneEvent: 96,
      remote: { host: '192.0.2.7', port: 5004 },
    });
  });

  it('knows G.711 under a payload type of the peer’s own', () => {
    const { agreement } = answered(sdp('m=audio 5004 RTP/AVP 100', 'a=rtpmap:100 pcmu/8000/1'));
    expect(agreement).toMatchObject({ codec: 'PCMU', payloadType: 100 });
  });

  it('believes an rtpmap that gives payload type 0 another meaning', () => {
    expect(refusal(sdp('m=audio 5004 RTP/AVP 0', 'a=rtpmap:0 L16/44100'))).toBe(488);
  });

  it('does not take telephone events at another clock rate', () => {
    const { agreement } = answered(sdp('m=audio 5004 RTP/AVP 0 110', 'a=rtpmap:110 telephone-event/48000'));
    expect(agreement.telephoneEvent).toBeUndefined();
  });

  it('takes the address of the stream before that of the session', () => {
    const { agreement } = answered(sdp('m=audio 5004 RTP/AVP 0', 'c=IN IP4 198.51.100.3'));
    expect(agreement.remote.host).toBe('198.51.100.3');
  });

  it('rejects every stream but the first that it can serve', () => {
    const { lines } = answered(
      sdp(
        'm=video 5002 RTP/AVP 96',
        'a=rtpmap:96 VP8/90000',
        'm=audio 5004 RTP/SAVP 0',
        'm=audio 0 RTP/AVP 0',
        'm=audio 5006 RTP/AVP 18',
        'm=audio 5008 RTP/AVP 0',
        'm=audio 5010 RTP/AVP 8',
        'm=image 5012 udptl t38',
      ),
    );
    expect(lines.filter((line) => line.startsWith('m='))).toEqual([
      'm=video 0 RTP/AVP 96',
      'm=audio 0 RTP/SAVP 0',
      'm=audio 0 RTP/AVP 0',
      'm=audio 0 RTP/AVP 18',
      'm=audio 20000 RTP/AVP 0',
      'm=audio 0 RTP/AVP 8',
      'm=image 0 udptl t38',
    ]);
  });

  it.each([
    ['sendrecv', 'sendrecv', 'sendrecv'],
    ['sendonly', 'sendrecv', 'recvonly'],
    ['recvonly', 'sendrecv', 'sendonly'],
    ['inactive', 'sendrecv', 'inactive'],
    ['sendrecv', 'sendonly', 'sendonly'],
    ['sendonly', 'sendonly', 'inactive'],
    ['recvonly', 'sendonly', 'sendonly'],
  ] as const)('to a %s offer, where we want %s, says %s', (offered, direction, expected) => {
    const { agreement, lines } = answered(sdp('m=audio 5004 RTP/AVP 0', `a=${offered}`), { ...local, direction });
    expect(agreement).toMatchObject({ remoteDirection: offered, direction: expected });
    expect(lines).toContain(`a=${expected}`);
  });

  it('takes a direction from the session level', () => {
    const offer = sdp('m=audio 5004 RTP/AVP 0').replace('t=0 0', 't=0 0\r\na=sendonly');
    expect(answered(offer).agreement.remoteDirection).toBe('sendonly');
  });

  it('understands 0.0.0.0 as hold', () => {
    const { agreement } = answered(sdp('m=audio 5004 RTP/AVP 0', 'c=IN IP4 0.0.0.0'));
    expect(agreement).toMatchObject({ remoteDirection: 'sendonly', direction: 'recvonly' });
  });

  it('agrees to share a port with RTCP only when asked', () => {
    expect(answered(sdp('m=audio 5004 RTP/AVP 0', 'a=rtcp-mux')).lines).toContain('a=rtcp-mux');
    expect(answered(sdp('m=audio 5004 RTP/AVP 0')).lines).not.toContain('a=rtcp-mux');
  });

  it.each([
    ['a=rtcp:5011', { host: '192.0.2.7', port: 5011 }],
    ['a=rtcp:5011 IN IP4 192.0.2.8', { host: '192.0.2.8', port: 5011 }],
    ['a=rtcp:5011 IN IP6 2001:db8::7', undefined],
    ['a=rtcp:5011 IN IP4 0.0.0.0', undefined],
    ['a=rtcp:0', undefined],
    ['a=rtcp:99999', undefined],
    ['a=rtcp:http', undefined],
  ])('M1: reads of %s where RTCP goes (RFC 3605)', (line, rtcp) => {
    const offer = sdp('m=audio 5004 RTP/AVP 0', 'c=IN IP4 192.0.2.7', line);
    expect(answered(offer).agreement.rtcp).toEqual(rtcp);
  });

  it('speaks IPv6 with an IPv6 peer, and refuses a peer of the other family', () => {
    const offer = sdp('m=audio 5004 RTP/AVP 0', 'c=IN IP6 2001:db8::7');
    expect(answered(offer, { ...local, host: '2001:db8::1' }).agreement.remote.host).toBe('2001:db8::7');
    expect(refusal(offer)).toBe(488);
  });

  it.each([
    ['only codecs we do not speak', ['m=audio 5004 RTP/AVP 9 18']],
    ['nothing but telephone events', ['m=audio 5004 RTP/AVP 101', 'a=rtpmap:101 telephone-event/8000']],
    ['no audio', ['m=video 5004 RTP/AVP 96']],
    ['audio that is switched off', ['m=audio 0 RTP/AVP 0']],
    ['encryption we do not have', ['m=audio 5004 RTP/SAVPF 0']],
  ])('is 488 to an offer of %s', (_, lines) => {
    expect(refusal(sdp(...lines))).toBe(488);
  });

  it.each([
    ['nothing', ''],
    ['no SDP', '<xml/>'],
    ['no streams', sdp()],
    ['a later version', sdp('m=audio 5004 RTP/AVP 0').replace('v=0', 'v=1')],
    ['a port that is none', sdp('m=audio 70000 RTP/AVP 0')],
    ['a port in words', sdp('m=audio many RTP/AVP 0')],
    ['no address', sdp('m=audio 5004 RTP/AVP 0').replace('c=IN IP4 192.0.2.7\r\n', '')],
    ['a host name for address', sdp('m=audio 5004 RTP/AVP 0', 'c=IN IP4 phone.example.org')],
    ['a hundred streams', sdp(...Array<string>(100).fill('m=audio 5004 RTP/AVP 0'))],
    ['more than anybody needs', sdp('m=audio 5004 RTP/AVP 0', `a=note:${'x'.repeat(70_000)}`)],
  ])('is 400 to an offer with %s', (_, offer) => {
    expect(refusal(offer)).toBe(400);
  });

  it('never throws, whatever the text', () => {
    const words = fc.constantFrom(
      'v=0',
      'm=audio',
      'a=rtpmap:',
      'c=IN IP4',
      ' ',
      '\r\n',
      '0',
      '5004',
      'RTP/AVP',
      '-1',
      '__proto__',
      ':',
      '=',
      '1e9',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string())), (parts) => {
        expect([400, 488, undefined]).toContain(refusal(`v=0\r\n${parts.join('')}`));
      }),
    );
  });
});

describe('an offer', () => {
  const offer = (direction: LocalAudio['direction'] = 'sendrecv'): string =>
    sdp(...offerMedia({ ...local, direction }));

  it('lists what we speak', () => {
    expect(offerMedia(local)).toEqual([
      'm=audio 20000 RTP/AVP 0 8 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
      'a=rtcp-mux',
    ]);
  });

  it('is answered by our own answerer with a stream both can read', () => {
    const { lines } = answered(offer(), { ...local, port: 30_000 });
    const agreement = readAnswer(sdp(...lines), local);
    expect(agreement).toMatchObject({
      ok: true,
      value: { codec: 'PCMU', telephoneEvent: 101, remote: { port: 30_000 } },
    });
  });

  it('follows the answer’s choice of codec and payload types, and still understands its own', () => {
    const read = readAnswer(sdp('m=audio 4000 RTP/AVP 8 97', 'a=rtpmap:97 telephone-event/8000'), local);
    expect(read).toMatchObject({ ok: true, value: { codec: 'PCMA', telephoneEvent: 97 } });
    expect(read.ok && [...read.value.formats.keys()]).toEqual([0, 8, 101, 97]);
  });

  it('is refused by an answer with port 0', () => {
    const read = readAnswer(sdp('m=audio 0 RTP/AVP 0'), local);
    expect(read.ok ? undefined : read.error.status).toBe(488);
  });

  it('holds when the answer agrees to listen only', () => {
    const read = readAnswer(sdp('m=audio 4000 RTP/AVP 0', 'a=recvonly'), { ...local, direction: 'sendonly' });
    expect(read).toMatchObject({ ok: true, value: { direction: 'sendonly', remoteDirection: 'recvonly' } });
  });
});

describe('the origin line', () => {
  it('keeps its version while the description stays and raises it by one when it changes', () => {
    const origin = new Origin('192.0.2.1', 77);
    const line = (media: string[]): string => origin.describe(media).split('\r\n')[1]!;
    expect(line(['m=a'])).toBe('o=patchcord 77 77 IN IP4 192.0.2.1');
    expect(line(['m=a'])).toBe('o=patchcord 77 77 IN IP4 192.0.2.1');
    expect(line(['m=b'])).toBe('o=patchcord 77 78 IN IP4 192.0.2.1');
    expect(line(['m=a'])).toBe('o=patchcord 77 79 IN IP4 192.0.2.1');
  });

  it('takes the place of the one that was there', () => {
    const origin = new Origin('127.0.0.1', 5);
    const stamped = (rest: string): string => origin.stamp(`v=0\r\no=- 99 0 IN IP4 0.0.0.0\r\n${rest}`);
    expect(stamped('m=x\r\n')).toBe('v=0\r\no=patchcord 5 5 IN IP4 127.0.0.1\r\nm=x\r\n');
    expect(stamped('m=y\r\n')).toBe('v=0\r\no=patchcord 5 6 IN IP4 127.0.0.1\r\nm=y\r\n');
  });

  it('names the address family', () => {
    expect(new Origin('2001:db8::1', 1).describe([])).toContain('c=IN IP6 2001:db8::1\r\n');
  });
});

describe('codecs beside G.711', () => {
  const wide: LocalAudio = { ...local, codecs: ['opus', 'G722', 'PCMU'] };
  const offer = (formats: string, ...lines: string[]): string =>
    ['v=0', 'o=- 1 1 IN IP4 192.0.2.9', 's=-', 'c=IN IP4 192.0.2.9', 't=0 0', `m=audio 4000 RTP/AVP ${formats}`]
      .concat(lines, '')
      .join('\r\n');
  const OPUS = 'a=rtpmap:96 opus/48000/2';

  it('M3: are offered in our order, each with the clock that RTP gives it', () => {
    expect(offerMedia(wide)).toEqual(
      expect.arrayContaining([
        'm=audio 20000 RTP/AVP 111 9 0 101',
        'a=rtpmap:111 opus/48000/2',
        'a=fmtp:111 minptime=10;useinbandfec=1',
        'a=rtpmap:9 G722/8000',
      ]),
    );
  });

  it("M3: are answered in the peer's order and with its numbers", () => {
    const { agreement, lines } = answered(offer('96 9 0', OPUS), wide);
    expect(agreement).toMatchObject({ codec: 'opus', payloadType: 96 });
    expect(lines[0]).toBe('m=audio 20000 RTP/AVP 96 9 0');
    expect(answered(offer('9 96 0', OPUS), wide).agreement.codec).toBe('G722');
  });

  it('M3: are passed over by a leg that does not speak them', () => {
    const { agreement, lines } = answered(offer('96 9 8 0', OPUS), local);
    expect(agreement.codec).toBe('PCMA');
    expect(lines[0]).toBe('m=audio 20000 RTP/AVP 8 0');
  });

  it('M3: at another clock are other codecs', () => {
    expect(answered(offer('97 0', 'a=rtpmap:97 G722/16000'), wide).agreement.codec).toBe('PCMU');
  });
});

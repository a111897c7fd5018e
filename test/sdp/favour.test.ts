import { describe, expect, it } from 'vitest';
import { favourCodec } from '../../src/core/sdp/favour.ts';
import { answerMedia } from '../../src/core/sdp/negotiate.ts';

const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.9',
  's=-',
  'c=IN IP4 192.0.2.9',
  't=0 0',
  'm=audio 4000 RTP/AVP 96 9 0 101',
  'a=rtpmap:96 opus/48000/2',
  'a=rtpmap:101 telephone-event/8000',
  '',
].join('\r\n');

function answered() {
  const local = { host: '192.0.2.1', port: 20_000, direction: 'sendrecv', codecs: ['opus', 'G722', 'PCMU'] } as const;
  const answer = answerMedia(OFFER, local);
  if (!answer.ok) throw answer.error;
  return { sdp: answer.value.lines.join('\r\n'), agreed: answer.value.agreement };
}

describe('an answer in which the codec of the callee comes first', () => {
  it("M3: names it first, with the caller's number, and sends it", () => {
    const { sdp, agreed } = answered();
    expect(agreed.codec).toBe('opus');
    const favoured = favourCodec(sdp, agreed, 'PCMU')!;
    expect(favoured.sdp).toBe(sdp.replace('96 9 0 101', '0 96 9 101'));
    expect(favoured.agreed).toMatchObject({ codec: 'PCMU', payloadType: 0, telephoneEvent: 101 });
  });

  it('M3: stays as it is where the caller has no such codec, or has it first', () => {
    const { sdp, agreed } = answered();
    expect(favourCodec(sdp, agreed, 'PCMA')).toBeUndefined();
    expect(favourCodec(sdp, agreed, 'opus')).toBeUndefined();
  });
});

/** An answer in another order: a peer sends the first format of it. RFC 3264 §6.1, §7. Pure. */
import type { CodecName } from '../codec/codec.ts';
import type { AgreedAudio } from './negotiate.ts';

const AUDIO = /^(m=audio [1-9]\d* \S+)((?: \d+)+)/m;

/**
 * @param sdp an answer of ours
 * @param codec what should come first
 * @returns undefined when the answer has no such codec, or has it first
 */
export function favourCodec<T extends AgreedAudio>(
  sdp: string,
  agreed: T,
  codec: CodecName,
): { sdp: string; agreed: T } | undefined {
  if (agreed.codec === codec) return undefined;
  const formats = AUDIO.exec(sdp)?.[2]?.trim().split(' ').map(Number) ?? [];
  const payloadType = formats.find((each) => agreed.formats.get(each) === codec);
  if (payloadType === undefined) return undefined;
  const order = [payloadType, ...formats.filter((each) => each !== payloadType)];
  return {
    sdp: sdp.replace(AUDIO, (_, head: string) => `${head} ${order.join(' ')}`),
    agreed: { ...agreed, codec, payloadType },
  };
}

/** Why none of the streams of an offer can be served, as a Warning says it. RFC 3261 §20.43, W22. Pure. */
import type { CodecName } from '../codec/codec.ts';
import { isV6, type MediaSection } from './description.ts';
import { NoCommonCodec } from './failure.ts';

/** @param local our address, and what we speak */
export function mismatch(
  media: readonly MediaSection[],
  { host, codecs = ['PCMU', 'PCMA'] }: { host: string; codecs?: readonly CodecName[] },
): NoCommonCodec {
  const audio = media.filter(({ kind, port }) => kind === 'audio' && port !== 0);
  const [first] = audio;
  if (!first) return new NoCommonCodec('the offer has no audio stream', 304);
  const plain = audio.find((section) => section.audio !== undefined);
  if (!plain?.audio) {
    const what = /SAVP/i.test(first.protocol) ? 'is encrypted' : 'is another transport';
    return new NoCommonCodec(`${first.protocol} ${what}: offer RTP/AVP, this leg takes plain RTP alone`, 302);
  }
  const near = audio.find((section) => section.audio && isV6(section.audio.host) === isV6(host));
  if (!near) {
    const [theirs, ours] = isV6(host) ? ['IPv4', 'IPv6'] : ['IPv6', 'IPv4'];
    return new NoCommonCodec(`the offer has an ${theirs} address, this leg an ${ours} address`, 301);
  }
  const offered = near.audio?.offered ?? [];
  return new NoCommonCodec(
    `the codecs offered are ${offered.join(', ')}, those taken ${codecs.join(' and ')} at 8000 Hz`,
    305,
  );
}

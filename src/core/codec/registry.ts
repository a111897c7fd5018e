/** Every codec of the trunk, by name. */
import type { Codec, CodecName } from './codec.ts';
import { pcma, pcmu } from './pcm.ts';

export const codecs: Readonly<Record<CodecName, Codec>> = { PCMU: pcmu, PCMA: pcma };

const codecNames = Object.keys(codecs) as readonly CodecName[];

/** @param name in any case, as SDP allows. RFC 8866 §6.6 */
export function codecNamed(name: string): Codec | undefined {
  const wanted = name.toLowerCase();
  const found = codecNames.find((each) => each.toLowerCase() === wanted);
  return found && codecs[found];
}

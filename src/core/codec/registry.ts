/** Every codec of the trunk, by name. */
import type { Codec, CodecName } from './codec.ts';
import { g722 } from './g722.ts';
import { opus, prepareOpus } from './opus.ts';
import { pcma, pcmu } from './pcm.ts';

export const codecs: Readonly<Record<CodecName, Codec>> = { PCMU: pcmu, PCMA: pcma, G722: g722, opus };

const codecNames = Object.keys(codecs) as readonly CodecName[];

/** Resolves when every codec can be used at once. Opus gives nothing before that. @throws when its module cannot be loaded */
export function prepareCodecs(): Promise<void> {
  return prepareOpus();
}

/** @param name in any case, as SDP allows. RFC 8866 §6.6 */
export function codecNamed(name: string): Codec | undefined {
  const wanted = name.toLowerCase();
  const found = codecNames.find((each) => each.toLowerCase() === wanted);
  return found && codecs[found];
}

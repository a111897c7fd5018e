/** Who hears whom, as handles: call control makes such a plan, and knows nothing of how it is carried out. */

/** Handle of one leg's media. */
export type PortId = string;

/** A sound of the trunk's own; no port has such an id. */
export type SoundName = 'hold-music' | 'ring-back';

/** What can be heard. */
export type Speaker = PortId | SoundName;

/** For each port that hears anybody the set of speakers, each once, and never itself. */
export type MediaPlan = ReadonlyMap<PortId, readonly Speaker[]>;

export function isSound(speaker: Speaker): speaker is SoundName {
  return speaker === 'hold-music' || speaker === 'ring-back';
}

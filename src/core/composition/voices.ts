/** Which recordings a party speaks. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { clip, type Sound } from '../media/sound.ts';
import type { Occasion } from '../parties/phone.ts';
import type { Party } from '../parties/party.ts';

/** @param directory of the WAV files */
export function linesFrom(directory: string): (party: Party, occasion: Occasion) => readonly Sound[] {
  const load = (...names: string[]): Sound[] => names.map((name) => clip(name, directory));
  return (party, occasion) => {
    if (occasion === 'leaving') return load('goodbye');
    if (occasion === 'calling') return load('caller-hello', 'caller-chat');
    // A party with a greeting of its own has it under its name.
    const own = `${party.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-hello`;
    return load(existsSync(join(directory, `${own}.wav`)) ? own : 'target-hello');
  };
}

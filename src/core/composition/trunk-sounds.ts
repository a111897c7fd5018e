/** What the trunk itself plays to its legs, as its configuration says at that moment. */
import { isToneCountry, type ToneCountry } from '../../nouns/tones.ts';
import { countryOf } from '../b2bua/country.ts';
import type { Config } from '../config/config.ts';
import type { LiveConfig } from '../config/live-config.ts';
import type { TrunkSounds } from '../media/graph.ts';
import { networkTone } from '../media/network-tone.ts';
import type { HoldMusic } from './hold-music.ts';

/** The country that is named, else that of the first number. */
export function toneCountryOf({ media, numbers }: Pick<Config, 'media' | 'numbers'>): ToneCountry {
  if (media.country !== undefined) return media.country;
  const [first] = numbers;
  const country = first && countryOf(first.number);
  return isToneCountry(country) ? country : 'US';
}

export function trunkSounds(live: LiveConfig, music: HoldMusic): TrunkSounds {
  return {
    get 'hold-music'() {
      return music.sound;
    },
    get 'ring-back'() {
      return networkTone(toneCountryOf(live.get()), 'ringBack');
    },
  };
}

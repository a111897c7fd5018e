/** Tones of telephone networks, for the console's own sounds. M15. */
export { TONE_COUNTRIES, tonesOf, type Tone, type ToneCountry } from '../nouns/tones.ts';

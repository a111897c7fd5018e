/**
 * What telephone networks sound like, by country: ITU-T E.180 Supplement 2 ("Various tones used in national networks").
 * Where a country lists several, the one of its digital exchanges stands here; call waiting is repeated as long as the call
 * waits, which some networks do not do. Frequencies in hertz, times in milliseconds.
 */

/** Sine waves that sound together, or silence where there are none, for so long. */
interface ToneStep {
  readonly ms: number;
  /** `weight` is the amplitude beside that of the others. */
  readonly partials: readonly { readonly hz: number; readonly weight: number }[];
}

/** Repeated without end. */
export type Tone = readonly ToneStep[];

export interface CountryTones {
  readonly ringBack: Tone;
  readonly busy: Tone;
  /** No way to the callee, or no answer from it. */
  readonly congestion: Tone;
  /** Somebody rings while a call is up. */
  readonly callWaiting: Tone;
}

/**
 * Ring-back, busy, congestion and call waiting as `hertz/milliseconds` with 0 for silence: `a+b` are two frequencies
 * together, `a*b` is the first modulated by the second. Not in the supplement: NZ (Telepermit TNA 102).
 */
const TABLE = {
  AT: ['420/1000,0/5000', '420/400,0/400', '420/200,0/200', '420/40,0/1960'],
  AU: ['413+438/400,0/200,413+438/400,0/2000', '425/375,0/375', '425/375,0/375', '425/200,0/200,425/200,0/4400'],
  BE: ['425/1000,0/3000', '425/500,0/500', '425/167,0/167', '1400/175,0/175,1400/175,0/3500'],
  BR: ['425/1000,0/4000', '425/250,0/250', '425/250,0/250,425/750,0/250', '425/50,0/1000'],
  CA: ['440+480/2000,0/4000', '480+620/500,0/500', '480+620/250,0/250', '440/300,0/10000'],
  CH: ['425/1000,0/4000', '425/500,0/500', '425/200,0/200', '425/200,0/200,425/200,0/4000'],
  CN: ['450/1000,0/4000', '450/350,0/350', '450/700,0/700', '450/400,0/4000'],
  CZ: ['425/1000,0/4000', '425/330,0/330', '425/165,0/165', '425/330,0/9000'],
  DE: ['425/1000,0/4000', '425/480,0/480', '425/240,0/240', '425/200,0/200,425/200,0/5000'],
  DK: ['425/1000,0/4000', '425/500,0/500', '425/200,0/200', '425/200,0/600,425/200,0/3000'],
  ES: ['425/1500,0/3000', '425/200,0/200', '425/200,0/200,425/200,0/200,425/200,0/600', '425/175,0/175,425/175,0/3500'],
  FI: ['425/1000,0/4000', '425/300,0/300', '425/200,0/200', '425/150,0/150,425/150,0/8000'],
  FR: ['440/1500,0/3500', '440/500,0/500', '440/250,0/250', '440/300,0/10000'],
  GB: ['400+450/400,0/200,400+450/400,0/2000', '400/375,0/375', '400/400,0/350,400/225,0/525', '400/100,0/4000'],
  GR: ['425/1000,0/4000', '425/300,0/300', '425/200,0/200', '425/150,0/150,425/150,0/8000'],
  HU: ['425/1250,0/3750', '425/300,0/300', '425/300,0/300', '425/40,0/1960'],
  IN: ['400*25/400,0/200,400*25/400,0/2000', '400/750,0/750', '400/250,0/250', '400/200,0/100,400/200,0/7500'],
  IT: ['425/1000,0/4000', '425/500,0/500', '425/200,0/200', '425/400,0/100,425/250,0/100,425/150,0/14000'],
  JP: ['400*16/1000,0/2000', '400/500,0/500', '400/500,0/500', '400*16/500,0/8000'],
  MX: ['425/1000,0/4000', '425/250,0/250', '425/250,0/250', '425/200,0/600,425/200,0/10000'],
  NL: ['425/1000,0/4000', '425/500,0/500', '425/250,0/250', '425/500,0/9500'],
  NO: ['425/1000,0/4000', '425/500,0/500', '425/200,0/200', '425/200,0/600,425/200,0/10000'],
  NZ: ['400+450/400,0/200,400+450/400,0/2000', '400/500,0/500', '400/250,0/250', '400/200,0/3000'],
  PL: ['425/1000,0/4000', '425/500,0/500', '425/500,0/500', '425/150,0/150,425/150,0/4000'],
  PT: ['425/1000,0/5000', '425/500,0/500', '425/200,0/200', '425/200,0/200,425/200,0/5000'],
  SE: ['425/1000,0/5000', '425/250,0/250', '425/250,0/750', '425/200,0/500,425/200,0/9100'],
  SG: ['425*24/400,0/200,425*24/400,0/2000', '425/750,0/750', '425/250,0/250', '425*24/300,0/200,425*24/300,0/3200'],
  US: ['440+480/2000,0/4000', '480+620/500,0/500', '480+620/250,0/250', '440/300,0/10000'],
  ZA: ['400*33/400,0/200,400*33/400,0/2000', '400/500,0/500', '400/250,0/250', '400*33/250,0/250,400*33/250,0/3250'],
} as const satisfies Readonly<Record<string, readonly [string, string, string, string]>>;

export type ToneCountry = keyof typeof TABLE;

/** ISO 3166-1 codes of two letters. */
export const TONE_COUNTRIES = Object.keys(TABLE) as ToneCountry[];

export const isToneCountry = (code: string | undefined): code is ToneCountry =>
  code !== undefined && Object.hasOwn(TABLE, code);

const known = new Map<ToneCountry, CountryTones>();

/** The tones of a country. */
export function tonesOf(country: ToneCountry): CountryTones {
  const before = known.get(country);
  if (before) return before;
  const [ringBack, busy, congestion, callWaiting] = TABLE[country].map(readTone) as [Tone, Tone, Tone, Tone];
  const tones = { ringBack, busy, congestion, callWaiting };
  known.set(country, tones);
  return tones;
}

/** How deep one frequency modulates another: nine tenths. */
const DEPTH = 0.9;

function readTone(text: string): Tone {
  return text.split(',').map((step) => {
    const [sound = '', ms] = step.split('/');
    return { ms: Number(ms), partials: partialsOf(sound) };
  });
}

/** A modulated tone is its carrier with a tone at either side of it. */
function partialsOf(sound: string): ToneStep['partials'] {
  const [carrier, by] = sound.split('*').map(Number);
  if (by !== undefined) {
    const side = DEPTH / 2;
    return [
      { hz: carrier!, weight: 1 },
      { hz: carrier! - by, weight: side },
      { hz: carrier! + by, weight: side },
    ];
  }
  if (sound === '0') return [];
  return sound.split('+').map((hz) => ({ hz: Number(hz), weight: 1 }));
}

/** The sound of a telephone key: two sine waves. ITU-T Q.23, levels as ETSI ES 201 235-2 has them. */
import { eventOfKey, keyOfEvent } from './dtmf.ts';
import { SAMPLE_RATE_HZ } from './frame.ts';

/** By row and column. */
const KEYPAD = '123A456B789C*0#D';
const COLUMNS = 4;
export const LOW_HZ = [697, 770, 852, 941];
export const HIGH_HZ = [1209, 1336, 1477, 1633];

/** A full-scale sine has 3.14 dBm0 in G.711 (3.17 in µ-law). */
const FULL_SCALE_DBM0 = 3.14;
const amplitude = (dbm0: number): number => 32_767 * 10 ** ((dbm0 - FULL_SCALE_DBM0) / 20);
/** The higher tone is 2 dB louder, as lines weaken it more. */
const LOW = amplitude(-9);
const HIGH = amplitude(-7);

/** @returns the two frequencies of a key's event (RFC 4733 §3.2), in hertz */
function frequenciesOf(event: number): readonly [low: number, high: number] {
  const place = KEYPAD.indexOf(keyOfEvent(event) ?? '0');
  return [LOW_HZ[Math.floor(place / COLUMNS)]!, HIGH_HZ[place % COLUMNS]!];
}

/** @param low index of the row's frequency @param high that of the column's */
export function eventOfFrequencies(low: number, high: number): number | undefined {
  return eventOfKey(KEYPAD[low * COLUMNS + high] ?? '');
}

/** @param from sample at which the part begins, counted from the beginning of the tone */
export function dtmfTone(event: number, from: number, length: number): Int16Array {
  const [low, high] = frequenciesOf(event);
  const turn = (hz: number, sample: number): number => Math.sin((2 * Math.PI * hz * sample) / SAMPLE_RATE_HZ);
  return Int16Array.from({ length }, (_, index) => LOW * turn(low, from + index) + HIGH * turn(high, from + index));
}

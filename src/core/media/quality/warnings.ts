/**
 * When quality is worth a word: the five warnings that users of Twilio's Voice SDK know, with their thresholds. One sample
 * a second.
 */
import type { QualitySide, QualityWarning, QualityWarningName } from '../../../nouns/quality.ts';

/** One second of one direction. */
export interface DirectionSample {
  /** Of this second. */
  readonly lossPercent: number;
  readonly jitterMs: number;
  readonly mos?: number | undefined;
}

export interface Sample {
  readonly roundTripMs?: number | undefined;
  /** From the far end; absent while it has nothing to say. */
  readonly received?: DirectionSample | undefined;
  /** As the far end reports it. */
  readonly sent?: DirectionSample | undefined;
  /** How long the level of what the far end says has not changed, and what it is. */
  readonly steady?: { readonly ms: number; readonly levelDb: number } | undefined;
  /** The trunk itself was late in this second: it may have made the jitter and the loss. */
  readonly late: boolean;
}

/** Each with the side that it would be. */
type Candidate = { readonly value: number; readonly side: QualitySide };

interface Rule {
  readonly name: QualityWarningName;
  /** What of a sample counts, the worst first. */
  of(sample: Sample): Candidate | undefined;
  readonly begins: (values: readonly number[]) => boolean;
  readonly ends: (values: readonly number[]) => boolean;
  /** Samples that are looked at. */
  readonly window: number;
}

const worse = (a: Candidate | undefined, b: Candidate | undefined): Candidate | undefined =>
  !a || (b && b.value > a.value) ? b : a;

/** The worse direction of one figure. */
function worst(of: (direction: DirectionSample) => number | undefined) {
  return ({ received, sent, late }: Sample): Candidate | undefined => {
    const value = (direction: DirectionSample | undefined, side: QualitySide): Candidate | undefined => {
      const found = direction && of(direction);
      return found === undefined ? undefined : { value: found, side: late ? 'trunk' : side };
    };
    return worse(value(received, 'network-in'), value(sent, 'network-out'));
  };
}

/** Three of five to begin, none of five to end. */
const often = (exceeds: (value: number) => boolean) => ({
  window: 5,
  begins: (values: readonly number[]) => values.filter(exceeds).length >= 3,
  ends: (values: readonly number[]) => !values.some(exceeds),
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const STEADY_MS = 10_000;

const rules: readonly Rule[] = [
  {
    name: 'round-trip',
    of: ({ roundTripMs }) => (roundTripMs === undefined ? undefined : { value: roundTripMs, side: 'network-out' }),
    ...often((ms) => ms > 400),
  },
  { name: 'jitter', of: worst(({ jitterMs }) => jitterMs), ...often((ms) => ms > 30) },
  {
    name: 'loss',
    of: worst(({ lossPercent }) => lossPercent),
    window: 7,
    begins: (values) => values.length >= 3 && mean(values) > 3,
    ends: (values) => mean(values) <= 1,
  },
  {
    name: 'mos',
    // The lowest is the worst.
    of: (sample) => {
      const found = worst(({ mos }) => (mos === undefined ? undefined : -mos))(sample);
      return found && { ...found, value: -found.value };
    },
    ...often((mos) => mos < 3.5),
  },
  {
    name: 'constant-level',
    // Whoever is silent by intention cannot be told from a dead microphone: the level is said with it.
    of: ({ steady }) => steady && { value: steady.ms >= STEADY_MS ? steady.levelDb : 1, side: 'endpoint' },
    window: 1,
    begins: ([level]) => level !== undefined && level <= 0,
    ends: ([level]) => level !== undefined && level > 0,
  },
];

/** What the warnings of one leg remember. Plain data. */
export interface WarningState {
  readonly values: Readonly<Partial<Record<QualityWarningName, readonly number[]>>>;
  /** Oldest first. */
  readonly active: readonly QualityWarning[];
}

export const noWarnings: WarningState = { values: {}, active: [] };

/** @param at epoch milliseconds @returns the next state, and warnings that are over, with their end */
export function stepWarnings(state: WarningState, sample: Sample, at: number): [WarningState, QualityWarning[]] {
  const values = { ...state.values };
  const active = [...state.active];
  const over: QualityWarning[] = [];
  for (const { name, of, window, begins, ends } of rules) {
    const found = of(sample);
    const last = found ? [...(values[name] ?? []), found.value].slice(-window) : (values[name] ?? []);
    values[name] = last;
    const warning = active.find((each) => each.name === name);
    if (!warning && found && begins(last)) {
      active.push({ name, side: found.side, since: at, value: found.value });
    } else if (warning && found && ends(last)) {
      active.splice(active.indexOf(warning), 1);
      over.push({ ...warning, until: at });
    }
  }
  return [{ values, active }, over];
}

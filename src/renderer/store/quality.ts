/** How well the legs of live calls are heard, as the trunk measures it once a second. O8. */
import type { ContractEvent } from '../../contract/events.ts';
import type { LegQuality, QualitySide, QualityWarningName } from '../../contract/model.ts';

export interface QualitySlice {
  /** By call id. */
  qualities: Readonly<Record<string, readonly LegQuality[]>>;
}

export const createQualitySlice = (): QualitySlice => ({ qualities: {} });

export function reduceQuality(state: QualitySlice, event: ContractEvent): Partial<QualitySlice> | undefined {
  if (event.type === 'qualityChanged') {
    return { qualities: Object.fromEntries(event.calls.map(({ callId, legs }) => [callId, legs])) };
  }
  if (event.type !== 'callChanged' || event.call.state !== 'ended' || !state.qualities[event.call.id]) return undefined;
  const { [event.call.id]: _, ...others } = state.qualities;
  return { qualities: others };
}

export type QualityGrade = 'good' | 'fair' | 'poor' | 'bad';

export const gradeOf = (mos: number): QualityGrade =>
  mos >= 4 ? 'good' : mos >= 3.5 ? 'fair' : mos >= 3 ? 'poor' : 'bad';

export const gradeWords: Readonly<Record<QualityGrade, string>> = {
  good: 'Good sound',
  fair: 'Fair sound',
  poor: 'Poor sound',
  bad: 'Bad sound',
};

/** The worst of some legs; undefined where nothing is to be heard yet. */
export function worstMos(legs: readonly LegQuality[]): number | undefined {
  const scores = legs.map(({ mos }) => mos).filter((mos) => mos !== undefined);
  return scores.length > 0 ? Math.min(...scores) : undefined;
}

const warningWords: Readonly<Record<QualityWarningName, string>> = {
  'round-trip': 'the way there and back takes over 400 ms',
  jitter: 'sound arrives unevenly (jitter over 30 ms)',
  loss: 'over 3 % of the sound is lost',
  mos: 'hard to understand (score under 3.5)',
  'constant-level': 'the level never changes: is the microphone on?',
};

const sideWords: Readonly<Record<QualitySide, (who: string) => string>> = {
  'network-in': (who) => `on the network from ${who}`,
  'network-out': (who) => `on the network to ${who}`,
  endpoint: (who) => `at ${who}`,
  trunk: () => 'in the trunk itself',
};

/** @param who whose leg it is */
export function warningText(name: QualityWarningName, side: QualitySide, who: string): string {
  const words = warningWords[name];
  return `${words[0]!.toUpperCase()}${words.slice(1)}, ${sideWords[side](who)}`;
}

const percent = (value: number): string => `${value.toFixed(1)} %`;

/** One line: `lost 0.2 % in, 0.0 % out · jitter 3 ms in, 1 ms out · there and back 40 ms · score 4.3`. */
export function figuresText({ received, sent, roundTripMs, mos }: LegQuality): string {
  const ms = (value: number): string => `${Math.round(value)} ms`;
  return [
    `lost ${percent(received.lossPercent)} in${sent ? `, ${percent(sent.lossPercent)} out` : ''}`,
    `jitter ${ms(received.jitterMs)} in${sent ? `, ${ms(sent.jitterMs)} out` : ''}`,
    ...(roundTripMs === undefined ? [] : [`there and back ${ms(roundTripMs)}`]),
    ...(mos === undefined ? [] : [`score ${mos.toFixed(1)}`]),
  ].join(' · ');
}

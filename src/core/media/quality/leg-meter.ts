import type { LegQuality, QualityWarning, StreamQuality } from '../../../nouns/quality.ts';
import { lostOf } from '../../rtp/received-stream.ts';
import type { MediaFigures } from '../figures.ts';
import { burstRatioOf, delayOf, mosOf } from './e-model.ts';
import { noWarnings, stepWarnings, type DirectionSample, type WarningState } from './warnings.ts';

/** Seconds over which a live figure is taken. */
const WINDOW = 7;
/** Warnings that a record keeps of a leg, the newest. */
const MOST_OVER = 50;

/** What `LegQuality` says of a leg beside what is measured. */
export type LegNames = Pick<LegQuality, 'legId' | 'role' | 'number' | 'codec' | 'encryption'>;

interface Point {
  readonly expected: number;
  readonly lost: number;
  readonly bursts: number;
  readonly burstLost: number;
}

/** Measures one leg once a second, and remembers what its record will say. */
export class LegMeter {
  /** The newest are last. */
  readonly #points: Point[] = [];
  readonly #over: QualityWarning[] = [];
  #warnings: WarningState = noWarnings;
  #jitterSum = 0;
  #jitterSamples = 0;
  #roundTripSum = 0;
  #roundTripSamples = 0;
  #level: number | undefined;
  #steadySince = 0;
  #figures: MediaFigures | undefined;
  #codec: string | undefined;

  /**
   * @param at epoch milliseconds
   * @param late the trunk was
   * @param talking the far end has a reason to send sound
   * @returns warnings that begin
   */
  sample(
    figures: MediaFigures,
    codec: string | undefined,
    at: number,
    late: boolean,
    talking: boolean,
  ): readonly QualityWarning[] {
    this.update(figures, codec);
    const { received, roundTripMs } = figures;
    const last = this.#points.at(-1);
    const point = pointOf(figures);
    const restarted = last !== undefined && point.expected < last.expected;
    if (restarted) this.#points.length = 0;
    this.#points.push(point);
    if (this.#points.length > WINDOW + 1) this.#points.shift();
    const came = !restarted && last !== undefined && point.expected > last.expected;
    if (came) {
      this.#jitterSum += received.jitterMs;
      this.#jitterSamples += 1;
    }
    if (roundTripMs !== undefined) {
      this.#roundTripSum += roundTripMs;
      this.#roundTripSamples += 1;
    }
    const sample = {
      roundTripMs,
      received: came ? this.#second(last, point) : undefined,
      sent: this.#reported(),
      steady: talking && came ? this.#steady(figures.levelDb, at) : undefined,
      late,
    };
    const [next, over] = stepWarnings(this.#warnings, sample, at);
    this.#warnings = next;
    this.#over.push(...over);
    if (this.#over.length > MOST_OVER) this.#over.splice(0, this.#over.length - MOST_OVER);
    return next.active.filter(({ since }) => since === at);
  }

  /** The newest figures, without a sample of them. */
  update(figures: MediaFigures, codec: string | undefined): void {
    this.#figures = figures;
    this.#codec = codec ?? this.#codec;
  }

  get lasting(): readonly QualityWarning[] {
    return this.#warnings.active;
  }

  /** As it is now. */
  live(names: LegNames): LegQuality {
    const first = this.#points[0];
    const newest = this.#points.at(-1);
    const recent = first && newest && newest.expected > first.expected ? between(first, newest) : undefined;
    return this.#view(names, recent, this.#figures?.received.jitterMs ?? 0, this.#figures?.roundTripMs, [
      ...this.#warnings.active,
    ]);
  }

  /** Of all the time. @param at epoch milliseconds, when what lasts is over */
  summary(names: LegNames, at: number): LegQuality {
    const all = this.#figures && between(NOTHING, pointOf(this.#figures));
    const jitterMs =
      this.#jitterSamples > 0 ? this.#jitterSum / this.#jitterSamples : (this.#figures?.received.jitterMs ?? 0);
    const roundTripMs = this.#roundTripSamples > 0 ? this.#roundTripSum / this.#roundTripSamples : undefined;
    const ended = this.#warnings.active.map((warning) => ({ ...warning, until: at }));
    const warnings = [...this.#over, ...ended].sort((a, b) => a.since - b.since);
    return this.#view(names, all, jitterMs, roundTripMs, warnings, true);
  }

  #view(
    names: LegNames,
    span: Point | undefined,
    jitterMs: number,
    roundTripMs: number | undefined,
    warnings: QualityWarning[],
    whole = false,
  ): LegQuality {
    const figures = this.#figures!;
    const { received: counts } = figures;
    const received = {
      ...this.#direction(span, jitterMs, roundTripMs),
      packets: counts.received,
      lost: lostOf(counts),
      duplicates: counts.duplicates,
      reordered: counts.reordered,
    };
    const sent = this.#sent(whole, roundTripMs);
    const scores = [received.mos, sent?.mos].filter((mos) => mos !== undefined);
    return {
      ...names,
      ...(roundTripMs !== undefined && { roundTripMs: tenth(roundTripMs) }),
      received,
      ...(sent && { sent }),
      ...(scores.length > 0 && { mos: Math.min(...scores) }),
      warnings,
    };
  }

  #direction(span: Point | undefined, jitterMs: number, roundTripMs = 0): Omit<StreamQuality, 'packets' | 'lost'> {
    if (!span || span.expected === 0) return { lossPercent: 0, jitterMs: tenth(jitterMs) };
    const lossPercent = percent(span.lost, span.expected);
    const burstRatio = burstRatioOf(span.burstLost, span.bursts, lossPercent);
    const delayMs = delayOf(roundTripMs, jitterMs);
    const mos = hundredth(mosOf({ codec: this.#codec, lossPercent, burstRatio, delayMs }));
    return { lossPercent: hundredth(lossPercent), jitterMs: tenth(jitterMs), mos };
  }

  #sent(whole: boolean, roundTripMs = 0): StreamQuality | undefined {
    const { reported, sent } = this.#figures!;
    if (!reported || sent === 0) return undefined;
    const lossPercent = whole ? percent(reported.lost, sent) : reported.lossFraction * 100;
    const delayMs = delayOf(roundTripMs, reported.jitterMs);
    return {
      packets: sent,
      lost: reported.lost,
      lossPercent: hundredth(lossPercent),
      jitterMs: tenth(reported.jitterMs),
      mos: hundredth(mosOf({ codec: this.#codec, lossPercent, burstRatio: 1, delayMs })),
    };
  }

  #second(from: Point, to: Point): DirectionSample {
    const { jitterMs } = this.#figures!.received;
    const { lossPercent } = this.#direction(between(from, to), jitterMs);
    // One packet in a second of fifty says little: the score is that of the window.
    const { mos } = this.#direction(between(this.#points[0]!, to), jitterMs, this.#figures!.roundTripMs);
    return { lossPercent, jitterMs, mos };
  }

  #reported(): DirectionSample | undefined {
    const sent = this.#sent(false, this.#figures!.roundTripMs);
    return sent && { lossPercent: sent.lossPercent, jitterMs: sent.jitterMs, mos: sent.mos };
  }

  #steady(level: number | undefined, at: number): { ms: number; levelDb: number } | undefined {
    if (level === undefined || level !== this.#level) this.#steadySince = at;
    this.#level = level;
    return { ms: at - this.#steadySince, levelDb: level ?? 0 };
  }
}

const NOTHING: Point = { expected: 0, lost: 0, bursts: 0, burstLost: 0 };

function pointOf({ received }: MediaFigures): Point {
  return { ...received, lost: lostOf(received) };
}

function between(from: Point, to: Point): Point {
  return {
    expected: to.expected - from.expected,
    // What came late makes up for what was missed before.
    lost: Math.max(0, to.lost - from.lost),
    bursts: to.bursts - from.bursts,
    burstLost: to.burstLost - from.burstLost,
  };
}

const percent = (part: number, whole: number): number => (whole <= 0 ? 0 : Math.min(100, (part * 100) / whole));
const tenth = (value: number): number => Math.round(value * 10) / 10;
const hundredth = (value: number): number => Math.round(value * 100) / 100;

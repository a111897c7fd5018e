/** How well the legs of live calls are heard: measured once a second, told while somebody listens, kept for the records. M2. */
import type { CallQuality, LegQuality, QualitySide, QualityWarningName } from '../../nouns/quality.ts';
import type { Call } from '../b2bua/call.ts';
import type { Leg } from '../b2bua/leg.ts';
import { LegMeter, type LegNames } from '../media/quality/leg-meter.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { QualityTotals } from './quality-totals.ts';

const EVERY_MS = 1000;
/** A tick that is later was kept waiting by the trunk itself. *Chosen here.* */
const LATE_MS = 100;
/** Calls in one event, the newest; a console shows nine. */
const MOST_TOLD = 100;

export interface QualitiesOptions {
  readonly clock: Clock;
  readonly calls: () => Iterable<Call>;
  /** Whether somebody listens. */
  readonly wanted: () => boolean;
  readonly tell: (calls: CallQuality[]) => void;
}

export class Qualities {
  readonly totals = new QualityTotals();
  readonly #options: QualitiesOptions;
  readonly #meters = new WeakMap<Leg, LegMeter>();
  #timer: Timer | undefined;

  constructor(options: QualitiesOptions) {
    this.#options = options;
  }

  /** There is a call: it is measured from now on, with all others. */
  follow(): void {
    if (!this.#timer) this.#arm();
  }

  /** As they are now. */
  of(call: Call): LegQuality[] {
    return this.#legs(call, (leg, meter) => (leg.live ? meter.live(namesOf(leg)) : undefined));
  }

  /** Of the whole time of all legs that were up since then, for the record. @param since epoch milliseconds */
  summary(call: Call, since: number): LegQuality[] {
    const now = this.#options.clock.wall();
    return this.#legs(call, (leg, meter) => {
      if ((leg.endedAt ?? Infinity) < since) return undefined;
      return meter.summary(namesOf(leg), leg.endedAt ?? now);
    });
  }

  /** A call is over: it counts in the totals. */
  ended(call: Call): void {
    this.totals.add(this.summary(call, 0));
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #legs(call: Call, view: (leg: Leg, meter: LegMeter) => LegQuality | undefined): LegQuality[] {
    return call.legs.flatMap((leg) => {
      const figures = leg.media?.figures();
      // A call without a packet has no quality, and costs nothing.
      if (!figures || figures.received.received + figures.sent === 0) return [];
      const meter = this.#meterOf(leg);
      meter.update(figures, leg.media?.codec);
      return view(leg, meter) ?? [];
    });
  }

  #meterOf(leg: Leg): LegMeter {
    let meter = this.#meters.get(leg);
    if (!meter) {
      meter = new LegMeter();
      this.#meters.set(leg, meter);
    }
    return meter;
  }

  #arm(): void {
    const { clock } = this.#options;
    const due = clock.now() + EVERY_MS;
    this.#timer = clock.after(EVERY_MS, () => {
      this.#timer = undefined;
      this.#tick(clock.now() - due > LATE_MS);
    });
  }

  #tick(late: boolean): void {
    const { clock, calls, wanted, tell } = this.#options;
    const at = clock.wall();
    const active: [QualityWarningName, QualitySide][] = [];
    const all = [...calls()];
    if (all.length > 0) this.#arm();
    for (const call of all) {
      for (const leg of call.legs) if (leg.live && leg.media) this.#measure(leg, at, late, active);
    }
    this.totals.lasting(active);
    if (!wanted()) return;
    const told = all
      .slice(-MOST_TOLD)
      .map((call) => ({ callId: call.id, legs: this.of(call) }))
      .filter(({ legs }) => legs.length > 0);
    if (told.length > 0) tell(told);
  }

  #measure(leg: Leg, at: number, late: boolean, active: [QualityWarningName, QualitySide][]): void {
    const media = leg.media!;
    const figures = media.figures();
    if (figures.received.received + figures.sent === 0) return;
    const meter = this.#meterOf(leg);
    for (const { name, side } of meter.sample(figures, media.codec, at, late, media.expected)) {
      this.totals.began(name, side);
    }
    for (const { name, side } of meter.lasting) active.push([name, side]);
  }
}

function namesOf({ id, facts, media }: Leg): LegNames {
  const { role, identity } = facts;
  const spoken = media?.codec === undefined ? {} : { codec: media.codec, encryption: media.encryption.kind };
  return { legId: id, role, number: identity.number, ...spoken };
}

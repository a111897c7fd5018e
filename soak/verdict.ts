/** What a soak has shown: a list of faults, each a sentence. Pure. */
import type { FaultWindow } from './faults.ts';
import { planOf, RECORDED, type Plan } from './plan.ts';
import type { Measure } from './probe.ts';
import type { SideReport } from './report.ts';
import type { TrunkRecord } from './trunk.ts';

export type Sample = Measure & { readonly files: number; readonly at: number; readonly life: number };

export interface Findings {
  readonly seed: number;
  /** Calls that were begun, with the instant. */
  readonly begun: ReadonlyMap<number, number>;
  /** When the phones were told to hang up, in epoch milliseconds. */
  readonly finishedAt: number;
  readonly sides: readonly SideReport[];
  readonly windows: readonly FaultWindow[];
  readonly records: readonly TrunkRecord[];
  /** Calls that the trunk still had when all phones were done. */
  readonly left: number;
  readonly samples: readonly Sample[];
  /** The same once nothing had happened for a while; `life` counts the starts of the trunk. */
  readonly idle: Sample | undefined;
}

export const AREAS = ['sound', 'states', 'records', 'growth'] as const;
export type Area = (typeof AREAS)[number];
export type Verdict = Record<Area, string[]>;

/** How much later or earlier than planned a call may end, in milliseconds: both sides share a busy machine. */
const SLACK_MS = 2500;
/** A leg that hears nothing for so long, in milliseconds, should have been ended: media.timeoutSeconds is 5. */
const DEAD_MS = 12_000;
/** Before and after a fault, in milliseconds. */
const AROUND_MS = 3000;

export function judge(findings: Findings): Verdict {
  const verdict: Verdict = { sound: [], states: [], records: [], growth: [] };
  const disturbed = disturbances(findings.windows);
  for (const side of findings.sides) {
    const plan = side.index === undefined ? undefined : planOf(findings.seed, side.index);
    judgeSound(side, plan, disturbed, verdict.sound);
    judgeState(side, plan, disturbed, findings.finishedAt, verdict.states);
  }
  if (findings.left > 0)
    verdict.states.push(`${findings.left} calls are still up in the trunk after the last phone left`);
  judgeRecords(findings, disturbed, verdict.records);
  judgeGrowth(findings, verdict.growth);
  for (const { kind, problem } of findings.windows) if (problem) verdict.states.push(`${kind}: ${problem}`);
  return verdict;
}

type Disturbed = (kinds: readonly FaultWindow['kind'][], from: number, until: number) => boolean;

function disturbances(windows: readonly FaultWindow[]): Disturbed {
  return (kinds, from, until) =>
    windows.some(
      (each) => kinds.includes(each.kind) && from <= each.until + AROUND_MS && until >= each.from - AROUND_MS,
    );
}

const BREAKING = ['peer killed', 'packets lost', 'trunk restarted'] as const;

function judgeSound(side: SideReport, plan: Plan | undefined, disturbed: Disturbed, faults: string[]): void {
  for (const { ms, at, source } of side.gaps) {
    if (disturbed(BREAKING, at - ms, at)) continue;
    // Whoever is transferred does not hear the agent for a while, and the agent does not hear the caller.
    const moved = plan?.transfer !== undefined && source < 2 ** 31;
    if (!moved) faults.push(`${name(side)} missed ${ms} ms of sound at ${time(at)}`);
  }
}

function judgeState(
  side: SideReport,
  plan: Plan | undefined,
  disturbed: Disturbed,
  finishedAt: number,
  faults: string[],
): void {
  for (const fault of side.faults) {
    if (!disturbed(BREAKING, side.beganAt, side.endedAt)) faults.push(`${name(side)}: ${fault}`);
  }
  const { answeredAt, endedAt } = side;
  const held = (plan?.hold?.forMs ?? 0) + (plan?.transfer ? 3000 : 0);
  if (answeredAt !== undefined && endedAt - Math.max(answeredAt, side.heardAt) > DEAD_MS + held) {
    faults.push(
      `${name(side)} heard nothing for ${seconds(endedAt - Math.max(answeredAt, side.heardAt))} and was not told`,
    );
  }
  if (!plan || endedAt >= finishedAt || disturbed(BREAKING, side.beganAt, endedAt)) return;
  if (side.side === 'caller') {
    const wanted = plan.cancels ? [487, plan.status] : [plan.status];
    // A CANCEL that crosses the 2xx: RFC 3261 §9.1 has it answered with ACK and BYE, and the call counts as given up.
    const crossed = plan.cancels && side.status === undefined && side.endedBy === 'local';
    if (!crossed && !wanted.includes(side.status ?? 0)) {
      faults.push(`${name(side)} got ${side.status ?? 'no answer'} in place of ${wanted.join(' or ')}`);
    } else if (
      answeredAt !== undefined &&
      !plan.cancels &&
      !plan.transfer?.leavesEarly &&
      Math.abs(endedAt - answeredAt - plan.talkMs) > SLACK_MS
    ) {
      faults.push(`${name(side)} was up for ${seconds(endedAt - answeredAt)} in place of ${seconds(plan.talkMs)}`);
    }
    return;
  }
  const { refer } = side;
  if (refer && refer.status === undefined && !plan.transfer?.leavesEarly)
    faults.push(`${name(side)}: no answer to REFER`);
  if (refer && (refer.status ?? 0) < 300 && refer.status !== undefined && refer.ends.length !== 1) {
    faults.push(`${name(side)}: a REFER ended ${refer.ends.length} times (${refer.ends.join(', ') || 'never'})`);
  }
  const { keys, hold, transfer } = plan;
  const lasted = keys === undefined || answeredAt === undefined ? 0 : endedAt - answeredAt - keys.afterMs;
  // Eight packets a key, one second more to be safe; keys that fall into a hold are the caller's own affair.
  if (keys && !hold && !transfer && lasted > keys.digits.length * 160 + 1000 && side.keys !== keys.digits) {
    faults.push(`${name(side)} heard the keys "${side.keys}" in place of "${keys.digits}"`);
  }
}

function judgeRecords({ seed, begun, sides, records }: Findings, disturbed: Disturbed, faults: string[]): void {
  const originals = new Map<string, TrunkRecord[]>();
  for (const record of records) {
    if (record.kind === 'original') originals.set(record.from, [...(originals.get(record.from) ?? []), record]);
  }
  const callers = new Map(sides.filter(({ side }) => side === 'caller').map((side) => [side.index, side]));
  for (const [index, beganAt] of begun) {
    const plan = planOf(seed, index);
    const found = originals.get(plan.caller) ?? [];
    const caller = callers.get(index);
    const until = caller?.endedAt ?? beganAt + plan.talkMs + 20_000;
    if (found.length > 1) faults.push(`call ${index} has ${found.length} records`);
    // A disk that is full costs records (W4); a trunk that stops answers 503, and one that is down not at all.
    if (disturbed(['disk full'], beganAt, until)) continue;
    const refused = caller?.status === 503 || caller?.status === 408 || caller?.status === undefined;
    if (found.length === 0 && !refused) faults.push(`call ${index} has no record (it was answered ${caller.status})`);
    const [record] = found;
    if (!record || !caller || plan.cancels || disturbed(BREAKING, beganAt, until)) continue;
    if ((record.answeredAt == null) !== (caller.answeredAt === undefined)) {
      faults.push(`call ${index}: the record says ${record.result}, the caller got ${caller.status}`);
    }
    const recorded = record.recording?.durationMs;
    if (plan.dials !== RECORDED || record.answeredAt == null) continue;
    const lasted = record.endedAt - record.answeredAt;
    if (recorded == null) faults.push(`call ${index} has no recording`);
    else if (!plan.transfer && Math.abs(recorded - lasted) > 1500) {
      faults.push(`call ${index}: ${seconds(recorded)} were recorded of ${seconds(lasted)}`);
    }
  }
}

/** Samples a life of the trunk needs before its growth says anything. */
const ENOUGH = 9;

function judgeGrowth({ samples, idle }: Findings, faults: string[]): void {
  const life = samples.filter((sample) => sample.life === samples.at(-1)?.life);
  if (life.length < ENOUGH) return;
  const third = Math.floor(life.length / 3);
  const middle = life.slice(third, 2 * third);
  const last = life.slice(2 * third);
  const grown = (what: keyof Measure | 'files', part: number, more: number): void => {
    const before = median(middle.map((sample) => sample[what]));
    const after = median(last.map((sample) => sample[what]));
    if (after > before * part + more) faults.push(`${what} grew from ${round(before)} to ${round(after)}`);
  };
  grown('heap', 1.1, 5_000_000);
  grown('timers', 1.1, 20);
  grown('handles', 1.1, 40);
  grown('files', 1.1, 40);
  const [first] = life;
  if (idle && first && idle.timers > first.timers + 20) {
    faults.push(`${idle.timers} timers are left when nothing happens any more; ${first.timers} at the start`);
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const round = (value: number): string => Math.round(value).toLocaleString('en');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const time = (at: number): string => new Date(at).toISOString().slice(11, 23);
const name = ({ side, index }: SideReport): string => (index === undefined ? `a ${side}` : `${side} of call ${index}`);
